/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partition tables: what libblkid finds on disks that real tools made, and tables made to mislead.
 */
#include "guest/disk/partition.h"

#include "guest/disk/raw.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

#define DISK_SIZE ((guint64)64 << 20)
#define SECTOR    512

static GArray *
list_partitions(int fd, guint sector_size, GError **error)
{
  g_autoptr(Device) device = raw_open(fd, NULL);

  g_assert_nonnull(device);
  device->sector_size = sector_size;
  return partition_list(device, NULL, error);
}

/* As partx prints them: number, start in sectors of 512, bytes, PARTUUID. */
static char *
describe(int fd, guint sector_size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GArray) partitions = list_partitions(fd, sector_size, &error);

  g_assert_no_error(error);
  for (guint i = 0; i < partitions->len; i++) {
    const struct partition *partition = &g_array_index(partitions, struct partition, i);
    g_string_append_printf(text, "%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s\n",
                           partition->number, partition->offset / 512, partition->length,
                           partition->partuuid);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Scripts make an empty file `disk` of DISK_SIZE into a disk. */
static const struct disk_case {
  const char *name, *tool, *script;
  guint sector_size;
} disks[] = {
    {"dos", "sfdisk", "printf 'label: dos\\n,8M,L,*\\n,8M,82\\n' | sfdisk -q --no-tell-kernel disk",
     512},
    {"dos-without-id", "sfdisk",
     "printf 'label: dos\\nlabel-id: 0\\n,8M\\n' | sfdisk -q --no-tell-kernel disk", 512},
    {"dos-fourth-only", "sfdisk",
     "printf 'label: dos\\ndisk4 : size=8M\\n' | sfdisk -q --no-tell-kernel disk", 512},
    {"dos-logical", "sfdisk",
     "printf 'label: dos\\n,8M,L,*\\n,8M\\n,40M,E\\n,,S\\n,5M\\n,6M,82\\n,7M\\n' | sfdisk -q "
     "--no-tell-kernel disk",
     512},
    {"dos-logical-first", "sfdisk",
     "printf 'label: dos\\n,50M,Ex\\n,5M\\n,5M\\n' | sfdisk -q --no-tell-kernel disk", 512},
    {"dos-logical-unordered", "sfdisk",
     "printf 'label: dos\\ndisk1 : size=50M,type=5\\ndisk5 : start=30M,size=5M\\ndisk6 : "
     "start=10M,size=5M\\n' | sfdisk -q --no-tell-kernel disk",
     512},
    {"dos-thirty-logical", "sfdisk",
     "{ printf 'label: dos\\n,,E\\n'; for i in $(seq 30); do echo ,500K; done; } | sfdisk -q "
     "--no-tell-kernel disk",
     512},
    {"gpt", "sfdisk", "printf 'label: gpt\\n,8M\\n,8M,U\\n' | sfdisk -q --no-tell-kernel disk",
     512},
    {"gpt-with-gaps", "sfdisk",
     "printf 'label: gpt\\ndisk3 : size=8M\\ndisk128 : size=8M\\n' | sfdisk -q --no-tell-kernel "
     "disk",
     512},
    {"gpt-many", "sfdisk",
     "{ echo label: gpt; for i in $(seq 60); do echo ,100K; done; } | sfdisk -q --no-tell-kernel "
     "disk",
     512},
    {"gpt-long-table", "sgdisk", "sgdisk -S 256 -n 200:0:+1M -n 2:0:+1M disk", 512},
    {"gpt-hybrid", "sgdisk", "sgdisk -n 1:0:+8M -n 2:0:+8M -h 1:2 disk", 512},
    {"gpt-without-primary", "sfdisk",
     "printf 'label: gpt\\n,8M\\n,8M\\n' | sfdisk -q --no-tell-kernel disk\n"
     "dd if=/dev/zero of=disk bs=512 seek=1 count=33 conv=notrunc status=none",
     512},
    {"gpt-broken-primary", "sfdisk",
     "printf 'label: gpt\\n,8M\\n,8M\\n' | sfdisk -q --no-tell-kernel disk\n"
     "printf x | dd of=disk bs=1 seek=600 conv=notrunc status=none",
     512},
    {"gpt-broken-entries", "sfdisk",
     "printf 'label: gpt\\n,8M\\n,8M\\n' | sfdisk -q --no-tell-kernel disk\n"
     "printf x | dd of=disk bs=1 seek=1056 conv=notrunc status=none",
     512},
    {"gpt-without-backup", "sfdisk",
     "printf 'label: gpt\\n,8M\\n,8M\\n' | sfdisk -q --no-tell-kernel disk\n"
     "dd if=/dev/zero of=disk bs=512 seek=131039 count=33 conv=notrunc status=none",
     512},
    {"dos-4096", "fdisk",
     "printf 'o\\nn\\np\\n1\\n\\n+8M\\nn\\ne\\n2\\n\\n\\nn\\nl\\n\\n+8M\\nn\\nl\\n\\n+8M\\nw\\n' | "
     "fdisk -b 4096 disk",
     4096},
    {"gpt-4096", "fdisk", "printf 'g\\nn\\n\\n\\n+8M\\nn\\n4\\n\\n+8M\\nw\\n' | fdisk -b 4096 disk",
     4096},
    {"gpt-4096-without-primary", "fdisk",
     "printf 'g\\nn\\n\\n\\n+8M\\nn\\n4\\n\\n+8M\\nw\\n' | fdisk -b 4096 disk\n"
     "dd if=/dev/zero of=disk bs=4096 seek=1 count=1 conv=notrunc status=none",
     4096},
};

static void
test_disk(gconstpointer data)
{
  const struct disk_case *disk = data;
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("partx", disk->tool, NULL))
    return;
  scratch_run(scratch, "truncate -s %" G_GUINT64_FORMAT " disk", DISK_SIZE);
  scratch_run(scratch, "%s", disk->script);
  scratch_run(scratch,
              "partx -S %u -grb -o NR,START,SIZE,UUID,TYPE disk |"
              "sed -E '/ (0x5|0xf|0x85)$/d; s/ [^ ]+$//' >expected",
              disk->sector_size);
  g_autoptr(GBytes) expected = scratch_read(scratch, "expected");
  g_autofree char *expected_text =
      g_strndup(g_bytes_get_data(expected, NULL), g_bytes_get_size(expected));
  int fd = scratch_open(scratch, "disk");
  g_autofree char *text = describe(fd, disk->sector_size);
  g_assert_cmpstr(g_strstrip(text), ==, g_strstrip(expected_text));
  g_assert_cmpuint(strlen(text), >, 0);
  close(fd);
}

/* Disks without a partition table, some of which end their first sector as one does. */
static const struct disk_case whole_disks[] = {
    {"zeros", "truncate", "true", 512},
    {"ext4", "mke2fs", "mke2fs -qF disk", 512},
    {"vfat", "mkfs.vfat", "mkfs.vfat disk", 512},
    {"vfat-with-message", "mkfs.vfat",
     "head -c 400 /dev/zero | tr '\\0' x >message; mkfs.vfat -m message disk", 512},
    {"vfat-with-table", "mkfs.vfat", "mkfs.vfat --mbr=y disk", 512},
    {"ntfs", "mkntfs", "mkntfs -qFf disk", 512},
    {"swap", "mkswap", "mkswap disk", 512},
};

static void
test_whole_disk(gconstpointer data)
{
  const struct disk_case *disk = data;
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools(disk->tool, NULL))
    return;
  scratch_run(scratch, "truncate -s %" G_GUINT64_FORMAT " disk", DISK_SIZE);
  scratch_run(scratch, "%s", disk->script);
  int fd = scratch_open(scratch, "disk");
  g_autofree char *text = describe(fd, SECTOR);
  g_assert_cmpstr(text, ==, "");
  close(fd);
}

/* An entry of a table in some sector of a disk of a mebibyte. */
struct crafted_entry {
  guint32 sector, slot;
  guint8 flag, type;
  guint32 start, length;
};

#define CRAFTED_SECTORS 2048
#define CRAFTED_ENTRIES 8

static const struct crafted_case {
  const char *name;
  struct crafted_entry entries[CRAFTED_ENTRIES]; /* up to one of type 0 */
  const char *numbers;                           /* of the partitions to be found */
} crafted[] = {
    {"nothing", {{0}}, ""},
    {"one", {{0, 0, 0x80, 0x83, 1, 2047}}, "1 "},
    {"beyond-end", {{0, 0, 0, 0x83, 1, 2048}, {0, 1, 0, 0x83, 100, 100}}, "2 "},
    {"far-beyond-end", {{0, 2, 0, 0x83, 0xffffffff, 0xffffffff}}, ""},
    {"no-length", {{0, 0, 0, 0x83, 1, 0}, {0, 3, 0, 0x83, 9, 1}}, "4 "},
    {"starts-at-itself", {{0, 0, 0, 0x83, 0, 2048}}, ""},
    {"bad-flag", {{0, 0, 0, 0x83, 1, 9}, {0, 1, 0x20, 0x83, 10, 9}}, ""},
    {"bad-flag-of-unused", {{0, 0, 0, 0x83, 1, 9}, {0, 3, 0x01, 0xff, 0, 0}}, ""},
    {"loop-to-self", {{0, 0, 0, 5, 100, 900}, {100, 0, 0, 0x83, 1, 9}, {100, 1, 0, 5, 0, 9}}, "5 "},
    {"loop-of-two",
     {{0, 0, 0, 5, 100, 900},
      {100, 0, 0, 0x83, 1, 9},
      {100, 1, 0, 5, 50, 9},
      {150, 0, 0, 0x83, 1, 9},
      {150, 1, 0, 5, 50, 9}},
     "5 6 "},
    {"chain-leaves-device",
     {{0, 0, 0, 5, 100, 900}, {100, 0, 0, 0x83, 1, 9}, {100, 1, 0, 5, 5000, 9}},
     "5 "},
    {"chain-wraps",
     {{0, 0, 0, 5, 100, 900},
      {100, 0, 0, 0x83, 1, 9},
      {100, 1, 0, 5, 0xffffffce, 9}, /* 2^32 sectors on: 50 */
      {50, 0, 0, 0x83, 1, 9}},
     "5 "},
    {"chain-starts-beyond-end", {{0, 0, 0, 5, 5000, 900}, {0, 1, 0, 0x83, 1, 9}}, "2 "},
    {"chain-without-mark", {{0, 0, 0, 5, 100, 900}, {0, 1, 0, 0x83, 1, 9}}, "2 "},
    {"logical-beyond-end",
     {{0, 0, 0, 15, 100, 900},
      {100, 0, 0, 0x83, 1, 5000},
      {100, 1, 0, 5, 50, 9},
      {150, 0, 0, 0x83, 1, 9}},
     "6 "},
    {"two-chains",
     {{0, 0, 0, 5, 100, 100},
      {0, 1, 0, 0x85, 300, 100},
      {100, 0, 0, 0x83, 1, 9},
      {300, 0, 0, 0x83, 1, 9}},
     "5 6 "},
    {"chains-share-a-record",
     {{0, 0, 0, 5, 100, 100}, {0, 1, 0, 5, 100, 100}, {100, 0, 0, 0x83, 1, 9}},
     "5 "},
};

static void
put_le32(guint8 *at, guint32 value)
{
  value = GUINT32_TO_LE(value);
  memcpy(at, &value, sizeof(value));
}

static void
put_entry(guint8 *disk, const struct crafted_entry *entry)
{
  guint8 *sector = disk + (gsize)entry->sector * SECTOR;
  guint8 *at = sector + 446 + entry->slot * 16;

  at[0] = entry->flag;
  at[4] = entry->type;
  put_le32(at + 8, entry->start);
  put_le32(at + 12, entry->length);
  sector[510] = 0x55;
  sector[511] = 0xaa;
}

static char *
numbers_of(GArray *partitions)
{
  g_autoptr(GString) numbers = g_string_new(NULL);

  for (guint i = 0; i < partitions->len; i++)
    g_string_append_printf(numbers, "%u ", g_array_index(partitions, struct partition, i).number);
  return g_string_free(g_steal_pointer(&numbers), FALSE);
}

static void
test_crafted(gconstpointer data)
{
  const struct crafted_case *disk = data;
  g_autofree guint8 *bytes = g_malloc0(CRAFTED_SECTORS * SECTOR);
  g_autoptr(GError) error = NULL;

  bytes[510] = 0x55;
  bytes[511] = 0xaa;
  for (guint i = 0; i < CRAFTED_ENTRIES && disk->entries[i].type != 0; i++)
    put_entry(bytes, &disk->entries[i]);
  int fd = scratch_memory(bytes, CRAFTED_SECTORS * SECTOR, 0);
  g_autoptr(GArray) partitions = list_partitions(fd, SECTOR, &error);
  g_assert_no_error(error);
  g_autofree char *numbers = numbers_of(partitions);
  g_assert_cmpstr(numbers, ==, disk->numbers);
  close(fd);
}

/* A chain that goes on and on ends at the limit. */
static void
test_endless_chain(void)
{
  const guint records = 1000;
  g_autofree guint8 *bytes = g_malloc0((gsize)(records + 2) * 2 * SECTOR);
  g_autoptr(GError) error = NULL;

  put_entry(bytes, &(struct crafted_entry){0, 0, 0, 5, 2, records});
  for (guint i = 0; i < records; i++) {
    guint32 at = 2 + 2 * i;
    put_entry(bytes, &(struct crafted_entry){at, 0, 0, 0x83, 1, 1});
    put_entry(bytes, &(struct crafted_entry){at, 1, 0, 5, 2 * i + 2, 2});
  }
  int fd = scratch_memory(bytes, (gsize)(records + 2) * 2 * SECTOR, 0);
  g_autoptr(GArray) partitions = list_partitions(fd, SECTOR, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(partitions->len, ==, PARTITION_MAX);
  close(fd);
}

static void
test_smaller_than_a_sector(void)
{
  static const guint8 bytes[511] = {[510] = 0x55};

  for (guint length = 0; length <= sizeof(bytes); length += 73) {
    g_autoptr(GError) error = NULL;
    int fd = scratch_memory(bytes, length, 0);
    g_autoptr(GArray) partitions = list_partitions(fd, SECTOR, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(partitions->len, ==, 0);
    close(fd);
  }
}

/* A protective MBR before nothing, and before two broken headers. */
static void
test_no_gpt_holds(void)
{
  g_autofree guint8 *bytes = g_malloc0(CRAFTED_SECTORS * SECTOR);

  put_entry(bytes, &(struct crafted_entry){0, 0, 0, 0xee, 1, CRAFTED_SECTORS - 1});
  memcpy(bytes + SECTOR, "EFI PART", 8);
  memcpy(bytes + (CRAFTED_SECTORS - 1) * SECTOR, "EFI PART", 8);
  for (guint sectors = 1; sectors <= CRAFTED_SECTORS; sectors *= 2) {
    g_autoptr(GError) error = NULL;
    int fd = scratch_memory(bytes, (gsize)sectors * SECTOR, 0);
    g_assert_null(list_partitions(fd, SECTOR, &error));
    g_assert_error(error, DISK_ERROR, DISK_ERROR_CORRUPT);
    close(fd);
  }
}

static void
add_tests(const char *folder, const struct disk_case *cases, guint count, GTestDataFunc test)
{
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = g_strdup_printf("/partition/%s/%s", folder, cases[i].name);
    g_test_add_data_func(path, &cases[i], test);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  add_tests("disk", disks, G_N_ELEMENTS(disks), test_disk);
  add_tests("whole-disk", whole_disks, G_N_ELEMENTS(whole_disks), test_whole_disk);
  for (guint i = 0; i < G_N_ELEMENTS(crafted); i++) {
    g_autofree char *path = g_strdup_printf("/partition/crafted/%s", crafted[i].name);
    g_test_add_data_func(path, &crafted[i], test_crafted);
  }
  g_test_add_func("/partition/endless-chain", test_endless_chain);
  g_test_add_func("/partition/smaller-than-a-sector", test_smaller_than_a_sector);
  g_test_add_func("/partition/no-gpt-holds", test_no_gpt_holds);
  return g_test_run();
}
