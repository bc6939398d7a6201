/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partition tables, checksums put right. Whatever they say, every partition lies in the device, and
 * none has a number twice.
 */
#include "guest/disk/partition.h"
#include "guest/disk/bytes.h"
#include "guest/disk/raw.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

#define GPT_HEADER_SIZE 92

static void
check_partitions(const struct device *device, const GArray *partitions)
{
  guint last = 0;

  g_assert(partitions->len <= PARTITION_MAX);
  for (guint i = 0; i < partitions->len; i++) {
    const struct partition *partition = &g_array_index(partitions, struct partition, i);
    g_assert(partition->number > last);
    g_assert(partition->length > 0);
    g_assert(device_covers(device, partition->offset, partition->length));
    g_assert(strnlen(partition->partuuid, sizeof(partition->partuuid)) <
             sizeof(partition->partuuid));
    last = partition->number;
  }
}

static void
put_crc(guint8 *at, const guint8 *bytes, size_t length)
{
  guint32 crc = GUINT32_TO_LE((guint32)crc32(0, bytes, (uInt)length));

  memcpy(at, &crc, sizeof(crc));
}

/*
 * Make a GPT header hold, which no fuzzer would manage: first the entries' checksum, then its own.
 */
static void
repair_header(guint8 *bytes, size_t size, size_t sector_size, size_t sector)
{
  size_t at = sector * sector_size;

  if (at > size || size - at < GPT_HEADER_SIZE)
    return;
  guint8 *header = bytes + at;
  guint64 entries = bytes_le64(header + 72);
  guint64 entries_length = (guint64)bytes_le32(header + 80) * bytes_le32(header + 84);
  if (entries <= size / sector_size && entries_length <= size - entries * sector_size)
    put_crc(header + 88, bytes + entries * sector_size, entries_length);
  memset(header + 16, 0, 4);
  put_crc(header + 16, header, MIN(bytes_le32(header + 12), size - at));
}

static void
fuzz_device(const guint8 *data, size_t size)
{
  int fd = memfd_create("device", MFD_CLOEXEC);

  if (fd < 0 || write(fd, data, size) != (ssize_t)size)
    g_error("no file for the input");
  g_autoptr(Device) device = raw_open(fd, NULL);
  g_autoptr(GArray) partitions = device ? partition_list(device, NULL, NULL) : NULL;
  if (partitions)
    check_partitions(device, partitions);
  close(fd);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
  g_autofree guint8 *repaired = g_memdup2(data, size);

  fuzz_device(data, size);
  repair_header(repaired, size, 512, 1);
  fuzz_device(repaired, size);
  repair_header(repaired, size, 4096, 1);
  fuzz_device(repaired, size);
  return 0;
}
