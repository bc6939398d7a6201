/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qcow2 images whose tables are odd or lie: each is a sound small image with some entries changed.
 */
#include "guest/disk/qcow2.h"
#include "guest/disk/raw.h"
#include "guest/disk/table_cache.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

/* Clusters of 16 KiB: the header, the L1 table, an L2 table, then data up to the end. */
#define CLUSTER   16384
#define L1_AT     (1 * CLUSTER)
#define L2_AT     (2 * CLUSTER)
#define DATA_AT   (3 * CLUSTER)
#define FILE_SIZE (DATA_AT + CLUSTER + 1000)
#define OK        (-1)
#define ALL_BITS  G_GUINT64_CONSTANT(0xffffffffffffffff)

#define COMPRESSED   ((guint64)1 << 62)
#define COPIED       ((guint64)1 << 63)
#define SECTORS(n)   ((guint64)((n)-1) << 56) /* at this cluster size */
#define SUBCLUSTER   (CLUSTER / 32)
#define ZEROS(n)     ((guint64)1 << (32 + (n)))
#define ALLOCATED(n) ((guint64)1 << (n))

static const struct table_case {
  const char *name;
  guint32 version;
  bool subclusters;
  guint64 l1, l2, bitmap;
  int code;  /* OK, or what reading the first cluster ends in */
  int byte;  /* its first byte: 'D' of data, 'B' of the backing image, 0 */
  int fully; /* whether it counts as mapped; -1: DISK_ERROR_CORRUPT */
} cases[] = {
    {"data", 3, false, L2_AT, DATA_AT, 0, OK, 'D', 1},
    {"data-copied", 3, false, L2_AT | COPIED, DATA_AT | COPIED, 0, OK, 'D', 1},
    {"data-reserved-bits", 3, false, L2_AT | 0x1ff, DATA_AT | 0x1fe, 0, OK, 'D', 1},
    {"no-l2", 3, false, 0, 0, 0, OK, 'B', 0},
    {"unallocated", 3, false, L2_AT, 0, 0, OK, 'B', 0},
    {"zero", 3, false, L2_AT, 1, 0, OK, 0, 0},
    {"zero-with-place", 3, false, L2_AT, DATA_AT | 1, 0, OK, 0, 1},
    {"zero-in-version-2", 2, false, L2_AT, 1, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"l2-not-aligned", 3, false, L2_AT + 512, DATA_AT, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"l2-outside", 3, false, 16 * CLUSTER, DATA_AT, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"l2-far-outside", 3, false, (guint64)0xffffffffff << 16, DATA_AT, 0, DISK_ERROR_CORRUPT, 0,
     -1},
    {"l2-is-l1", 3, false, L1_AT, 0, 0, OK, 0, 1},
    {"data-not-aligned", 3, false, L2_AT, DATA_AT + 512, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"data-outside", 3, false, L2_AT, 5 * CLUSTER, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"data-far-outside", 3, false, L2_AT, (guint64)0xffffffffff << 16, 0, DISK_ERROR_CORRUPT, 0,
     -1},
    {"data-cut-by-end", 3, false, L2_AT, 4 * CLUSTER, 0, OK, 'D', 1},
    {"compressed-outside", 3, false, L2_AT, COMPRESSED | FILE_SIZE, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"compressed-nowhere", 3, false, L2_AT, COMPRESSED, 0, DISK_ERROR_CORRUPT, 0, -1},
    {"compressed-garbage", 3, false, L2_AT, COMPRESSED | SECTORS(2) | DATA_AT, 0,
     DISK_ERROR_CORRUPT, 0, 1},
    {"compressed-cut-by-end", 3, false, L2_AT, COMPRESSED | SECTORS(64) | (FILE_SIZE - 1), 0,
     DISK_ERROR_CORRUPT, 0, 1},
    {"subclusters-data", 3, true, L2_AT, DATA_AT, 0xffffffff, OK, 'D', 1},
    {"subclusters-no-flag-for-zeros", 3, true, L2_AT, DATA_AT | 1, 0xffffffff, OK, 'D', 1},
    {"subclusters-unallocated", 3, true, L2_AT, 0, 0, OK, 'B', 0},
    {"subclusters-place-only", 3, true, L2_AT, DATA_AT, 0, OK, 'B', 1},
    {"subclusters-zeros", 3, true, L2_AT, 0, ZEROS(0), OK, 0, 0},
    {"subclusters-mixed", 3, true, L2_AT, DATA_AT, ZEROS(0) | ALLOCATED(1), OK, 0, 1},
    {"subclusters-both", 3, true, L2_AT, DATA_AT, ZEROS(5) | ALLOCATED(5), DISK_ERROR_CORRUPT, 0,
     -1},
    {"subclusters-no-place", 3, true, L2_AT, 0, ALLOCATED(31), DISK_ERROR_CORRUPT, 0, -1},
    {"subclusters-all-bits", 3, true, ALL_BITS, ALL_BITS, ALL_BITS, DISK_ERROR_CORRUPT, 0, -1},
    {"all-bits", 3, false, ALL_BITS, ALL_BITS, 0, DISK_ERROR_CORRUPT, 0, -1},
};

static void
put(guint8 *file, guint64 offset, guint width, guint64 value)
{
  for (guint i = 0; i < width; i++)
    file[offset + i] = (guint8)(value >> 8 * (width - 1 - i));
}

/* Of its clusters only the first is mapped, as the case has it. */
static int
make_image(const struct table_case *table_case, guint64 virtual_size)
{
  g_autofree guint8 *file = g_malloc0(FILE_SIZE);

  memset(file + DATA_AT, 'D', FILE_SIZE - DATA_AT);
  put(file, 0, 4, 0x514649fb);
  put(file, 4, 4, table_case->version);
  put(file, 8, 8, 512);
  put(file, 16, 4, 4);
  put(file, 20, 4, 14);
  put(file, 24, 8, virtual_size);
  put(file, 36, 4, 1);
  put(file, 40, 8, L1_AT);
  if (table_case->version == 3) {
    put(file, 72, 8, table_case->subclusters ? 16 : 0);
    put(file, 100, 4, 104);
  }
  memcpy(file + 512, "base", 4);
  put(file, L1_AT, 8, table_case->l1);
  put(file, L2_AT, 8, table_case->l2);
  if (table_case->subclusters)
    put(file, L2_AT + 8, 8, table_case->bitmap);
  return scratch_memory(file, FILE_SIZE, 0);
}

static void
parse_header(int fd, struct qcow2_header *ret_header)
{
  guint8 bytes[4096];

  g_assert_cmpint(pread(fd, bytes, sizeof(bytes), 0), ==, sizeof(bytes));
  g_assert_true(qcow2_header_parse(bytes, sizeof(bytes), FILE_SIZE, ret_header, NULL));
}

/*
 * The image on a backing image of `backing_size` bytes 'B'. Descriptors are left to the end of the
 * test.
 */
static struct device *
open_image(int fd, gsize backing_size)
{
  g_autofree guint8 *bytes = g_malloc(backing_size);
  g_autoptr(GError) error = NULL;

  memset(bytes, 'B', backing_size);
  struct device *backing = raw_open(scratch_memory(bytes, backing_size, 0), &error);
  g_assert_no_error(error);
  struct device *device = qcow2_open(fd, backing, &error);
  g_assert_no_error(error);
  return device;
}

static void
check_read(int fd, const struct table_case *table_case)
{
  g_autoptr(Device) device = open_image(fd, CLUSTER);
  g_autoptr(GError) error = NULL;
  guint8 bytes[64];

  bool read = device_read(device, bytes, sizeof(bytes), 0, &error);
  g_assert_cmpint(read, ==, table_case->code == OK);
  if (read)
    g_assert_cmpint(bytes[0], ==, table_case->byte);
  else
    g_assert_error(error, DISK_ERROR, table_case->code);
}

static void
check_mapping(int fd, const struct table_case *table_case)
{
  g_auto(Qcow2Header) header = {0};
  g_autoptr(GError) error = NULL;
  bool fully = false;

  parse_header(fd, &header);
  bool known = qcow2_is_fully_mapped(fd, &header, &fully, &error);
  g_assert_cmpint(known, ==, table_case->fully >= 0);
  if (known)
    g_assert_cmpint(fully, ==, table_case->fully);
  else
    g_assert_error(error, DISK_ERROR, DISK_ERROR_CORRUPT);
}

static void
test_case(gconstpointer data)
{
  const struct table_case *table_case = data;
  int fd = make_image(table_case, CLUSTER);

  check_read(fd, table_case);
  check_mapping(fd, table_case);
  close(fd);
}

/*
 * Reading on behind the end of the file within its last cluster gives zeros; so does the rest of a
 * disk whose backing image ends early.
 */
static void
test_ends(void)
{
  static const struct table_case cut = {"", 3, false, L2_AT, 4 * CLUSTER, 0, OK, 'D', 1};
  g_autofree guint8 *bytes = g_malloc(3 * CLUSTER);
  g_autoptr(GError) error = NULL;
  int fd = make_image(&cut, 3 * CLUSTER);
  g_autoptr(Device) device = open_image(fd, CLUSTER + 100);

  memset(bytes, 'x', 3 * CLUSTER);
  g_assert_true(device_read(device, bytes, 3 * CLUSTER, 0, &error));
  for (guint i = 0; i < 3 * CLUSTER; i++) {
    bool data = i < 1000, backing = i >= CLUSTER && i < CLUSTER + 100;
    g_assert_cmpint(bytes[i], ==, data ? 'D' : backing ? 'B' : 0);
  }
  g_assert_true(device_read(device, bytes, 10, CLUSTER - 10, &error));
  g_assert_cmpint(bytes[0], ==, 0);
  close(fd);
}

static void
test_subclusters(void)
{
  static const struct table_case mixed = {
      "", 3, true, L2_AT, DATA_AT, ZEROS(0) | ALLOCATED(1) | ALLOCATED(2) | ZEROS(31), OK, 0, 1};
  int fd = make_image(&mixed, CLUSTER);
  g_autoptr(Device) device = open_image(fd, CLUSTER);
  guint8 bytes[CLUSTER];

  for (guint start = 0; start < CLUSTER; start += 333) {
    g_autoptr(GError) error = NULL;
    g_assert_true(device_read(device, bytes, CLUSTER - start, start, &error));
    for (guint i = start; i < CLUSTER; i++) {
      guint index = i / SUBCLUSTER;
      bool zeros = index == 0 || index == 31, data = index == 1 || index == 2;
      g_assert_cmpint(bytes[i - start], ==, zeros ? 0 : data ? 'D' : 'B');
    }
  }
  close(fd);
}

/* A file of 32 MiB of L1 table that all leads to one L2 table: the answer must not take minutes. */
static void
test_mapping_is_bounded(void)
{
  const guint entries = 1 << 22;
  g_autofree guint64 *l1 = g_new(guint64, entries);
  g_autofree guint8 *l2 = g_malloc(CLUSTER);
  static const struct table_case sound = {"", 3, false, 0, 0, 0, OK, 0, 1};
  int fd = make_image(&sound, 0);
  struct qcow2_header header = {
      .version = 3,
      .cluster_bits = 14,
      .l1_offset = FILE_SIZE / CLUSTER * CLUSTER + CLUSTER,
      .l1_size = entries,
      .virtual_size = (guint64)entries * CLUSTER * (CLUSTER / 8),
  };
  gint64 start = g_get_monotonic_time();
  bool fully = false;

  for (guint i = 0; i < entries; i++)
    l1[i] = GUINT64_TO_BE(L2_AT);
  for (guint i = 0; i < CLUSTER / 8; i++)
    put(l2, i * 8, 8, DATA_AT);
  g_assert_cmpint(pwrite(fd, l2, CLUSTER, L2_AT), ==, CLUSTER);
  g_assert_cmpint(pwrite(fd, l1, entries * 8, (off_t)header.l1_offset), ==, entries * 8);
  g_assert_true(qcow2_is_fully_mapped(fd, &header, &fully, NULL));
  g_assert_true(fully);
  g_assert_cmpint(g_get_monotonic_time() - start, <, 10 * G_USEC_PER_SEC);
  close(fd);
}

/* What cannot be understood is not counted. */
static void
test_mapping_refusals(void)
{
  static const struct {
    guint64 incompatible;
    int code;
  } refusals[] = {
      {(guint64)1 << 5, DISK_ERROR_UNKNOWN_FEATURE},
      {QCOW2_INCOMPATIBLE_DATA_FILE, DISK_ERROR_EXTERNAL_DATA_FILE},
  };

  for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autoptr(GError) error = NULL;
    struct qcow2_header header = {
        .cluster_bits = 9,
        .incompatible = refusals[i].incompatible,
        .l1_offset = G_MAXUINT64 - 3,
        .virtual_size = G_MAXINT64,
    };
    bool fully;
    g_assert_false(qcow2_is_fully_mapped(0, &header, &fully, &error));
    g_assert_error(error, DISK_ERROR, refusals[i].code);
  }
}

/* Pages in use stay; the one unused for longest goes. */
static void
test_cache(void)
{
  int fd = scratch_memory("", 0, (TABLE_CACHE_PAGES + 1) * TABLE_PAGE_SIZE);
  struct table_cache cache = {.fd = fd, .file_size = (TABLE_CACHE_PAGES + 1) * TABLE_PAGE_SIZE};
  g_autoptr(GError) error = NULL;
  guint64 entry;

  for (guint i = 0; i < 3 * TABLE_CACHE_PAGES; i++)
    g_assert_true(table_cache_entry(&cache, i % TABLE_CACHE_PAGES * TABLE_PAGE_SIZE, &entry, NULL));
  g_assert_cmpuint(cache.pages_read, ==, TABLE_CACHE_PAGES);
  g_assert_true(table_cache_entry(&cache, 0, &entry, NULL));
  g_assert_true(table_cache_entry(&cache, TABLE_CACHE_PAGES * TABLE_PAGE_SIZE, &entry, NULL));
  g_assert_true(table_cache_entry(&cache, 0, &entry, NULL));
  g_assert_cmpuint(cache.pages_read, ==, TABLE_CACHE_PAGES + 1);
  g_assert_true(table_cache_entry(&cache, TABLE_PAGE_SIZE, &entry, NULL));
  g_assert_cmpuint(cache.pages_read, ==, TABLE_CACHE_PAGES + 2);
  g_assert_false(table_cache_entry(&cache, cache.file_size - 7, &entry, &error));
  g_assert_error(error, DISK_ERROR, DISK_ERROR_CORRUPT);
  table_cache_clear(&cache);
  close(fd);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strdup_printf("/qcow2-tables/%s", cases[i].name);
    g_test_add_data_func(path, &cases[i], test_case);
  }
  g_test_add_func("/qcow2-tables/ends", test_ends);
  g_test_add_func("/qcow2-tables/subclusters", test_subclusters);
  g_test_add_func("/qcow2-tables/cache", test_cache);
  g_test_add_func("/qcow2-tables/mapping-is-bounded", test_mapping_is_bounded);
  g_test_add_func("/qcow2-tables/mapping-refusals", test_mapping_refusals);
  return g_test_run();
}
