/* SPDX-License-Identifier: Apache-2.0 */
/* ext2, ext3 and ext4 as mke2fs makes them and debugfs damages them. */
#include "guest/disk/fs.h"
#include "guest/disk/raw.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

/* A device that counts how often it is read. */
struct counter {
  struct device device;
  struct device *below;
  guint reads;
};

static bool
counter_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  struct counter *counter = (struct counter *)device;

  counter->reads++;
  return device_read(counter->below, buffer, length, offset, error);
}

/* A file system image, open. */
struct image {
  int fd;
  struct device *device;
  struct fs *fs; /* NULL when it was refused */
  GError *error;
};

static struct image
image_open(struct scratch *scratch)
{
  struct image image = {.fd = scratch_open(scratch, "image")};

  image.device = raw_open(image.fd, NULL);
  g_assert_nonnull(image.device);
  image.fs = fs_open(image.device, &image.error);
  return image;
}

static void
image_close(struct image *image)
{
  fs_free(image->fs);
  device_free(image->device);
  g_clear_error(&image->error);
  close(image->fd);
}

/* The inode of a path without links; 0 with an error. */
static guint64
find(struct image *image, const char *path, GError **error)
{
  g_auto(GStrv) names = g_strsplit(path + 1, "/", -1);
  guint64 inode = image->fs->root;

  for (guint i = 0; names[i] && names[i][0]; i++)
    if (!image->fs->ops->lookup(image->fs, inode, names[i], &inode, error))
      return 0;
  return inode;
}

static GBytes *
read_path(struct image *image, const char *path, size_t max, GError **error)
{
  guint64 inode = find(image, path, error);

  return inode ? image->fs->ops->read(image->fs, inode, max, error) : NULL;
}

static void
assert_reads(struct image *image, struct scratch *scratch, const char *path)
{
  g_autofree char *source = g_strconcat("tree", path, NULL);
  g_autoptr(GBytes) wanted = scratch_read(scratch, source);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) got = read_path(image, path, G_MAXINT32, &error);

  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(got, wanted));
}

static void
assert_link(struct image *image, const char *path, const char *wanted)
{
  g_autoptr(GError) error = NULL;
  guint64 inode = find(image, path, &error);
  g_autoptr(GBytes) got = inode ? image->fs->ops->readlink(image->fs, inode, &error) : NULL;

  g_assert_no_error(error);
  g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), wanted, strlen(wanted));
}

static void
assert_read_fails(struct image *image, const char *path, enum disk_error code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(read_path(image, path, 100, &error));
  g_assert_error(error, DISK_ERROR, (int)code);
}

#define LONG_TARGET                                                                                \
  "a/rather/long/way/to/nowhere/which/does/not/fit/into/the/sixty/bytes/of/a/block/map/at/all"

/* Every way a file's bytes can be kept, as far as mke2fs -d makes them. */
static void
make_tree(struct scratch *scratch)
{
  scratch_run(scratch,
              "mkdir -p tree/etc tree/empty tree/var/lib/dbus\n"
              "echo 0123456789abcdef0123456789abcdef > tree/etc/machine-id\n"
              "chmod 444 tree/etc/machine-id\n"
              "ln tree/etc/machine-id tree/var/lib/dbus/machine-id\n"
              "touch tree/etc/late tree/etc/early\n"
              "head -c 60 /dev/urandom > tree/sixty; head -c 61 /dev/urandom > tree/sixty-one\n"
              "head -c 140 /dev/urandom > tree/inline\n"
              "head -c 400000 /dev/urandom > tree/large\n"
              "cp tree/large tree/sparse; truncate -s 3M tree/sparse\n"
              "printf end >> tree/sparse\n"
              "for i in 1 2 3 4 5 6 7 8; do\n"
              "  dd if=tree/large of=tree/holes bs=8192 count=1 seek=$((i * 7)) conv=notrunc\n"
              "done\n"
              "ln -s etc/machine-id tree/short; ln -s %s tree/long\n"
              "for i in $(seq 150); do echo $i > tree/etc/file-$i.conf; done\n",
              LONG_TARGET);
}

static void
make_image(struct scratch *scratch, const char *options)
{
  scratch_run(scratch, "rm -f image; truncate -s 64M image; mke2fs -q -F %s -d tree image",
              options);
}

static void
assert_tree(struct image *image, struct scratch *scratch)
{
  static const char *const files[] = {"/etc/machine-id", "/etc/file-1.conf", "/etc/file-150.conf",
                                      "/sixty",          "/sixty-one",       "/inline",
                                      "/large",          "/sparse",          "/holes",
                                      "/etc/early"};

  for (guint i = 0; i < G_N_ELEMENTS(files); i++)
    assert_reads(image, scratch, files[i]);
  assert_link(image, "/short", "etc/machine-id");
  assert_link(image, "/long", LONG_TARGET);
  assert_read_fails(image, "/etc/absent", DISK_ERROR_NOT_FOUND);
  assert_read_fails(image, "/etc", DISK_ERROR_NOT_REGULAR);
  assert_read_fails(image, "/short", DISK_ERROR_NOT_REGULAR);
  assert_read_fails(image, "/large/file", DISK_ERROR_NOT_DIRECTORY);
  g_autoptr(GPtrArray) names =
      image->fs->ops->list(image->fs, find(image, "/etc", NULL), 10000, NULL);
  g_assert_cmpuint(names->len, ==, 153);
}

struct variant {
  const char *name, *options, *type;
  const char *afterwards; /* command */
};

static const struct variant variants[] = {
    {"default", "-t ext4", "ext4"},
    {"ext2", "-t ext2", "ext2"},
    {"ext3", "-t ext3 -b 4096", "ext3"},
    {"ext2-1k", "-t ext2 -b 1024", "ext2"},
    {"ext2-2k", "-t ext2 -b 2048 -I 128", "ext2"},
    {"ext3-revision-0", "-t ext2 -r 0 -O none", "ext2"},
    {"ext4-1k", "-t ext4 -b 1024", "ext4"},
    {"ext4-2k", "-t ext4 -b 2048", "ext4"},
    {"ext4-8k", "-t ext4 -b 8192", "ext4"},
    {"ext4-64k", "-t ext4 -b 65536", "ext4"},
    {"ext4-64k-no-csum", "-t ext4 -b 65536 -O ^metadata_csum", "ext4"},
    {"block-map", "-t ext4 -b 1024 -O ^extent,^64bit", "ext4"},
    {"no-csum", "-t ext4 -b 4096 -O ^metadata_csum", "ext4"},
    {"gdt-csum", "-t ext4 -O ^metadata_csum,uninit_bg", "ext4"},
    {"csum-seed", "-t ext4 -O metadata_csum_seed", "ext4"},
    {"inline", "-t ext4 -b 4096 -O inline_data", "ext4"},
    {"inline-1k", "-t ext4 -b 1024 -O inline_data -I 512", "ext4"},
    {"meta-bg", "-t ext4 -b 1024 -g 256 -N 2048 -O meta_bg,^resize_inode", "ext4"},
    {"many-groups", "-t ext4 -b 1024 -g 256 -N 2048", "ext4"},
    {"sparse-super2", "-t ext4 -O sparse_super2", "ext4"},
    {"bigalloc", "-t ext4 -b 4096 -O bigalloc -C 16384", "ext4"},
    {"bigalloc-1k", "-t ext4 -b 1024 -O bigalloc,^resize_inode -C 2048 -g 1024 -N 256", "ext4"},
    {"no-flex", "-t ext4 -O ^flex_bg", "ext4"},
    {"no-filetype", "-t ext2 -O ^filetype", "ext2"},
    {"large-inode", "-t ext4 -b 4096 -I 1024", "ext4"},
    {"ea-inode", "-t ext4 -b 4096 -O ea_inode", "ext4"},
    {"large-dir", "-t ext4 -O large_dir", "ext4"},
    {"mmp", "-t ext4 -O mmp", "ext4"},
    {"quota", "-t ext4 -O quota,project", "ext4"},
    {"orphan-file", "-t ext4 -O orphan_file", "ext4"},
    {"casefold", "-t ext4 -O casefold", "ext4"},
    {"encrypt", "-t ext4 -O encrypt", "ext4"},
    {"indexed", "-t ext4 -b 1024", "ext4", "e2fsck -fyD image || test $? = 1"},
    {"indexed-4k", "-t ext4 -b 4096", "ext4", "e2fsck -fyD image || test $? = 1"},
};

static void
test_variants(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "e2fsck", NULL))
    return;
  make_tree(scratch);
  for (guint i = 0; i < G_N_ELEMENTS(variants); i++) {
    g_test_message("%s", variants[i].name);
    make_image(scratch, variants[i].options);
    if (variants[i].afterwards)
      scratch_run(scratch, "%s", variants[i].afterwards);
    struct image image = image_open(scratch);
    g_assert_no_error(image.error);
    g_assert_cmpstr(image.fs->type, ==, variants[i].type);
    g_assert_false(image.fs->journal_dirty);
    assert_tree(&image, scratch);
    image_close(&image);
  }
}

static void
test_properties(void)
{
  g_autoptr(Scratch) scratch = scratch_new();
  struct file_stat stat, other;

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -L 'a label' -U 0A1B2C3D-0000-4000-8000-123456789abc");
  struct image image = image_open(scratch);
  struct fs *fs = image.fs;
  g_assert_cmpstr(fs->uuid, ==, "0a1b2c3d-0000-4000-8000-123456789abc");
  g_assert_cmpstr(fs->label, ==, "a label");

  g_assert_true(fs->ops->stat(fs, find(&image, "/etc/machine-id", NULL), &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_REGULAR);
  g_assert_cmpuint(stat.mode, ==, 0444);
  g_assert_cmpuint(stat.size, ==, 33);
  g_assert_cmpuint(stat.link_count, ==, 2);
  g_assert_cmpuint(stat.uid, ==, getuid());
  g_assert_true(fs->ops->stat(fs, find(&image, "/var/lib/dbus/machine-id", NULL), &other, NULL));
  g_assert_cmpuint(stat.inode, ==, other.inode);

  g_assert_true(fs->ops->stat(fs, find(&image, "/long", NULL), &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_LINK);
  g_assert_true(fs->ops->stat(fs, fs->root, &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_DIRECTORY);
  image_close(&image);
}

/* A time beyond 2038, which mke2fs does not copy, and an owner that needs more than 16 bits. */
static void
test_wide_numbers(void)
{
  g_autoptr(Scratch) scratch = scratch_new();
  struct file_stat stat;

  if (!scratch_has_tools("mke2fs", "debugfs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -b 4096");
  scratch_run(scratch, "debugfs -w -f - image <<END\n"
                       "sif /etc/late mtime @4000000000\n"
                       "sif /etc/late uid 1000000\n"
                       "sif /etc/late gid 2000000\n"
                       "END\n");
  struct image image = image_open(scratch);
  g_assert_true(image.fs->ops->stat(image.fs, find(&image, "/etc/late", NULL), &stat, NULL));
  g_assert_cmpint(stat.modified_at, ==, 4000000000);
  g_assert_cmpuint(stat.uid, ==, 1000000);
  g_assert_cmpuint(stat.gid, ==, 2000000);
  image_close(&image);
}

static void
test_cut(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -b 4096");
  struct image image = image_open(scratch);
  for (size_t max = 0; max < 40; max += 8) {
    g_autoptr(GBytes) bytes = read_path(&image, "/etc/machine-id", max, NULL);

    g_assert_cmpuint(g_bytes_get_size(bytes), ==, MIN(max, 33));
  }
  g_autoptr(GPtrArray) names = image.fs->ops->list(image.fs, find(&image, "/etc", NULL), 17, NULL);
  g_assert_cmpuint(names->len, ==, 17);
  image_close(&image);
}

/*
 * The superblock, the group descriptors, and for each file its part of the inode table and itself,
 * for each directory the same: nothing is read twice, and no bitmap ever.
 */
static void
test_few_reads(void)
{
  static const struct device_ops ops = {counter_read, NULL};
  static const char *const paths[] = {"/etc/machine-id", "/var/lib/dbus/machine-id",
                                      "/etc/file-1.conf", "/etc/file-99.conf", "/etc/machine-id"};
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", NULL))
    return;
  make_tree(scratch);
  scratch_run(scratch, "truncate -s 40G image; mke2fs -q -t ext4 -d tree image");
  int fd = scratch_open(scratch, "image");
  g_autoptr(Device) below = raw_open(fd, NULL);
  struct counter counter = {{&ops, below->size}, below, 0};
  struct image image = {.fs = fs_open(&counter.device, NULL)};
  g_assert_cmpuint(counter.reads, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
    assert_reads(&image, scratch, paths[i]);
  g_assert_cmpuint(counter.reads, <=, 16);
  fs_free(image.fs);
  close(fd);
}

static void
test_large_directory(void)
{
  static const char *const afterwards[] = {"true", "e2fsck -fyD image || test $? = 1"};
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "e2fsck", NULL))
    return;
  scratch_run(scratch, "mkdir -p tree/many; cd tree/many\n"
                       "seq -f 'a-name-of-some-length-%%05g' 5000 | xargs touch\n"
                       "echo found > a-name-of-some-length-04999");
  for (guint i = 0; i < G_N_ELEMENTS(afterwards); i++) {
    make_image(scratch, "-t ext4 -b 1024 -N 8000");
    scratch_run(scratch, "%s", afterwards[i]);
    struct image image = image_open(scratch);
    g_autoptr(GPtrArray) names =
        image.fs->ops->list(image.fs, find(&image, "/many", NULL), 10000, NULL);
    g_assert_cmpuint(names->len, ==, 5000);
    assert_reads(&image, scratch, "/many/a-name-of-some-length-04999");
    assert_read_fails(&image, "/many/a-name-of-some-length-05001", DISK_ERROR_NOT_FOUND);
    image_close(&image);
  }
}

static void
debugfs(struct scratch *scratch, const char *command)
{
  scratch_run(scratch, "debugfs -w -R '%s' image", command);
}

/* Flags 0x800 (encrypted) and 0x40000000 (casefolded), on top of what the inode has. */
static void
test_refused(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "debugfs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -b 4096 -O encrypt,casefold");
  debugfs(scratch, "sif /etc flags 0x80800");
  debugfs(scratch, "sif /var flags 0x40080000");
  debugfs(scratch, "sif /large flags 0x80800");
  debugfs(scratch, "sif /short flags 0x800");
  struct image image = image_open(scratch);
  g_assert_no_error(image.error);
  assert_read_fails(&image, "/etc/machine-id", DISK_ERROR_ENCRYPTED);
  assert_read_fails(&image, "/var/lib", DISK_ERROR_UNKNOWN_FEATURE);
  assert_read_fails(&image, "/large", DISK_ERROR_ENCRYPTED);
  g_assert_null(image.fs->ops->readlink(image.fs, find(&image, "/short", NULL), NULL));
  assert_reads(&image, scratch, "/sixty");
  image_close(&image);
}

static const struct {
  const char *damage; /* shell */
  int code;
} broken[] = {
    {"debugfs -w -R 'ssv feature_incompat 0x8002c2' image", DISK_ERROR_UNKNOWN_FEATURE},
    {"debugfs -w -R 'ssv inodes_per_group 0' image", DISK_ERROR_CORRUPT},
    {"debugfs -w -R 'ssv blocks_per_group 0' image", DISK_ERROR_CORRUPT},
    {"debugfs -w -R 'ssv inode_size 100' image", DISK_ERROR_CORRUPT},
    {"debugfs -w -R 'ssv desc_size 48' image", DISK_ERROR_CORRUPT},
    {"debugfs -w -R 'ssv log_block_size 20' image", DISK_ERROR_CORRUPT},
    {"debugfs -w -R 'ssv rev_level 7' image", DISK_ERROR_UNKNOWN_FEATURE},
    {"printf '\\377\\377\\377\\377' | dd of=image bs=1 seek=1028 conv=notrunc", DISK_ERROR_CORRUPT},
    {"truncate -s 2000 image", DISK_ERROR_NOT_FOUND},
    {"truncate -s 0 image", DISK_ERROR_NOT_FOUND},
};

static void
test_broken(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "debugfs", NULL))
    return;
  make_tree(scratch);
  for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
    g_test_message("%s", broken[i].damage);
    make_image(scratch, "-t ext4 -b 4096");
    scratch_run(scratch, "%s", broken[i].damage);
    struct image image = image_open(scratch);
    g_assert_null(image.fs);
    g_assert_error(image.error, DISK_ERROR, broken[i].code);
    image_close(&image);
  }
}

/* Damaged blocks are refused as long as checksums mean something: not with a dirty journal. */
static void
test_checksums(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "debugfs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -b 4096");
  scratch_run(scratch, "block=$(debugfs -R 'bmap /var/lib 0' image)\n"
                       "printf X | dd of=image bs=1 seek=$((block * 4096 + 1000)) conv=notrunc");
  struct image image = image_open(scratch);
  assert_read_fails(&image, "/var/lib/dbus", DISK_ERROR_CORRUPT);
  assert_reads(&image, scratch, "/etc/machine-id");
  image_close(&image);

  debugfs(scratch, "feature needs_recovery");
  image = image_open(scratch);
  g_assert_no_error(image.error);
  g_assert_true(image.fs->journal_dirty);
  assert_reads(&image, scratch, "/var/lib/dbus/machine-id");
  image_close(&image);
}

/* What lies beyond the end of the image is lost, and nothing else. */
static void
test_truncated(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "debugfs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -b 4096");
  scratch_run(scratch, "truncate -s $(($(debugfs -R 'bmap /large 2' image) * 4096 + 100)) image");
  struct image image = image_open(scratch);
  g_assert_no_error(image.error);
  assert_reads(&image, scratch, "/etc/machine-id");
  g_autoptr(GBytes) head = read_path(&image, "/large", 8192, NULL);
  g_assert_cmpuint(g_bytes_get_size(head), ==, 8192);
  assert_read_fails(&image, "/sparse", DISK_ERROR_CORRUPT);
  g_autoptr(GBytes) tail = read_path(&image, "/large", 8193, NULL);
  g_assert_null(tail);
  image_close(&image);
}

/* Numbers that no sound file system has end in an error or a cut, and soon. */
static void
test_hostile(void)
{
  static const char *const commands =
      "sif /sixty size 0x0fffffffffffffff\n" /* a file of an exbibyte */
      "sif /etc size 0x00000fffffffff000\n"  /* a directory without end */
      "sif /large block[0] 0x00ccf30a\n"     /* an extent tree of 65535 levels */
      "sif /large block[1] 0xffff0004\n"
      "sif /holes links_count 0\n"
      "sif /long size 0\n";
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "debugfs", NULL))
    return;
  make_tree(scratch);
  make_image(scratch, "-t ext4 -b 4096 -O ^metadata_csum");
  scratch_run(scratch, "debugfs -w -f - image <<END\n%sEND\n", commands);
  struct image image = image_open(scratch);
  g_autoptr(GBytes) bytes = read_path(&image, "/sixty", 100000, NULL);
  g_assert_cmpuint(g_bytes_get_size(bytes), ==, 100000);
  assert_read_fails(&image, "/etc/absent", DISK_ERROR_CORRUPT);
  assert_read_fails(&image, "/large", DISK_ERROR_CORRUPT);
  assert_read_fails(&image, "/holes", DISK_ERROR_CORRUPT);
  g_autoptr(GBytes) target = image.fs->ops->readlink(image.fs, find(&image, "/long", NULL), NULL);
  g_assert_cmpuint(g_bytes_get_size(target), ==, 0);
  image_close(&image);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ext/variants", test_variants);
  g_test_add_func("/ext/properties", test_properties);
  g_test_add_func("/ext/wide-numbers", test_wide_numbers);
  g_test_add_func("/ext/cut", test_cut);
  g_test_add_func("/ext/few-reads", test_few_reads);
  g_test_add_func("/ext/large-directory", test_large_directory);
  g_test_add_func("/ext/refused", test_refused);
  g_test_add_func("/ext/broken", test_broken);
  g_test_add_func("/ext/checksums", test_checksums);
  g_test_add_func("/ext/truncated", test_truncated);
  g_test_add_func("/ext/hostile", test_hostile);
  return g_test_run();
}
