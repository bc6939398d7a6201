/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fifty images, each another mix of file system, partition table and image format: what is read
 * from them is what qemu-img and debugfs say is in them.
 */
#include "guest/disk/chain.h"
#include "guest/disk/fs.h"
#include "guest/disk/partition.h"
#include "guest/disk/tree.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

#define IMAGES 50

static const char *const filesystems[] = {
    "-t ext4 -b 4096",
    "-t ext4 -b 1024",
    "-t ext2 -b 1024",
    "-t ext3 -b 2048",
    "-t ext4 -b 2048 -O inline_data -I 512",
    "-t ext4 -b 4096 -O inline_data",
    "-t ext4 -b 1024 -O ^extent,^64bit",
    "-t ext4 -b 1024 -g 256 -O meta_bg,^resize_inode",
    "-t ext4 -b 1024 -O bigalloc,^resize_inode -C 2048",
    "-t ext4 -b 4096 -O bigalloc,^resize_inode -C 8192",
    "-t ext4 -b 2048 -O ^metadata_csum,uninit_bg",
    "-t ext2 -b 4096 -I 128 -O ^sparse_super,^resize_inode",
    "-t ext4 -b 8192 -O ^has_journal",
};

/* A base with junk where data and where nothing should be: its overlay sets all of it right. */
#define SPOIL                                                                                      \
  "cp flat base; for at in 0 5 17 60 80; do\n"                                                     \
  "  dd if=/dev/urandom of=base bs=64k seek=$at count=3 conv=notrunc; done\n"

/* What `flat` becomes: the disk's layers, top first, are `disk` and, where there is one, `base`. */
static const struct {
  const char *script;
  const char *formats[2];
} formats[] = {
    {"cp flat disk", {"raw"}},
    {"qemu-img convert -O qcow2 flat disk", {"qcow2"}},
    {"qemu-img convert -O qcow2 -c flat disk", {"qcow2"}},
    {"qemu-img convert -O qcow2 -c -o compression_type=zstd,cluster_size=4k flat disk", {"qcow2"}},
    {"qemu-img convert -O qcow2 -o extended_l2=on,cluster_size=128k flat disk", {"qcow2"}},
    {"qemu-img convert -O qcow2 -o compat=0.10 flat disk", {"qcow2"}},
    {SPOIL "qemu-img convert -O qcow2 -B base -F raw flat disk", {"qcow2", "raw"}},
    {SPOIL "qemu-img convert -O qcow2 base b; mv b base\n"
           "qemu-img convert -O qcow2 -o cluster_size=4k -B base -F qcow2 flat disk",
     {"qcow2", "qcow2"}},
};

/* How `fs` becomes `flat`, and where it then begins. */
static const struct {
  const char *script;
  guint64 offset;
  guint number; /* of the partition; 0 for none */
} layouts[] = {
    {"mv fs flat", 0, 0},
    {"truncate -s 8M flat; echo start=2048,size=6M | sfdisk -q -X dos flat\n"
     "dd if=fs of=flat bs=1M seek=1 conv=notrunc",
     1 << 20, 1},
    {"truncate -s 9M flat; printf 'size=1M\\nsize=6M\\n' | sfdisk -q -X gpt flat\n"
     "dd if=fs of=flat bs=1M seek=2 conv=notrunc",
     2 << 20, 2},
    {"truncate -s 10M flat\n"
     "printf 'size=1M\\nstart=4096,type=5\\nstart=6144,size=6M\\n' | sfdisk -q -X dos flat\n"
     "dd if=fs of=flat bs=1M seek=3 conv=notrunc",
     3 << 20, 5},
};

/* Three trees: one of everything, one of many names, one of links upon links. */
static void
make_trees(struct scratch *scratch)
{
  scratch_run(
      scratch,
      "mkdir -p 0/etc 0/var/lib/dbus 0/a/b/c/d/e/f/g; cd 0\n"
      "head -c 900000 /dev/urandom >large\n"
      "for size in 0 1 59 60 61 100 160 161 1023 1024 1025 4095 4096 4097 12288 13000 70000; do\n"
      "  head -c $size large >etc/size-$size; done\n"
      "for at in 1 5 9 30 31 100; do\n"
      "  dd if=large of=sparse bs=4096 seek=$at count=1 conv=notrunc; done\n"
      "truncate -s 2M sparse; truncate -s 100K only-hole\n"
      "cp etc/size-4097 a/b/c/d/e/f/g/file; ln -s ../etc a/link; ln large hard\n"
      "ln -s $(printf 'x%%.0s' $(seq 59)) link-59; ln -s $(printf 'x%%.0s' $(seq 60)) link-60\n"
      "ln -s $(printf 'y/%%.0s' $(seq 150)) link-300\n"
      "cd ..; mkdir -p 1/many; cd 1\n"
      "for i in $(seq 400); do echo $i >many/name-number-$i; done\n"
      "cd ..; mkdir -p 2/etc; cd 2; echo end >etc/end; ln -s etc/end 1\n"
      "for i in $(seq 2 20); do ln -s $((i - 1)) $i; done; ln -s / root; ln -s root/root/etc d\n"
      "cd ..\n");
}

static struct device *
open_chain(struct scratch *scratch, guint format, int fds[2])
{
  static const char *const names[] = {"disk", "base"};
  struct layer layers[2];
  guint count = 0;
  g_autoptr(GError) error = NULL;

  for (; count < 2 && formats[format].formats[count]; count++) {
    fds[count] = scratch_open(scratch, names[count]);
    layers[count] = (struct layer){fds[count], formats[format].formats[count]};
  }
  struct device *device = chain_open(layers, count, &error);
  g_assert_no_error(error);
  return device;
}

/* The whole disk, block by block, is what qemu-img convert makes of it. */
static void
compare_disk(struct scratch *scratch, struct device *device)
{
  g_autoptr(GBytes) wanted = scratch_read(scratch, "converted");
  const size_t size = g_bytes_get_size(wanted);
  g_autofree guint8 *got = g_malloc(size);

  g_assert_cmpuint(device->size, ==, size);
  for (size_t done = 0; done < size; done += 100000) {
    g_autoptr(GError) error = NULL;

    device_read(device, got + done, MIN((size_t)100000, size - done), done, &error);
    g_assert_no_error(error);
  }
  g_assert_true(memcmp(got, g_bytes_get_data(wanted, NULL), size) == 0);
}

static struct device *
open_partition(struct device *disk, guint layout)
{
  g_autoptr(GArray) partitions = partition_list(disk, NULL, NULL);

  g_assert_nonnull(partitions);
  g_assert_cmpuint(partitions->len > 0, ==, layouts[layout].number > 0);
  for (guint i = 0; i < partitions->len; i++) {
    const struct partition *partition = &g_array_index(partitions, struct partition, i);

    if (partition->number != layouts[layout].number)
      continue;
    g_assert_cmpuint(partition->offset, ==, layouts[layout].offset);
    return device_slice(disk, partition->offset, partition->length);
  }
  g_assert_cmpuint(layouts[layout].number, ==, 0);
  return device_slice(disk, 0, disk->size);
}

/* debugfs 1.47 writes all the 60 bytes that an inode has room for, used by its file or not. */
static GBytes *
read_dumped(struct scratch *scratch, struct road *road, const char *path)
{
  g_autofree char *name = g_strconcat("dumped", path, NULL);
  g_autoptr(GBytes) dumped = scratch_read(scratch, name);
  struct file_stat stat;

  g_assert_true(road_stat(road, path, false, &stat, NULL));
  if (g_bytes_get_size(dumped) == 60 && stat.size < 60)
    return g_bytes_new_from_bytes(dumped, 0, stat.size);
  return g_steal_pointer(&dumped);
}

static void
compare_file(struct scratch *scratch, struct road *road, const char *path)
{
  g_autoptr(GBytes) wanted = read_dumped(scratch, road, path);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) got = road_read_file(road, path, 1 << 24, &error);

  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(got, wanted));
}

static void
compare_link(struct road *road, const char *path, const char *host_path)
{
  g_autofree char *wanted = g_file_read_link(host_path, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) got = road_readlink(road, path, &error);

  g_assert_no_error(error);
  g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), wanted, strlen(wanted));
}

/* Everything that debugfs wrote out; returns how many files that was. */
static guint
compare_directory(struct scratch *scratch, struct road *road, const char *path)
{
  g_autofree char *host_path = g_strconcat(scratch->path, "/dumped", path, NULL);
  g_autoptr(GDir) directory = g_dir_open(host_path, 0, NULL);
  g_autoptr(GPtrArray) names = road_list(road, path, NULL);
  guint entries = 0, files = 0;
  const char *name;

  while ((name = g_dir_read_name(directory))) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    g_autofree char *host_child = g_build_filename(host_path, name, NULL);

    entries++;
    if (g_file_test(host_child, G_FILE_TEST_IS_SYMLINK))
      compare_link(road, child, host_child);
    else if (g_file_test(host_child, G_FILE_TEST_IS_DIR))
      files += compare_directory(scratch, road, child);
    else
      compare_file(scratch, road, child);
    files++;
  }
  g_assert_nonnull(names);
  g_assert_cmpuint(names->len, ==, entries);
  return files;
}

static void
compare_image(struct scratch *scratch, guint filesystem, guint layout, guint format)
{
  int fds[2] = {-1, -1};
  g_autoptr(Device) disk = open_chain(scratch, format, fds);
  g_autoptr(GError) error = NULL;

  g_test_message("%s | layout %u | %s", filesystems[filesystem], layout, formats[format].script);
  compare_disk(scratch, disk);
  g_autoptr(Device) partition = open_partition(disk, layout);
  g_autoptr(Fs) fs = fs_open(partition, &error);
  g_assert_no_error(error);
  g_autoptr(Road) road = tree_new(fs);
  g_assert_cmpuint(compare_directory(scratch, road, "/"), >, 20);
  for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
    if (fds[i] >= 0)
      close(fds[i]);
}

static void
test_images(void)
{
  g_autoptr(Scratch) scratch = scratch_new();

  if (!scratch_has_tools("mke2fs", "debugfs", "sfdisk", "qemu-img", "qemu-io", NULL))
    return;
  make_trees(scratch);
  for (guint i = 0; i < IMAGES; i++) {
    /* Lengths without a common divisor, but for one, which the last term mends. */
    guint filesystem = i % G_N_ELEMENTS(filesystems);
    guint format = i % G_N_ELEMENTS(formats);
    guint layout = (i + i / G_N_ELEMENTS(formats)) % G_N_ELEMENTS(layouts);

    scratch_run(scratch,
                "rm -rf fs flat disk base converted dumped; truncate -s 6M fs\n"
                "mke2fs -q -F -N 600 %s -d %u fs\n%s\n%s\n"
                "qemu-img convert -O raw %s disk converted\n"
                "tail -c +%" G_GUINT64_FORMAT " converted >partition; mkdir dumped\n"
                "debugfs -R 'rdump / dumped' partition",
                filesystems[filesystem], i % 3, layouts[layout].script, formats[format].script,
                strcmp(formats[format].formats[0], "raw") == 0 ? "-f raw" : "-f qcow2",
                layouts[layout].offset + 1);
    compare_image(scratch, filesystem, layout, format);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/differential/images", test_images);
  return g_test_run();
}
