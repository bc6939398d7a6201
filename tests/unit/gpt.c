/* SPDX-License-Identifier: Apache-2.0 */
/* GUID partition tables that no tool would write: sound ones with one field changed. */
#include "guest/disk/partition.h"
#include "guest/disk/raw.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define SECTOR  512
#define SECTORS 64
#define CORRUPT NULL /* instead of numbers */

/* Fields of the header, then of the first entry; the second entry is always sound. */
struct gpt_fields {
  guint64 own_sector, first_usable, last_usable, entries_at;
  guint32 header_size, entry_count, entry_size;
  guint64 first, last;
};

static const struct gpt_case {
  const char *name;
  struct gpt_fields fields;
  const char *numbers; /* of the partitions to be found */
} cases[] = {
    {"sound", {1, 10, 60, 2, 92, 4, 128, 10, 20}, "1 2 "},
    {"one-sector", {1, 10, 60, 2, 92, 4, 128, 10, 10}, "1 2 "},
    {"long-header", {1, 10, 60, 2, 512, 4, 128, 10, 20}, "1 2 "},
    {"long-entries", {1, 10, 60, 2, 92, 4, 256, 10, 20}, "1 2 "},
    {"one-entry", {1, 10, 60, 2, 92, 1, 128, 10, 20}, "1 "},
    {"no-entries", {1, 10, 60, 2, 92, 0, 128, 10, 20}, ""},
    {"first-behind-last", {1, 10, 60, 2, 92, 4, 128, 20, 10}, "2 "},
    {"before-usable", {1, 10, 60, 2, 92, 4, 128, 9, 20}, "2 "},
    {"behind-usable", {1, 10, 60, 2, 92, 4, 128, 10, 61}, "2 "},
    {"up-to-end", {1, 10, G_MAXUINT64, 2, 92, 4, 128, 10, 63}, "1 2 "},
    {"beyond-end", {1, 10, G_MAXUINT64, 2, 92, 4, 128, 10, 64}, "2 "},
    {"wraps", {1, 0, G_MAXUINT64, 2, 92, 4, 128, 0, G_MAXUINT64}, "2 "},
    {"far-beyond-end", {1, 0, G_MAXUINT64, 2, 92, 4, 128, G_MAXUINT64, G_MAXUINT64}, "2 "},
    {"elsewhere", {2, 10, 60, 2, 92, 4, 128, 10, 20}, CORRUPT},
    {"short-header", {1, 10, 60, 2, 91, 4, 128, 10, 20}, CORRUPT},
    {"header-beyond-sector", {1, 10, 60, 2, 513, 4, 128, 10, 20}, CORRUPT},
    {"header-most", {1, 10, 60, 2, G_MAXUINT32, 4, 128, 10, 20}, CORRUPT},
    {"entries-beyond-end", {1, 10, 60, 64, 92, 4, 128, 10, 20}, CORRUPT},
    {"entries-wrap", {1, 10, 60, G_MAXUINT64, 92, 4, 128, 10, 20}, CORRUPT},
    {"entries-wrap-to-place", {1, 10, 60, ((guint64)1 << 55) + 2, 92, 4, 128, 10, 20}, CORRUPT},
    {"entry-size-0", {1, 10, 60, 2, 92, 4, 0, 10, 20}, CORRUPT},
    {"entry-size-64", {1, 10, 60, 2, 92, 4, 64, 10, 20}, CORRUPT},
    {"entry-size-odd", {1, 10, 60, 2, 92, 4, 192, 10, 20}, CORRUPT},
    {"entry-size-most", {1, 10, 60, 2, 92, 4, 0x80000000, 10, 20}, CORRUPT},
    {"entry-count-most", {1, 10, 60, 2, 92, G_MAXUINT32, 128, 10, 20}, CORRUPT},
};

static void
put_le32(guint8 *at, guint32 value)
{
  value = GUINT32_TO_LE(value);
  memcpy(at, &value, sizeof(value));
}

static void
put_le64(guint8 *at, guint64 value)
{
  value = GUINT64_TO_LE(value);
  memcpy(at, &value, sizeof(value));
}

static void
put_entry(guint8 *at, guint64 first, guint64 last)
{
  at[0] = 1; /* some type */
  put_le64(at + 32, first);
  put_le64(at + 40, last);
}

/* The checksum of as much of the entries as the disk holds. */
static guint32
crc_of_entries(const guint8 *disk, const struct gpt_fields *fields)
{
  guint64 length = (guint64)fields->entry_count * fields->entry_size;
  guint64 most = (SECTORS - 2) * SECTOR;

  return (guint32)crc32(0, disk + 2 * SECTOR, (uInt)MIN(length, most));
}

static void
make_disk(guint8 *disk, const struct gpt_fields *fields)
{
  guint8 *header = disk + SECTOR;

  disk[446 + 4] = 0xee;
  disk[510] = 0x55;
  disk[511] = 0xaa;
  put_entry(disk + 2 * SECTOR, fields->first, fields->last);
  put_entry(disk + 2 * SECTOR + MIN(fields->entry_size, SECTOR), 30, 40);
  memcpy(header, "EFI PART", 8);
  put_le32(header + 12, fields->header_size);
  put_le64(header + 24, fields->own_sector);
  put_le64(header + 40, fields->first_usable);
  put_le64(header + 48, fields->last_usable);
  put_le64(header + 72, fields->entries_at);
  put_le32(header + 80, fields->entry_count);
  put_le32(header + 84, fields->entry_size);
  put_le32(header + 88, crc_of_entries(disk, fields));
  put_le32(header + 16, (guint32)crc32(0, header, MIN(fields->header_size, SECTOR + 1)));
}

static void
check_numbers(const GArray *partitions, const char *expected)
{
  g_autoptr(GString) numbers = g_string_new(NULL);

  for (guint i = 0; i < partitions->len; i++)
    g_string_append_printf(numbers, "%u ", g_array_index(partitions, struct partition, i).number);
  g_assert_cmpstr(numbers->str, ==, expected);
}

static void
test_case(gconstpointer data)
{
  const struct gpt_case *gpt_case = data;
  guint8 disk[SECTORS * SECTOR] = {0};
  g_autoptr(GError) error = NULL;

  make_disk(disk, &gpt_case->fields);
  int fd = scratch_memory(disk, sizeof(disk), 0);
  g_autoptr(Device) device = raw_open(fd, NULL);
  g_autoptr(GArray) partitions = partition_list(device, NULL, &error);
  if (gpt_case->numbers) {
    g_assert_no_error(error);
    check_numbers(partitions, gpt_case->numbers);
  } else {
    g_assert_null(partitions);
    g_assert_error(error, DISK_ERROR, DISK_ERROR_CORRUPT);
  }
  close(fd);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strdup_printf("/gpt/%s", cases[i].name);
    g_test_add_data_func(path, &cases[i], test_case);
  }
  return g_test_run();
}
