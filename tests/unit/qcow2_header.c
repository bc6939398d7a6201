/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of qcow2 images, right and wrong, each a sound one with some bytes changed. */
#include "guest/disk/qcow2.h"
#include "guest/disk/raw.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

#define FILE_SIZE  ((guint64)0x50000) /* five clusters of 64 KiB, the L1 table in the fourth */
#define BYTES      1024
#define OK         (-1)
#define LONG_AT    600
#define EXTENSIONS 112

/* A number written over a header, big-endian; a width of 0 ends a list. */
struct patch {
  guint offset, width;
  guint64 value;
};

#define PATCHES 6
#define MAGIC(value)                                                                               \
  {                                                                                                \
    0, 4, value                                                                                    \
  }
#define VERSION(value)                                                                             \
  {                                                                                                \
    4, 4, value                                                                                    \
  }
#define BACKING(at, length)                                                                        \
  {8, 8, at},                                                                                      \
  {                                                                                                \
    16, 4, length                                                                                  \
  }
#define CLUSTER_BITS(value)                                                                        \
  {                                                                                                \
    20, 4, value                                                                                   \
  }
#define SIZE(value)                                                                                \
  {                                                                                                \
    24, 8, value                                                                                   \
  }
#define CRYPT(value)                                                                               \
  {                                                                                                \
    32, 4, value                                                                                   \
  }
#define L1_SIZE(value)                                                                             \
  {                                                                                                \
    36, 4, value                                                                                   \
  }
#define L1_OFFSET(value)                                                                           \
  {                                                                                                \
    40, 8, value                                                                                   \
  }
#define SNAPSHOTS(value)                                                                           \
  {                                                                                                \
    60, 4, value                                                                                   \
  }
#define FEATURES(value)                                                                            \
  {                                                                                                \
    72, 8, value                                                                                   \
  }
#define LENGTH(value)                                                                              \
  {                                                                                                \
    100, 4, value                                                                                  \
  }
#define COMPRESSION(value)                                                                         \
  {                                                                                                \
    104, 1, value                                                                                  \
  }
#define EXTENSION(at, type, length)                                                                \
  {at, 4, type},                                                                                   \
  {                                                                                                \
    (at) + 4, 4, length                                                                            \
  }
#define FORMAT_TYPE 0xe2792acau
#define DATA_TYPE   0x44415441u

static const struct header_case {
  const char *name;
  struct patch patches[PATCHES];
  int code; /* OK, or of DISK_ERROR */
} cases[] = {
    {"sound", {{0}}, OK},
    {"version-2", {VERSION(2)}, OK},
    {"no-magic", {MAGIC(0x514649fa)}, DISK_ERROR_UNSUPPORTED_FORMAT},
    {"qed", {MAGIC(0x51454400)}, DISK_ERROR_UNSUPPORTED_FORMAT},
    {"version-0", {VERSION(0)}, DISK_ERROR_UNSUPPORTED_FORMAT},
    {"version-1", {VERSION(1)}, DISK_ERROR_UNSUPPORTED_FORMAT},
    {"version-4", {VERSION(4)}, DISK_ERROR_UNSUPPORTED_FORMAT},
    {"cluster-bits-8", {CLUSTER_BITS(8)}, DISK_ERROR_CORRUPT},
    {"cluster-bits-9", {CLUSTER_BITS(9), SIZE(0)}, OK},
    {"cluster-bits-21", {CLUSTER_BITS(21), L1_OFFSET(0)}, OK},
    {"cluster-bits-22", {CLUSTER_BITS(22), L1_OFFSET(0)}, DISK_ERROR_CORRUPT},
    {"cluster-bits-most", {CLUSTER_BITS(G_MAXUINT32)}, DISK_ERROR_CORRUPT},
    {"size-0", {SIZE(0), L1_SIZE(0)}, OK},
    {"size-2^63", {SIZE((guint64)1 << 63)}, DISK_ERROR_CORRUPT},
    {"size-most", {SIZE(G_MAXUINT64)}, DISK_ERROR_CORRUPT},
    {"size-just-within-l1", {SIZE((guint64)2 << 29)}, OK},
    {"size-beyond-l1", {SIZE(((guint64)2 << 29) + 512)}, DISK_ERROR_CORRUPT},
    {"l1-too-small", {L1_SIZE(0)}, DISK_ERROR_CORRUPT},
    {"l1-larger-than-needed", {L1_SIZE(8192)}, OK},
    {"l1-up-to-end", {L1_SIZE(16384)}, OK},
    {"l1-beyond-end", {L1_SIZE(16385)}, DISK_ERROR_CORRUPT},
    {"l1-too-large", {L1_SIZE((1 << 22) + 1)}, DISK_ERROR_CORRUPT},
    {"l1-most", {L1_SIZE(G_MAXUINT32)}, DISK_ERROR_CORRUPT},
    {"l1-not-aligned", {L1_OFFSET(0x30200)}, DISK_ERROR_CORRUPT},
    {"l1-outside", {L1_OFFSET(0x60000)}, DISK_ERROR_CORRUPT},
    {"l1-wraps", {L1_OFFSET(0xffffffffffff0000)}, DISK_ERROR_CORRUPT},
    {"snapshots-most", {SNAPSHOTS(65536)}, OK},
    {"snapshots-too-many", {SNAPSHOTS(65537)}, DISK_ERROR_CORRUPT},
    {"encrypted", {CRYPT(1)}, OK},
    {"length-103", {LENGTH(103)}, DISK_ERROR_CORRUPT},
    {"length-96", {LENGTH(96)}, DISK_ERROR_CORRUPT},
    {"length-104", {LENGTH(104)}, OK},
    {"length-108", {LENGTH(108)}, DISK_ERROR_CORRUPT},
    {"length-of-bytes", {LENGTH(BYTES), {8, 8, BYTES}}, OK},
    {"length-beyond-bytes", {LENGTH(BYTES + 8)}, DISK_ERROR_CORRUPT},
    {"length-beyond-cluster", {CLUSTER_BITS(9), SIZE(0), LENGTH(520)}, DISK_ERROR_CORRUPT},
    {"length-most", {LENGTH(0xfffffff8)}, DISK_ERROR_CORRUPT},
    {"zstd", {FEATURES(8), COMPRESSION(1)}, OK},
    {"zstd-not-named", {COMPRESSION(1)}, DISK_ERROR_CORRUPT},
    {"zlib-named", {FEATURES(8)}, DISK_ERROR_CORRUPT},
    {"compression-behind-header", {FEATURES(8), LENGTH(104), COMPRESSION(1)}, DISK_ERROR_CORRUPT},
    {"subclusters", {FEATURES(16), SIZE((guint64)2 << 28)}, OK},
    {"subclusters-too-small", {FEATURES(16), CLUSTER_BITS(13), SIZE(0)}, DISK_ERROR_CORRUPT},
    {"subclusters-halve-l1", {FEATURES(16), SIZE(((guint64)2 << 28) + 1)}, DISK_ERROR_CORRUPT},
    {"dirty", {FEATURES(1)}, OK},
    {"corrupt", {FEATURES(2)}, OK},
    {"unknown-feature", {FEATURES((guint64)1 << 63), L1_OFFSET(1)}, OK},
    {"backing", {BACKING(LONG_AT, 4)}, OK},
    {"backing-empty", {BACKING(LONG_AT, 0)}, OK},
    {"backing-too-long", {BACKING(LONG_AT, QCOW2_BACKING_MAX + 1)}, DISK_ERROR_CORRUPT},
    {"backing-in-header", {BACKING(80, 4)}, DISK_ERROR_CORRUPT},
    {"backing-beyond-bytes", {BACKING(BYTES - 3, 4)}, DISK_ERROR_CORRUPT},
    {"backing-beyond-cluster", {BACKING(520, 4), CLUSTER_BITS(9), SIZE(0)}, DISK_ERROR_CORRUPT},
    {"backing-wraps", {BACKING(G_MAXUINT64 - 1, 4)}, DISK_ERROR_CORRUPT},
    {"extension-unknown", {EXTENSION(EXTENSIONS, 0x12345678, 40)}, OK},
    {"extension-twice",
     {EXTENSION(EXTENSIONS, FORMAT_TYPE, 3), EXTENSION(EXTENSIONS + 16, FORMAT_TYPE, 3)},
     DISK_ERROR_CORRUPT},
    {"extension-data-file-twice",
     {EXTENSION(EXTENSIONS, DATA_TYPE, 3), EXTENSION(EXTENSIONS + 16, DATA_TYPE, 3)},
     DISK_ERROR_CORRUPT},
    {"extension-beyond-bytes", {EXTENSION(EXTENSIONS, 0x12345678, BYTES)}, DISK_ERROR_CORRUPT},
    {"extension-most", {EXTENSION(EXTENSIONS, 0x12345678, G_MAXUINT32)}, DISK_ERROR_CORRUPT},
    {"extension-into-backing",
     {BACKING(LONG_AT, 4), EXTENSION(EXTENSIONS, 0x12345678, LONG_AT - EXTENSIONS - 7)},
     DISK_ERROR_CORRUPT},
    {"extension-up-to-backing",
     {BACKING(LONG_AT, 4), EXTENSION(EXTENSIONS, 0x12345678, LONG_AT - EXTENSIONS - 8)},
     OK},
    {"extensions-without-end",
     {EXTENSION(EXTENSIONS, 0x12345678, BYTES - EXTENSIONS - 8)},
     DISK_ERROR_CORRUPT},
    {"format-too-long",
     {EXTENSION(EXTENSIONS, FORMAT_TYPE, 16),
      {120, 8, 0x6161616161616161},
      {128, 8, 0x6161616161616161}},
     DISK_ERROR_CORRUPT},
    {"format-no-text",
     {EXTENSION(EXTENSIONS, FORMAT_TYPE, 2), {120, 2, 0xffff}},
     DISK_ERROR_CORRUPT},
};

static void
patch_bytes(guint8 *bytes, const struct patch *patch)
{
  for (guint i = 0; i < patch->width; i++)
    bytes[patch->offset + i] = (guint8)(patch->value >> 8 * (patch->width - 1 - i));
}

/* A sound header of version 3: 1 GiB in clusters of 64 KiB, an L1 table of two entries. */
static void
make_header(guint8 *bytes, const struct patch *patches)
{
  static const struct patch sound[] = {
      MAGIC(0x514649fb), VERSION(3),         CLUSTER_BITS(16), SIZE((guint64)1 << 30),
      L1_SIZE(2),        L1_OFFSET(0x30000), LENGTH(112),
  };

  memset(bytes, 0, BYTES);
  for (guint i = 0; i < G_N_ELEMENTS(sound); i++)
    patch_bytes(bytes, &sound[i]);
  for (guint i = 0; i < PATCHES; i++)
    patch_bytes(bytes, &patches[i]);
}

static void
test_case(gconstpointer data)
{
  const struct header_case *header_case = data;
  struct qcow2_header header = {.version = 99};
  g_autoptr(GError) error = NULL;
  guint8 bytes[BYTES];

  make_header(bytes, header_case->patches);
  if (qcow2_header_parse(bytes, sizeof(bytes), FILE_SIZE, &header, &error)) {
    g_assert_cmpint(header_case->code, ==, OK);
    qcow2_header_clear(&header);
  } else {
    g_assert_error(error, DISK_ERROR, header_case->code);
    g_assert_cmpuint(header.version, ==, 99);
  }
}

/* Cut anywhere, a header that ends with its bytes' last one is refused. */
static void
test_cut(void)
{
  static const struct patch patches[PATCHES] = {EXTENSION(EXTENSIONS, FORMAT_TYPE, 5)};
  guint8 bytes[BYTES];
  const size_t end = EXTENSIONS + 16 + 8; /* of the mark that ends extensions */

  make_header(bytes, patches);
  for (size_t length = 0; length <= end; length++) {
    g_autoptr(GError) error = NULL;
    g_auto(Qcow2Header) header = {0};
    g_autofree guint8 *cut =
        g_memdup2(bytes, MAX(length, 1)); /* so that a sanitizer sees the end */
    int code = length < 4 ? DISK_ERROR_UNSUPPORTED_FORMAT : DISK_ERROR_CORRUPT;
    bool parsed = qcow2_header_parse(cut, length, FILE_SIZE, &header, &error);
    g_assert_cmpint(parsed, ==, length == end);
    if (!parsed)
      g_assert_error(error, DISK_ERROR, code);
  }
}

static void
test_fields(void)
{
  static const struct patch patches[PATCHES] = {
      BACKING(LONG_AT, 8),
      EXTENSION(EXTENSIONS, FORMAT_TYPE, 5),
      FEATURES(1),
      SNAPSHOTS(7),
  };
  g_auto(Qcow2Header) header = {0};
  guint8 bytes[BYTES];

  make_header(bytes, patches);
  memcpy(bytes + LONG_AT, "base.img", 8);
  memcpy(bytes + EXTENSIONS + 8, "qcow2xyz", 8); /* no NUL ends it */
  g_assert_true(qcow2_header_parse(bytes, sizeof(bytes), FILE_SIZE, &header, NULL));
  g_assert_cmpuint(header.version, ==, 3);
  g_assert_cmpuint(header.virtual_size, ==, (guint64)1 << 30);
  g_assert_cmpuint(header.cluster_bits, ==, 16);
  g_assert_cmpuint(header.l1_offset, ==, 0x30000);
  g_assert_cmpuint(header.l1_size, ==, 2);
  g_assert_cmpuint(header.snapshots, ==, 7);
  g_assert_cmpuint(header.incompatible, ==, QCOW2_INCOMPATIBLE_DIRTY);
  g_assert_cmpuint(header.compression, ==, 0);
  g_assert_false(header.extended_l2);
  g_assert_cmpmem(g_bytes_get_data(header.backing_path, NULL),
                  g_bytes_get_size(header.backing_path), "base.img", 8);
  g_assert_cmpstr(header.backing_format, ==, "qcow2");
  g_assert_null(header.data_file_path);
}

/* QEMU takes both names for C strings; seeing more than it does would be a second truth. */
static void
test_names_end_at_nul(void)
{
  static const struct patch patches[PATCHES] = {BACKING(LONG_AT, 8),
                                                EXTENSION(EXTENSIONS, FORMAT_TYPE, 8),
                                                EXTENSION(EXTENSIONS + 16, DATA_TYPE, 8)};
  g_auto(Qcow2Header) header = {0};
  guint8 bytes[BYTES];

  make_header(bytes, patches);
  memcpy(bytes + LONG_AT, "base\0img", 8);
  memcpy(bytes + EXTENSIONS + 8, "raw\0\0\0\0\0", 8);
  memcpy(bytes + EXTENSIONS + 24, "data\0raw", 8);
  g_assert_true(qcow2_header_parse(bytes, sizeof(bytes), FILE_SIZE, &header, NULL));
  g_assert_cmpuint(g_bytes_get_size(header.backing_path), ==, 4);
  g_assert_cmpstr(header.backing_format, ==, "raw");
  g_assert_cmpuint(g_bytes_get_size(header.data_file_path), ==, 4);
}

/* What opening an image with one feature bit set ends in. */
static int
code_of_bit(guint bit)
{
  static const int codes[] = {OK, DISK_ERROR_CORRUPT, DISK_ERROR_EXTERNAL_DATA_FILE,
                              DISK_ERROR_CORRUPT /* it names no compression */, OK};

  return bit < G_N_ELEMENTS(codes) ? codes[bit] : DISK_ERROR_UNKNOWN_FEATURE;
}

static int
code_of_opening(const struct patch *patches, struct device *backing)
{
  g_autoptr(GError) error = NULL;
  guint8 bytes[BYTES];

  make_header(bytes, patches);
  int fd = scratch_memory(bytes, sizeof(bytes), FILE_SIZE);
  g_autoptr(Device) device = qcow2_open(fd, backing, &error);
  close(fd);
  g_assert_true((device != NULL) == (error == NULL));
  return device ? OK : error->code;
}

static void
test_every_feature(void)
{
  for (guint bit = 0; bit < 64; bit++) {
    const struct patch patches[PATCHES] = {FEATURES((guint64)1 << bit), SIZE((guint64)1 << 29)};
    g_assert_cmpint(code_of_opening(patches, NULL), ==, code_of_bit(bit));
  }
}

static void
test_refusals(void)
{
  static const struct {
    struct patch patches[PATCHES];
    int code;
  } refusals[] = {
      {{CRYPT(1)}, DISK_ERROR_ENCRYPTED},
      {{CRYPT(2)}, DISK_ERROR_ENCRYPTED},
      {{CRYPT(77)}, DISK_ERROR_ENCRYPTED},
      {{FEATURES(8), COMPRESSION(1)}, OK},
      {{FEATURES(8), COMPRESSION(2)}, DISK_ERROR_UNKNOWN_FEATURE},
      {{BACKING(LONG_AT, 4), {LONG_AT, 4, 0x62617365}}, DISK_ERROR_BACKING_MISSING},
      {{BACKING(LONG_AT, 4)}, OK}, /* an empty name */
      {{FEATURES(~(guint64)0)}, DISK_ERROR_UNKNOWN_FEATURE},
  };

  for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
    g_assert_cmpint(code_of_opening(refusals[i].patches, NULL), ==, refusals[i].code);
}

/* An image that names no backing image must not be given one; it is freed all the same. */
static void
test_unwanted_backing(void)
{
  static const struct patch none[PATCHES] = {{0}};
  int fd = scratch_memory("", 0, 512);
  struct device *backing = raw_open(fd, NULL);

  g_assert_nonnull(backing);
  g_assert_cmpint(code_of_opening(none, backing), ==, DISK_ERROR_CORRUPT);
  close(fd);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strdup_printf("/qcow2-header/%s", cases[i].name);
    g_test_add_data_func(path, &cases[i], test_case);
  }
  g_test_add_func("/qcow2-header/cut", test_cut);
  g_test_add_func("/qcow2-header/fields", test_fields);
  g_test_add_func("/qcow2-header/names-end-at-nul", test_names_end_at_nul);
  g_test_add_func("/qcow2-header/every-feature", test_every_feature);
  g_test_add_func("/qcow2-header/refusals", test_refusals);
  g_test_add_func("/qcow2-header/unwanted-backing", test_unwanted_backing);
  return g_test_run();
}
