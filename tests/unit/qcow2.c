/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from images that QEMU made equals what QEMU reads from them. */
#include "guest/disk/qcow2.h"

#include "guest/disk/chain.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATTERN_SIZE ((gsize)(2200 << 10) + 3 * 512) /* ends within clusters but the smallest */
#define CHUNK_MAX    200000
#define LAYERS_MAX   3

/*
 * Scripts find random bytes, some of them compressible, as pattern.raw, and the cluster size as
 * $cluster. They leave top.qcow2, and, where `layers` says so, its backing images.
 */
static const struct image_case {
  const char *name;
  const char *script;
  const char *layers; /* file names, top first */
  guint cluster_min;
} cases[] = {
    {"version-2",
     "qemu-img convert -O qcow2 -o compat=0.10,cluster_size=$cluster pattern.raw top.qcow2",
     "top.qcow2", 512},
    {"version-3", "qemu-img convert -O qcow2 -o cluster_size=$cluster pattern.raw top.qcow2",
     "top.qcow2", 512},
    {"zlib", "qemu-img convert -c -O qcow2 -o cluster_size=$cluster pattern.raw top.qcow2",
     "top.qcow2", 512},
    {"zlib-version-2",
     "qemu-img convert -c -O qcow2 -o compat=0.10,cluster_size=$cluster pattern.raw top.qcow2",
     "top.qcow2", 512},
    {"zstd",
     "qemu-img convert -c -O qcow2 -o compression_type=zstd,cluster_size=$cluster pattern.raw "
     "top.qcow2",
     "top.qcow2", 512},
    {"subclusters",
     "qemu-img convert -O qcow2 -o extended_l2=on,cluster_size=$cluster pattern.raw top.qcow2",
     "top.qcow2", 16384},
    {"subclusters-zlib",
     "qemu-img convert -c -O qcow2 -o extended_l2=on,cluster_size=$cluster pattern.raw top.qcow2",
     "top.qcow2", 16384},
    {"subclusters-overlay",
     "qemu-img create -q -f qcow2 -o extended_l2=on,cluster_size=$cluster -b pattern.raw -F raw "
     "top.qcow2\n"
     "qemu-io -t unsafe -c 'write -P 7 1k 1k' -c 'write -P 8 100k 30k' -c 'write -z 200k 3k' -c "
     "'write -z 2M "
     "64k'"
     " -c 'write -P 9 2050k 2k' -c 'discard 300k 64k' top.qcow2",
     "top.qcow2 pattern.raw", 16384},
    {"overlay",
     "qemu-img create -q -f qcow2 -o cluster_size=$cluster -b pattern.raw -F raw top.qcow2\n"
     "qemu-io -t unsafe -c 'write -P 7 1k 1k' -c 'write -z 256k 128k' -c 'write -P 9 600k 70k'"
     " -c 'write -z -u 600k 64k' -c 'discard 1M 256k' top.qcow2",
     "top.qcow2 pattern.raw", 512},
    {"overlay-lazy-refcounts",
     "qemu-img create -q -f qcow2 -o lazy_refcounts=on,cluster_size=$cluster -b pattern.raw -F raw "
     "top.qcow2\n"
     "qemu-io -t unsafe -c 'write -P 7 1k 1k' top.qcow2",
     "top.qcow2 pattern.raw", 512},
    {"compressed-overlay",
     "qemu-img create -q -f qcow2 -o cluster_size=$cluster -b pattern.raw -F raw top.qcow2\n"
     "qemu-io -t unsafe -c \"write -c -P 7 0 $cluster\" top.qcow2",
     "top.qcow2 pattern.raw", 512},
    {"chain-of-three",
     "qemu-img convert -c -O qcow2 -o cluster_size=$cluster pattern.raw base.qcow2\n"
     "qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 middle.qcow2 4M\n"
     "qemu-io -t unsafe -c 'write -P 1 70k 300k' -c 'write -P 2 3500k 100k' -c 'write -z 1M 64k' "
     "middle.qcow2\n"
     "qemu-img create -q -f qcow2 -o cluster_size=$cluster -b middle.qcow2 -F qcow2 top.qcow2 5M\n"
     "qemu-io -t unsafe -c 'write -P 3 100k 10k' -c 'write -P 4 4500k 1k' -c 'write -z 72k 4k' "
     "top.qcow2",
     "top.qcow2 middle.qcow2 base.qcow2", 512},
    {"smaller-than-backing",
     "qemu-img create -q -f qcow2 -o cluster_size=$cluster -b pattern.raw -F raw top.qcow2 1000k",
     "top.qcow2 pattern.raw", 512},
    {"preallocated-metadata",
     "qemu-img create -q -f qcow2 -o preallocation=metadata,cluster_size=$cluster top.qcow2 4M\n"
     "qemu-io -t unsafe -c 'write -P 5 700k 800k' top.qcow2",
     "top.qcow2", 512},
    {"preallocated-falloc",
     "qemu-img create -q -f qcow2 -o preallocation=falloc,cluster_size=$cluster top.qcow2 4M\n"
     "qemu-io -t unsafe -c 'write -P 5 700k 800k' top.qcow2",
     "top.qcow2", 512},
    {"preallocated-full",
     "qemu-img create -q -f qcow2 -o preallocation=full,cluster_size=$cluster top.qcow2 4M\n"
     "qemu-io -t unsafe -c 'write -P 5 700k 800k' top.qcow2",
     "top.qcow2", 512},
    {"preallocated-zeros",
     "qemu-img create -q -f qcow2 -o preallocation=full,cluster_size=$cluster top.qcow2 4M\n"
     "qemu-io -t unsafe -c 'write -P 5 0 4M' -c 'write -z 1M 2M' top.qcow2",
     "top.qcow2", 512},
    {"snapshot",
     "qemu-img convert -O qcow2 -o cluster_size=$cluster pattern.raw top.qcow2\n"
     "qemu-img snapshot -c first top.qcow2\n"
     "qemu-io -t unsafe -c 'write -P 6 333k 555k' top.qcow2\n"
     "qemu-img snapshot -c second top.qcow2\n"
     "qemu-io -t unsafe -c 'write -P 7 444k 3k' top.qcow2",
     "top.qcow2", 512},
    {"empty", "qemu-img create -q -f qcow2 -o cluster_size=$cluster top.qcow2 0", "top.qcow2", 512},
};

static const guint cluster_sizes[] = {512, 16384, 65536, 2 << 20};

static void
write_pattern(struct scratch *scratch)
{
  g_autofree guint8 *bytes = g_malloc0(PATTERN_SIZE);
  g_autoptr(GRand) random = g_rand_new_with_seed(20);

  for (gsize at = 0; at < PATTERN_SIZE;) {
    gsize length = MIN(PATTERN_SIZE - at, (gsize)g_rand_int_range(random, 1, 100000));
    gint32 range = g_rand_int_range(random, 0, 4) * 64; /* zeros, three kinds of noise */
    for (gsize i = 0; i < length && range > 0; i++)
      bytes[at + i] = (guint8)g_rand_int_range(random, 0, range);
    at += length;
  }
  scratch_write(scratch, "pattern.raw", bytes, PATTERN_SIZE);
}

static guint
open_layers(struct scratch *scratch, const char *names, struct layer *layers)
{
  g_auto(GStrv) files = g_strsplit(names, " ", LAYERS_MAX);
  guint count = g_strv_length(files);

  for (guint i = 0; i < count; i++)
    layers[i] = (struct layer){
        .fd = scratch_open(scratch, files[i]),
        .format = g_str_has_suffix(files[i], ".raw") ? "raw" : "qcow2",
    };
  return count;
}

/* Read all of a device, at once and then again in random pieces. */
static void
check_content(struct device *device, GBytes *expected)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data(expected, &size);
  g_autofree guint8 *got = g_malloc(MAX(size, CHUNK_MAX));
  g_autoptr(GRand) random = g_rand_new_with_seed(21);
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint(device->size, ==, size);
  device_read(device, got, size, 0, &error);
  g_assert_no_error(error);
  g_assert_true(size == 0 || memcmp(got, bytes, size) == 0);
  for (guint i = 0; i < 40 && size > 0; i++) {
    gsize offset = (gsize)g_rand_double_range(random, 0, (double)size);
    gsize length = (gsize)g_rand_int_range(random, 1, i % 2 ? 5000 : CHUNK_MAX);
    length = MIN(length, size - offset);
    device_read(device, got, length, offset, &error);
    g_assert_no_error(error);
    g_assert_true(memcmp(got, bytes + offset, length) == 0);
  }
}

static void
check_image(struct scratch *scratch, const struct image_case *image_case, guint cluster_size)
{
  struct layer layers[LAYERS_MAX];
  g_autoptr(GError) error = NULL;

  scratch_run(scratch, "cluster=%u\n%s\nqemu-img convert -f qcow2 -O raw top.qcow2 expected.raw",
              cluster_size, image_case->script);
  g_autoptr(GBytes) expected = scratch_read(scratch, "expected.raw");
  guint count = open_layers(scratch, image_case->layers, layers);
  g_autoptr(Device) device = chain_open(layers, count, &error);
  g_assert_no_error(error);
  check_content(device, expected);
  for (guint i = 0; i < count; i++)
    close(layers[i].fd);
}

static void
test_image(gconstpointer data)
{
  const struct image_case *image_case = data;
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("qemu-img", "qemu-io", NULL))
    return;
  write_pattern(scratch);
  for (guint i = 0; i < G_N_ELEMENTS(cluster_sizes); i++)
    if (cluster_sizes[i] >= image_case->cluster_min)
      check_image(scratch, image_case, cluster_sizes[i]);
}

static void
test_every_cluster_size(void)
{
  static const struct image_case plain = {
      "", "qemu-img convert -O qcow2 -o cluster_size=$cluster pattern.raw top.qcow2", "top.qcow2",
      512};
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("qemu-img", NULL))
    return;
  write_pattern(scratch);
  for (guint bits = 9; bits <= 21; bits++)
    check_image(scratch, &plain, 1u << bits);
}

/* An image that QEMU itself marks: its content, or the refusal. */
static int
code_of_opening(struct scratch *scratch, const char *script)
{
  g_autoptr(GError) error = NULL;

  scratch_run(scratch, "%s", script);
  int fd = scratch_open(scratch, "top.qcow2");
  g_autoptr(Device) device = qcow2_open(fd, NULL, &error);
  close(fd);
  return device ? -1 : error->code;
}

static void
test_refusals(void)
{
  static const struct {
    const char *script;
    int code;
  } refusals[] = {
      {"qemu-img create -q -f qcow2 -o data_file=data,data_file_raw=on top.qcow2 1M",
       DISK_ERROR_EXTERNAL_DATA_FILE},
      {"qemu-img create -q -f qcow2 --object secret,id=s,data=x"
       " -o encrypt.format=aes,encrypt.key-secret=s top.qcow2 1M",
       DISK_ERROR_ENCRYPTED},
      {"qemu-img create -q -f qcow2 base 1M; qemu-img create -q -f qcow2 -b base -F qcow2 "
       "top.qcow2",
       DISK_ERROR_BACKING_MISSING},
      {"qemu-img create -q -f qcow2 top.qcow2 1M; truncate -s 100000 top.qcow2",
       DISK_ERROR_CORRUPT},
      {"qemu-img create -q -f qed top.qcow2 1M", DISK_ERROR_UNSUPPORTED_FORMAT},
      {"qemu-img create -q -f qcow top.qcow2 1M", DISK_ERROR_UNSUPPORTED_FORMAT},
      {"rm -f top.qcow2; truncate -s 1M top.qcow2", DISK_ERROR_UNSUPPORTED_FORMAT},
      {"rm -f top.qcow2; : >top.qcow2", DISK_ERROR_UNSUPPORTED_FORMAT},
  };
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("qemu-img", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
    g_assert_cmpint(code_of_opening(scratch, refusals[i].script), ==, refusals[i].code);
}

/* The file size alone does not tell: QEMU maps clusters without giving them blocks. */
static void
check_mapping(struct scratch *scratch, const char *options, off_t file_size, bool expected)
{
  g_auto(Qcow2Header) header = {0};
  g_autoptr(GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc(QCOW2_HEADER_MAX);
  struct stat status;
  bool fully = !expected;

  scratch_run(scratch, "qemu-img create -q -f qcow2 -o %s top.qcow2 64M", options);
  int fd = scratch_open(scratch, "top.qcow2");
  g_assert_cmpint(fstat(fd, &status), ==, 0);
  g_assert_cmpint(pread(fd, bytes, QCOW2_HEADER_MAX, 0), ==, QCOW2_HEADER_MAX);
  qcow2_header_parse(bytes, QCOW2_HEADER_MAX, (guint64)status.st_size, &header, &error);
  g_assert_no_error(error);
  qcow2_is_fully_mapped(fd, &header, &fully, &error);
  g_assert_no_error(error);
  g_assert_cmpint(fully, ==, expected);
  if (file_size > 0)
    g_assert_cmpint(status.st_size, ==, file_size);
  close(fd);
}

static void
test_mapping(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("qemu-img", NULL))
    return;
  check_mapping(scratch, "preallocation=off", 196616, false);
  check_mapping(scratch, "preallocation=metadata", 67436544, true);
  check_mapping(scratch, "preallocation=falloc", 67436544, true);
  check_mapping(scratch, "preallocation=full", 67436544, true);
  check_mapping(scratch, "preallocation=metadata,cluster_size=4096", 0, true);
  check_mapping(scratch, "preallocation=metadata,extended_l2=on", 0, true);
  check_mapping(scratch, "compat=0.10,preallocation=metadata", 0, true);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strdup_printf("/qcow2/%s", cases[i].name);
    g_test_add_data_func(path, &cases[i], test_image);
  }
  g_test_add_func("/qcow2/every-cluster-size", test_every_cluster_size);
  g_test_add_func("/qcow2/refusals", test_refusals);
  g_test_add_func("/qcow2/mapping", test_mapping);
  return g_test_run();
}
