/* SPDX-License-Identifier: Apache-2.0 */
/* FAT and ISO 9660 as real tools make them, and as nobody should. */
#include "guest/disk/bytes.h"
#include "guest/disk/fat.h"
#include "guest/disk/iso.h"
#include "guest/disk/raw.h"
#include "guest/disk/seed_volume.h"
#include "guest/disk/tree.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Files that both kinds are filled with; `big` takes more than one cluster or sector. */
#define FILES                                                                                      \
  "mkdir -p x/a-longer-folder/inner\n"                                                             \
  "echo ud >x/user-data; echo md >x/meta-data; : >x/empty\n"                                       \
  "echo deep >x/a-longer-folder/inner/the-file.of.some-length\n"                                   \
  "seq 100000 >x/big\n"                                                                            \
  "seq 20000 >x/half.txt\n"

struct image {
  struct scratch *scratch;
  int fd;
  struct device *device;
};

static struct image
image_make(const char *script)
{
  struct image image = {.scratch = scratch_new()};

  scratch_run(image.scratch, "%s%s", FILES, script);
  image.fd = scratch_open(image.scratch, "image");
  image.device = raw_open(image.fd, NULL);
  g_assert_nonnull(image.device);
  return image;
}

static void
image_clear(struct image *image)
{
  device_free(image->device);
  close(image->fd);
  scratch_free(image->scratch);
}

static void
assert_same(struct road *road, struct scratch *scratch, const char *path, const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = road_read_file(road, path, ROAD_FILE_MAX, &error);
  g_autoptr(GBytes) expected = scratch_read(scratch, name);

  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(bytes, expected));
}

static void
assert_missing(struct road *road, const char *path)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(road_read_file(road, path, 100, &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND);
}

static void
assert_list(struct road *road, const char *path, const char *expected)
{
  g_autoptr(GPtrArray) names = road_list(road, path, NULL);

  g_assert_nonnull(names);
  g_ptr_array_add(names, NULL);
  g_autofree char *joined = g_strjoinv(" ", (char **)names->pdata);
  g_assert_cmpstr(joined, ==, expected);
}

static void
assert_files(struct image *image, struct fs *fs)
{
  g_autoptr(Road) road = tree_new(fs);
  struct file_stat stat;

  assert_same(road, image->scratch, "/user-data", "x/user-data");
  assert_same(road, image->scratch, "/meta-data", "x/meta-data");
  assert_same(road, image->scratch, "/empty", "x/empty");
  assert_same(road, image->scratch, "/big", "x/big");
  assert_same(road, image->scratch, "/half.txt", "x/half.txt");
  assert_same(road, image->scratch, "/a-longer-folder/inner/the-file.of.some-length",
              "x/a-longer-folder/inner/the-file.of.some-length");
  assert_missing(road, "/vendor-data");
  assert_missing(road, "/user-data/x");
  assert_list(road, "/", "a-longer-folder big empty half.txt meta-data user-data");
  assert_list(road, "/a-longer-folder", "inner");
  g_assert_true(road_stat(road, "/a-longer-folder", true, &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_DIRECTORY);
  g_assert_true(road_stat(road, "/big", true, &stat, NULL));
  g_assert_cmpint(stat.type, ==, FILE_REGULAR);
  g_assert_cmpuint(stat.size, ==, 588895);
}

#define MTOOLS "mcopy -s -i image x/* ::\n"

static const struct {
  const char *name;
  const char *script;
} fats[] = {
    {"fat12", "truncate -s 2M image; mkfs.vfat -F 12 -n CIDATA image\n" MTOOLS},
    {"fat16", "truncate -s 20M image; mkfs.vfat -F 16 -n cidata image\n" MTOOLS},
    {"fat32", "truncate -s 40M image; mkfs.vfat -F 32 -n CIDATA image\n" MTOOLS},
    {"sectors-of-4096", "truncate -s 20M image; mkfs.vfat -S 4096 -n CIDATA image\n" MTOOLS},
    {"one-table", "truncate -s 8M image; mkfs.vfat -f 1 -n CIDATA image\n" MTOOLS},
    {"floppy", "mformat -C -f 1440 -v CIDATA -i image ::\n" MTOOLS},
    {"fragments", "truncate -s 20M image; mkfs.vfat -s 1 -n CIDATA image\n"
                  "for i in $(seq 100); do seq 300 >f; mcopy -i image f ::/f$i; done\n"
                  "for i in $(seq 1 2 99); do mdel -i image ::/f$i; done\n" MTOOLS
                  "for i in $(seq 2 2 100); do mdel -i image ::/f$i; done\n"},
    {"many", "truncate -s 40M image; mkfs.vfat -F 32 -s 1 -n CIDATA image\nmkdir m\n"
             "for i in $(seq 200); do : >m/a-file-with-a-long-name-$i; done\n"
             "mcopy -i image m/* ::\n" MTOOLS "mdel -i image '::/a-file-*'\n"},
};

static void
test_fat(void)
{
  if (!scratch_has_tools("mkfs.vfat", "mcopy", "mformat", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(fats); i++) {
    g_test_message("%s", fats[i].name);
    struct image image = image_make(fats[i].script);
    g_autoptr(Fs) fs = seed_volume_open(image.device);
    g_assert_nonnull(fs);
    g_assert_cmpstr(fs->type, ==, "vfat");
    assert_files(&image, fs);
    image_clear(&image);
  }
}

/* As Linux mounts it: letters of either case, and short names. */
static void
test_fat_names(void)
{
  if (!scratch_has_tools("mkfs.vfat", "mcopy", NULL))
    return;
  struct image image = image_make("truncate -s 8M image; mkfs.vfat -n CIDATA image\n" MTOOLS
                                  "printf 'w\\303\\244rme\\n' >n; LC_ALL=C.UTF-8 mcopy -i image n "
                                  "'::/w\xc3\xa4rme-langer-name'\n");
  g_autoptr(Fs) fs = fat_open(image.device, NULL);
  g_autoptr(Road) road = tree_new(fs);
  assert_same(road, image.scratch, "/USER-data", "x/user-data");
  assert_same(road, image.scratch, "/HALF.TXT", "x/half.txt");
  assert_missing(road, "/user-dat");
  assert_same(road, image.scratch, "/w\xc3\xa4rme-langer-name", "n");
  g_clear_pointer(&road, road_free);
  g_clear_pointer(&fs, fs_free);
  image_clear(&image);
}

#define GENISOIMAGE "genisoimage -quiet -o image "

static const struct {
  const char *name;
  const char *script;
} isos[] = {
    {"rock-ridge", GENISOIMAGE "-V cidata -R x"},
    {"rational-rock", GENISOIMAGE "-V CIDATA -r x"},
    {"joliet", GENISOIMAGE "-V cidata -J -input-charset utf-8 x"},
    {"both", GENISOIMAGE "-V cidata -J -R -input-charset utf-8 x"},
    {"xorriso", "xorrisofs -quiet -o image -V cidata x"},
    {"xorriso-joliet", "xorrisofs -quiet -o image -V cidata -J --norock x"},
    {"xorriso-native", "xorriso -outdev image -volid CIDATA -joliet on -map x / 2>/dev/null"},
    {"long-names",
     "mkdir y; mv x/* y; rmdir x; mv y x\n" GENISOIMAGE "-V cidata -iso-level 4 -U -R x"},
};

static void
test_iso(void)
{
  if (!scratch_has_tools("genisoimage", "xorriso", "xorrisofs", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(isos); i++) {
    g_test_message("%s", isos[i].name);
    struct image image = image_make(isos[i].script);
    g_autoptr(Fs) fs = seed_volume_open(image.device);
    g_assert_nonnull(fs);
    g_assert_cmpstr(fs->type, ==, "iso9660");
    assert_files(&image, fs);
    g_clear_pointer(&fs, fs_free);
    image_clear(&image);
  }
}

/* Without Joliet and Rock Ridge there is no name "user-data", for cloud-init neither. */
static void
test_iso_plain(void)
{
  if (!scratch_has_tools("genisoimage", NULL))
    return;
  struct image image = image_make(GENISOIMAGE "-V cidata -input-charset utf-8 x");
  g_autoptr(Fs) fs = seed_volume_open(image.device);
  g_autoptr(Road) road = tree_new(fs);
  assert_missing(road, "/user-data");
  assert_same(road, image.scratch, "/user_dat", "x/user-data");
  assert_same(road, image.scratch, "/half.txt", "x/half.txt");
  g_clear_pointer(&road, road_free);
  g_clear_pointer(&fs, fs_free);
  image_clear(&image);
}

static void
test_iso_special(void)
{
  if (!scratch_has_tools("genisoimage", NULL))
    return;
  struct image image =
      image_make("ln -s user-data x/link; mkfifo x/fifo\n"
                 "n=$(printf 'n%.0s' $(seq 250)); echo long >x/$n; echo long >n\n" GENISOIMAGE
                 "-V cidata -R x");
  g_autofree char *name = g_strnfill(250, 'n');
  g_autofree char *path = g_strconcat("/", name, NULL);
  g_autoptr(Fs) fs = seed_volume_open(image.device);
  g_autoptr(Road) road = tree_new(fs);
  g_autoptr(GError) error = NULL;
  assert_same(road, image.scratch, path, "n"); /* its name takes more than one area */
  g_assert_null(road_read_file(road, "/link", 100, &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR);
  g_clear_error(&error);
  g_assert_null(road_read_file(road, "/fifo", 100, &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR);
  g_clear_pointer(&road, road_free);
  g_clear_pointer(&fs, fs_free);
  image_clear(&image);
}

static const struct {
  const char *name;
  const char *script;
} others[] = {
    {"no-label", "genisoimage -quiet -o image -V other -R x"},
    {"longer-label", "genisoimage -quiet -o image -V cidata2 -R x"},
    {"mixed-case", "genisoimage -quiet -o image -V CiData -R x"},
    {"fat-label", "truncate -s 2M image; mkfs.vfat -n OTHER image"},
    {"fat-no-label", "truncate -s 2M image; mkfs.vfat image"},
    {"ext4", "truncate -s 2M image; mke2fs -q -L cidata image"},
    {"ntfs", "truncate -s 2M image; printf '\\353\\122\\220NTFS    ' | dd of=image conv=notrunc"},
    {"blank", "truncate -s 2M image"},
    {"short", "printf x >image"},
    {"empty", ": >image"},
};

static void
test_no_seed(void)
{
  if (!scratch_has_tools("genisoimage", "mkfs.vfat", "mke2fs", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
    g_test_message("%s", others[i].name);
    struct image image = image_make(others[i].script);
    g_assert_null(seed_volume_open(image.device));
    image_clear(&image);
  }
}

/* Counts what is read of a device. */
struct counter {
  struct device device;
  struct device *below;
  guint reads;
  guint64 bytes;
};

static bool
counter_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  struct counter *counter = (struct counter *)device;

  counter->reads++;
  counter->bytes += length;
  return device_read(counter->below, buffer, length, offset, error);
}

static void
counter_free(G_GNUC_UNUSED struct device *device)
{
}

/*
 * Somebody's installer costs two reads: a descriptor, and what might be the boot sector of a FAT.
 */
static void
test_cheap(void)
{
  static const struct device_ops ops = {counter_read, counter_free};

  if (!scratch_has_tools("genisoimage", NULL))
    return;
  struct image image = image_make(GENISOIMAGE "-V Debian -J -R x");
  struct counter counter = {.device = {&ops, image.device->size, 0}, .below = image.device};
  g_assert_null(seed_volume_open(&counter.device));
  g_assert_cmpuint(counter.reads, <=, 2);
  g_assert_cmpuint(counter.bytes, <=, 4096);
  image_clear(&image);
}

/* A directory without an end, which is also in the way of a file that is no longer its own. */
static void
test_fat_circles(void)
{
  if (!scratch_has_tools("mkfs.vfat", "mcopy", NULL))
    return;
  struct image image = image_make("truncate -s 40M image; mkfs.vfat -F 32 -s 1 -n CIDATA image\n"
                                  "mkdir m; for i in $(seq 40); do : >m/f$i; done\n"
                                  "mcopy -i image m/* x/big ::\n");
  g_autoptr(Fs) fs = fat_open(image.device, NULL);
  g_autoptr(Road) road = tree_new(fs);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(image.scratch->path, "image", NULL);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  guint8 boot[512];
  assert_same(road, image.scratch, "/big", "x/big");
  g_assert_cmpint(pread(fd, boot, sizeof(boot), 0), ==, sizeof(boot));
  guint64 table = (guint64)bytes_le16(boot + 14) * 512;
  guint32 self[] = {GUINT32_TO_LE(2), GUINT32_TO_LE(0x0ffffff0)};
  g_assert_cmpint(pwrite(fd, self, sizeof(self), (off_t)table + 8), ==, sizeof(self));
  /* Cluster 2 is the root's, and follows itself. */
  g_assert_null(road_read_file(road, "/big", ROAD_FILE_MAX, &error));
  g_assert_error(error, ROAD_ERROR, ROAD_ERROR_UNREADABLE);
  g_assert_null(seed_volume_open(image.device));
  close(fd);
  g_clear_pointer(&road, road_free);
  g_clear_pointer(&fs, fs_free);
  image_clear(&image);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/seed-volumes/fat", test_fat);
  g_test_add_func("/seed-volumes/fat-names", test_fat_names);
  g_test_add_func("/seed-volumes/fat-circles", test_fat_circles);
  g_test_add_func("/seed-volumes/iso", test_iso);
  g_test_add_func("/seed-volumes/iso-plain", test_iso_plain);
  g_test_add_func("/seed-volumes/iso-special", test_iso_special);
  g_test_add_func("/seed-volumes/no-seed", test_no_seed);
  g_test_add_func("/seed-volumes/cheap", test_cheap);
  return g_test_run();
}
