/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a qcow2 image and its extensions, from bytes to a struct. */
#include "guest/disk/bytes.h"
#include "guest/disk/qcow2.h"

#include <string.h>

#define MAGIC               0x514649fbu /* "QFI\xfb" */
#define VERSION_2_LENGTH    72
#define VERSION_3_LENGTH    104
#define COMPRESSION_AT      104 /* the first field that version 3 may leave out */
#define CLUSTER_BITS_MIN    9
#define CLUSTER_BITS_MAX    21
#define EXTENDED_L2_MIN     14                 /* cluster bits: 32 subclusters of a sector each */
#define L1_SIZE_MAX         ((guint32)1 << 22) /* entries: 32 MiB, QEMU's own limit */
#define SNAPSHOTS_MAX       65536              /* QEMU's own limit */
#define BACKING_FORMAT_MAX  15                 /* QEMU's own limit */
#define DATA_FILE_MAX       4095               /* PATH_MAX without its NUL */
#define EXTENSION_END       0u
#define EXTENSION_FORMAT    0xe2792acau
#define EXTENSION_DATA_FILE 0x44415441u

/* The bytes that a header is read from. */
struct source {
  const guint8 *bytes;
  size_t length;
  guint64 file_size;
  size_t header_length;   /* where extensions start */
  guint64 backing_offset; /* 0: no backing file */
  guint32 backing_length;
};

static bool
fail(GError **error, const char *fault)
{
  g_set_error(error, DISK_ERROR, DISK_ERROR_CORRUPT, "qcow2 header: %s", fault);
  return false;
}

static bool
check_magic(const struct source *source, GError **error)
{
  if (source->length < 4 || bytes_be32(source->bytes) != MAGIC) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_UNSUPPORTED_FORMAT, "not a qcow2 image");
    return false;
  }
  if (source->length < 8)
    return fail(error, "the file ends in it");
  guint32 version = bytes_be32(source->bytes + 4);
  if (version != 2 && version != 3) {
    g_set_error(error, DISK_ERROR, DISK_ERROR_UNSUPPORTED_FORMAT,
                "qcow2 version %u is not supported", version);
    return false;
  }
  if (source->length < (version == 2 ? VERSION_2_LENGTH : VERSION_3_LENGTH))
    return fail(error, "the file ends in it");
  return true;
}

static void
read_fields(struct source *source, struct qcow2_header *header)
{
  const guint8 *bytes = source->bytes;

  header->version = bytes_be32(bytes + 4);
  source->backing_offset = bytes_be64(bytes + 8);
  source->backing_length = bytes_be32(bytes + 16);
  header->cluster_bits = bytes_be32(bytes + 20);
  header->virtual_size = bytes_be64(bytes + 24);
  header->crypt_method = bytes_be32(bytes + 32);
  header->l1_size = bytes_be32(bytes + 36);
  header->l1_offset = bytes_be64(bytes + 40);
  header->snapshots = bytes_be32(bytes + 60);
  source->header_length = VERSION_2_LENGTH;
  if (header->version == 2)
    return;
  header->incompatible = bytes_be64(bytes + 72);
  header->extended_l2 = header->incompatible & QCOW2_INCOMPATIBLE_EXTENDED_L2;
  source->header_length = bytes_be32(bytes + 100);
  if (source->header_length > COMPRESSION_AT && source->length > COMPRESSION_AT)
    header->compression = bytes[COMPRESSION_AT];
}

static const char *
fault_of_lengths(const struct source *source, const struct qcow2_header *header)
{
  if (header->cluster_bits < CLUSTER_BITS_MIN || header->cluster_bits > CLUSTER_BITS_MAX)
    return "the cluster size is out of range";
  if (header->version == 3 &&
      (source->header_length < VERSION_3_LENGTH || source->header_length % 8 != 0))
    return "its length is none that version 3 allows";
  if (source->header_length > MIN(source->length, (size_t)1 << header->cluster_bits))
    return "it is longer than its cluster";
  if (header->virtual_size > G_MAXINT64)
    return "the virtual size is out of range";
  if (header->snapshots > SNAPSHOTS_MAX)
    return "too many snapshots";
  return NULL;
}

static const char *
fault_of_features(const struct qcow2_header *header)
{
  bool named = header->incompatible & QCOW2_INCOMPATIBLE_COMPRESSION;

  if (named != (header->compression != 0))
    return "the compression type contradicts the features";
  if (header->extended_l2 && header->cluster_bits < EXTENDED_L2_MIN)
    return "clusters are too small for subclusters";
  return NULL;
}

static const char *
fault_of_l1(const struct qcow2_header *header, guint64 file_size)
{
  guint32 entry_bits = header->extended_l2 ? 4 : 3;
  guint32 l1_entry_bits = 2 * header->cluster_bits - entry_bits; /* virtual bytes under an entry */
  guint64 span = (guint64)1 << l1_entry_bits;
  guint64 entries = (header->virtual_size >> l1_entry_bits) + (header->virtual_size % span != 0);
  guint64 l1_bytes = (guint64)header->l1_size * 8;

  if (header->l1_size > L1_SIZE_MAX)
    return "the L1 table is too large";
  if (header->l1_size < entries)
    return "the L1 table is too small for the virtual size";
  if (header->l1_offset % ((guint64)1 << header->cluster_bits) != 0)
    return "the L1 table is not aligned to a cluster";
  if (header->l1_offset > file_size || l1_bytes > file_size - header->l1_offset)
    return "the L1 table leaves the file";
  return NULL;
}

/* An unknown feature may be anything: what depends on features is then not judged. */
static const char *
find_fault(const struct source *source, const struct qcow2_header *header)
{
  const char *fault = fault_of_lengths(source, header);

  if (fault || (header->incompatible & ~QCOW2_INCOMPATIBLE_KNOWN))
    return fault;
  fault = fault_of_features(header);
  return fault ? fault : fault_of_l1(header, source->file_size);
}

/* The length of a text that may be ended by a NUL before its `length`. */
static size_t
text_length(const guint8 *text, size_t length)
{
  return strnlen((const char *)text, length);
}

static bool
take_backing_format(struct qcow2_header *header, const guint8 *data, size_t length, GError **error)
{
  const char *text = (const char *)data;

  length = text_length(data, length);
  if (length > BACKING_FORMAT_MAX || !g_utf8_validate_len(text, length, NULL))
    return fail(error, "the name of the backing format is no text, or too long");
  if (header->backing_format)
    return fail(error, "two names of the backing format");
  header->backing_format = g_strndup(text, length);
  return true;
}

static bool
take_data_file(struct qcow2_header *header, const guint8 *data, size_t length, GError **error)
{
  length = text_length(data, length);
  if (length > DATA_FILE_MAX)
    return fail(error, "the name of the data file is too long");
  if (header->data_file_path)
    return fail(error, "two names of the data file");
  header->data_file_path = g_bytes_new(data, length);
  return true;
}

/* Extensions of other types can be passed over. */
static const struct {
  guint32 type;
  bool (*take)(struct qcow2_header *header, const guint8 *data, size_t length, GError **error);
} extensions[] = {
    {EXTENSION_FORMAT, take_backing_format},
    {EXTENSION_DATA_FILE, take_data_file},
};

static bool
take_extension(struct qcow2_header *header, guint32 type, const guint8 *data, size_t length,
               GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(extensions); i++)
    if (extensions[i].type == type)
      return extensions[i].take(header, data, length, error);
  return true;
}

/* Extensions end at their mark, at the backing file name, or with the first cluster. */
static bool
read_extensions(const struct source *source, struct qcow2_header *header, GError **error)
{
  size_t at = source->header_length;
  size_t end = (size_t)1 << header->cluster_bits;

  if (source->backing_offset > 0)
    end = MIN(end, source->backing_offset);
  while (at < end) {
    if (source->length < 8 || at > source->length - 8)
      return fail(error, "an extension is cut off");
    guint32 type = bytes_be32(source->bytes + at);
    guint32 length = bytes_be32(source->bytes + at + 4);
    if (type == EXTENSION_END)
      return true;
    at += 8;
    if (at > end || length > end - at || length > source->length - at)
      return fail(error, "an extension leaves its place");
    if (!take_extension(header, type, source->bytes + at, length, error))
      return false;
    at += ((size_t)length + 7) / 8 * 8;
  }
  return true;
}

static bool
read_backing_path(const struct source *source, struct qcow2_header *header, GError **error)
{
  guint64 cluster_size = (guint64)1 << header->cluster_bits;
  guint64 offset = source->backing_offset;
  guint64 end = MIN(cluster_size, source->length);

  if (offset == 0)
    return true;
  if (source->backing_length > QCOW2_BACKING_MAX)
    return fail(error, "the backing file name is too long");
  if (offset < source->header_length || offset > end || source->backing_length > end - offset)
    return fail(error, "the backing file name leaves its place");
  size_t length = text_length(source->bytes + offset, source->backing_length);
  if (length > 0)
    header->backing_path = g_bytes_new(source->bytes + offset, length);
  return true;
}

bool
qcow2_header_parse(const guint8 *bytes, size_t length, guint64 file_size,
                   struct qcow2_header *ret_header, GError **error)
{
  struct source source = {.bytes = bytes, .length = length, .file_size = file_size};
  g_auto(Qcow2Header) header = {0};

  if (!check_magic(&source, error))
    return false;
  read_fields(&source, &header);
  const char *fault = find_fault(&source, &header);
  if (fault)
    return fail(error, fault);
  if (!read_backing_path(&source, &header, error) || !read_extensions(&source, &header, error))
    return false;
  *ret_header = header;
  header = (struct qcow2_header){0};
  return true;
}

void
qcow2_header_clear(struct qcow2_header *header)
{
  g_clear_pointer(&header->backing_path, g_bytes_unref);
  g_clear_pointer(&header->backing_format, g_free);
  g_clear_pointer(&header->data_file_path, g_bytes_unref);
}
