/* SPDX-License-Identifier: Apache-2.0 */
/* Chains of crafted qcow2 images: what is followed, what is refused, and what is never opened. */
#include "guest/disk/bytes.h"
#include "hypervisor/images.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLUSTER 65536

struct fixture {
  char *root;    /* a temporary folder */
  char *pool;    /* in it: holds the images */
  char *outside; /* in it: holds a canary, that nothing may open */
  char *canary;
  int watch; /* inotify, on `outside` */
  struct storage *storage;
  struct images *images;
};

static char *
path_of(const struct fixture *fixture, const char *name)
{
  return g_build_filename(fixture->pool, name, NULL);
}

static void
write_bytes(const char *path, const void *bytes, gsize length)
{
  g_autoptr(GError) error = NULL;

  g_file_set_contents(path, bytes, (gssize)length, &error);
  g_assert_no_error(error);
}

static void
setup(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  fixture->root = g_dir_make_tmp("virt-ledger-XXXXXX", NULL);
  fixture->pool = g_build_filename(fixture->root, "pool", NULL);
  fixture->outside = g_build_filename(fixture->root, "outside", NULL);
  fixture->canary = g_build_filename(fixture->outside, "canary", NULL);
  g_assert_cmpint(g_mkdir(fixture->pool, 0700), ==, 0);
  g_assert_cmpint(g_mkdir(fixture->outside, 0700), ==, 0);
  write_bytes(fixture->canary, "secret", 6);
  fixture->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  g_assert_cmpint(inotify_add_watch(fixture->watch, fixture->outside, IN_OPEN | IN_ACCESS), >=, 0);
  fixture->storage = storage_new();
  fixture->images = images_new(fixture->storage, true);
}

/* Ends every test: the canary was not opened. */
static void
teardown(struct fixture *fixture, gconstpointer data)
{
  char events[4096];
  const char *argv[] = {"rm", "-rf", "--", fixture->root, NULL};

  (void)data;
  g_assert_cmpint(read(fixture->watch, events, sizeof(events)), ==, -1);
  g_assert_cmpint(errno, ==, EAGAIN);
  close(fixture->watch);
  images_free(fixture->images);
  storage_free(fixture->storage);
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free(fixture->root);
  g_free(fixture->pool);
  g_free(fixture->outside);
  g_free(fixture->canary);
}

static void
put_be(guint8 *bytes, guint64 value, guint length)
{
  for (guint i = 0; i < length; i++)
    bytes[i] = (guint8)(value >> 8 * (length - 1 - i));
}

/*
 * An image of 1 MiB without data, and any text as names of its backing image and that one's format.
 */
static void
write_qcow2(const char *path, const char *backing, const char *format)
{
  g_autofree guint8 *bytes = g_malloc0(2 * CLUSTER);
  gsize at = 104;

  put_be(bytes, 0x514649fb, 4);
  put_be(bytes + 4, 3, 4);
  put_be(bytes + 20, 16, 4);
  put_be(bytes + 24, 1 << 20, 8);
  put_be(bytes + 36, 1, 4);
  put_be(bytes + 40, CLUSTER, 8);
  put_be(bytes + 96, 4, 4);
  put_be(bytes + 100, 104, 4);
  if (format) {
    put_be(bytes + at, 0xe2792aca, 4);
    put_be(bytes + at + 4, strlen(format), 4);
    memcpy(bytes + at + 8, format, strlen(format));
    at += 8 + (strlen(format) + 7) / 8 * 8;
  }
  at += 8; /* the end of the extensions */
  if (backing) {
    put_be(bytes + 8, at, 8);
    put_be(bytes + 16, strlen(backing), 4);
    memcpy(bytes + at, backing, strlen(backing));
  }
  write_bytes(path, bytes, 2 * CLUSTER);
}

static void
add_qcow2(const struct fixture *fixture, const char *name, const char *backing, const char *format)
{
  g_autofree char *path = path_of(fixture, name);

  write_qcow2(path, backing, format);
}

static void
add_raw(const struct fixture *fixture, const char *name)
{
  g_autofree char *path = path_of(fixture, name);

  write_bytes(path, "raw", 3);
}

static struct disk *
new_disk(const char *path, const char *format)
{
  struct disk *disk = disk_new();

  disk->device = g_strdup("disk");
  disk->source_type = g_strdup("file");
  disk->source = g_strdup(path);
  disk->image_path = g_strdup(path);
  disk->declared_format = g_strdup(format);
  return disk;
}

static GPtrArray *
chain_of_disk(const struct fixture *fixture, struct disk *disk)
{
  images_register_disk(fixture->images, disk);
  return images_chain(fixture->images, disk);
}

/* The chain of a domain's disk on an image in the pool. */
static GPtrArray *
chain_of(const struct fixture *fixture, const char *name, const char *format)
{
  g_autofree char *path = path_of(fixture, name);
  g_autoptr(Disk) disk = new_disk(path, format);

  return chain_of_disk(fixture, disk);
}

static const struct image *
image_at(const GPtrArray *chain, guint index)
{
  g_assert_cmpuint(index, <, chain->len);
  return chain->pdata[index];
}

static void
assert_image(const struct image *image, const char *status, const char *chain, gint64 depth)
{
  g_assert_cmpstr(image->status, ==, status);
  g_assert_cmpstr(image->chain, ==, chain);
  g_assert_cmpint(image->chain_depth, ==, depth);
  g_assert_true(shape_check(&image_shape, image, NULL));
}

static void
test_whole(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  add_raw(fixture, "base.img");
  add_qcow2(fixture, "middle.qcow2", "base.img", "raw");
  add_qcow2(fixture, "top.qcow2", "middle.qcow2", "qcow2");
  g_autoptr(GPtrArray) chain = chain_of(fixture, "top.qcow2", "qcow2");
  g_autofree char *middle = path_of(fixture, "middle.qcow2");

  g_assert_cmpuint(chain->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    assert_image(image_at(chain, i), "ok", "ok", 2 - i);
    int fd = images_open(fixture->images, image_at(chain, i), false);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(fcntl(fd, F_GETFL) & O_ACCMODE, ==, O_RDONLY);
    close(fd);
  }
  g_assert_cmpstr(images_status(image_at(chain, 0)), ==, "ok");
  g_assert_cmpstr(image_at(chain, 0)->backing_image, ==, middle);
  g_assert_cmpstr(image_at(chain, 2)->declared_format, ==, "raw");
  g_assert_cmpstr(image_at(chain, 0)->provisioning, ==, "thin");
  /* The base of one chain is the disk of another domain. */
  g_autoptr(GPtrArray) other = chain_of(fixture, "middle.qcow2", "qcow2");
  g_assert_true(image_at(other, 0) == image_at(chain, 1));
}

/* Names of backing files, CANARY standing for the path of a file outside the pool. */
static const struct refusal {
  const char *name;
  const char *backing, *format;
  const char *status;
} refusals[] = {
    {"raw-outside", "CANARY", "raw", "backing-refused"},
    {"raw-outside-relative", "../outside/canary", "raw", "backing-refused"},
    {"raw-outside-prefixed", "file:CANARY", "raw", "backing-refused"},
    {"raw-outside-dots", "./.././pool/../outside//canary", "raw", "backing-refused"},
    {"no-format", "CANARY", NULL, "backing-format-missing"},
    {"no-format-inside", "base.img", NULL, "backing-format-missing"},
    {"empty-format", "base.img", "", "backing-format-missing"},
    {"json", "json:{\"driver\":\"raw\",\"file\":{\"filename\":\"CANARY\"}}", "raw",
     "backing-refused"},
    {"nbd", "nbd://127.0.0.1:1/x", "raw", "backing-refused"},
    {"http", "http://127.0.0.1:1/x", "qcow2", "backing-refused"},
    {"ssh", "ssh://127.0.0.1/x", "raw", "backing-refused"},
    {"fat", "fat:CANARY", "raw", "backing-refused"},
    {"host-device", "host_device:CANARY", "raw", "backing-refused"},
    {"colon", "base:img", "raw", "backing-refused"},
    {"not-utf8", "base\xff.img", "raw", "backing-refused"},
    {"dev-null", "/dev/null", "raw", "backing-refused"},
    {"shadow", "/etc/shadow", "raw", "backing-refused"},
    {"missing", "absent.img", "raw", "backing-missing"},
    {"missing-folder", "/nowhere/absent.qcow2", "qcow2", "backing-missing"},
    {"itself", "top.qcow2", "qcow2", "backing-loop"},
    {"itself-by-link", "link.qcow2", "qcow2", "backing-loop"},
    {"itself-by-hard-link", "hard.qcow2", "qcow2", "backing-loop"},
};

static void
test_refused(struct fixture *fixture, gconstpointer data)
{
  const struct refusal *refusal = data;
  g_auto(GStrv) parts = g_strsplit(refusal->backing, "CANARY", -1);
  g_autofree char *backing = g_strjoinv(fixture->canary, parts);
  g_autofree char *top = path_of(fixture, "top.qcow2");
  g_autofree char *link_path = path_of(fixture, "link.qcow2");
  g_autofree char *hard_path = path_of(fixture, "hard.qcow2");

  add_raw(fixture, "base.img");
  add_qcow2(fixture, "top.qcow2", backing, refusal->format);
  g_assert_cmpint(symlink("top.qcow2", link_path), ==, 0);
  g_assert_cmpint(link(top, hard_path), ==, 0);
  g_autoptr(GPtrArray) chain = chain_of(fixture, "top.qcow2", "qcow2");
  const struct image *image = image_at(chain, 0);
  g_assert_cmpstr(image->status, ==, refusal->status);
  g_assert_cmpstr(image->chain, ==, refusal->status);
  g_assert_cmpstr(images_status(image), ==, refusal->status);
  g_assert_nonnull(image->detail);
  g_assert_cmpint(images_open(fixture->images, image, false), ==, -1);
  g_assert_true(shape_check(&image_shape, image, NULL));

  /* Whoever stands above has the same word, as the state of its chain. */
  add_qcow2(fixture, "above.qcow2", "top.qcow2", "qcow2");
  g_autoptr(GPtrArray) longer = chain_of(fixture, "above.qcow2", "qcow2");
  g_assert_cmpstr(image_at(longer, 0)->status, ==, "ok");
  g_assert_cmpstr(image_at(longer, 0)->chain, ==, refusal->status);
}

/* Bases that exist and cannot be used. */
static const struct base {
  const char *name;
  const char *backing, *format;
  const char *status; /* of the base, and of the chain above */
} bases[] = {
    {"raw-as-qcow2", "base.img", "qcow2", "format-mismatch"},
    {"qcow2-as-raw", "base.qcow2", "raw", "format-mismatch"},
    {"vmdk", "base.qcow2", "vmdk", "format-mismatch"},
    {"unknown-format", "base.img", "bochs", "unsupported-format"},
    {"fifo", "fifo", "raw", "not-regular"},
    {"folder", "folder", "raw", "not-regular"},
    {"device", "/dev/null", "qcow2", "not-regular"},
    {"canary-as-qcow2", "broken.qcow2", "qcow2", "corrupt"},
};

static void
test_unusable_base(struct fixture *fixture, gconstpointer data)
{
  const struct base *base = data;
  g_autofree char *fifo = path_of(fixture, "fifo");
  g_autofree char *folder = path_of(fixture, "folder");
  g_autofree char *broken = path_of(fixture, "broken.qcow2");

  add_raw(fixture, "base.img");
  add_qcow2(fixture, "base.qcow2", NULL, NULL);
  write_bytes(broken, "QFI\xfb\0\0\0\3", 8);
  g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
  g_assert_cmpint(mkdir(folder, 0700), ==, 0);
  add_qcow2(fixture, "top.qcow2", base->backing, base->format);
  g_autoptr(GPtrArray) chain = chain_of(fixture, "top.qcow2", "qcow2");
  g_assert_cmpuint(chain->len, ==, 2);
  assert_image(image_at(chain, 0), "ok", base->status, 1);
  assert_image(image_at(chain, 1), base->status, NULL, FACT_UNKNOWN);
  g_assert_cmpstr(images_status(image_at(chain, 0)), ==, base->status);
}

static void
test_cycle(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  add_qcow2(fixture, "a.qcow2", "b.qcow2", "qcow2");
  add_qcow2(fixture, "b.qcow2", "c.qcow2", "qcow2");
  add_qcow2(fixture, "c.qcow2", "b.qcow2", "qcow2");
  g_autoptr(GPtrArray) chain = chain_of(fixture, "a.qcow2", "qcow2");

  g_assert_cmpuint(chain->len, ==, 3);
  assert_image(image_at(chain, 0), "ok", "backing-loop", FACT_UNKNOWN);
  assert_image(image_at(chain, 1), "ok", "backing-loop", FACT_UNKNOWN);
  assert_image(image_at(chain, 2), "backing-loop", "backing-loop", FACT_UNKNOWN);
  g_assert_nonnull(strstr(image_at(chain, 2)->detail, "c.qcow2 <- b.qcow2"));
}

static void
test_depth(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  add_qcow2(fixture, "0.qcow2", NULL, NULL);
  for (guint i = 1; i < 33; i++) {
    g_autofree char *name = g_strdup_printf("%u.qcow2", i);
    g_autofree char *backing = g_strdup_printf("%u.qcow2", i - 1);
    add_qcow2(fixture, name, backing, "qcow2");
  }
  g_autoptr(GPtrArray) deep = chain_of(fixture, "32.qcow2", "qcow2");
  g_assert_cmpuint(deep->len, ==, 32);
  assert_image(image_at(deep, 0), "ok", "backing-too-deep", FACT_UNKNOWN);
  g_assert_cmpstr(images_status(image_at(deep, 0)), ==, "backing-too-deep");
  g_assert_nonnull(strstr(image_at(deep, 0)->detail, "32.qcow2 <- "));

  g_autoptr(GPtrArray) allowed = chain_of(fixture, "31.qcow2", "qcow2");
  g_assert_cmpuint(allowed->len, ==, 32);
  assert_image(image_at(allowed, 0), "ok", "ok", 31);
}

/* A raw disk that begins as an overlay of the canary. */
static void
test_raw_with_header(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  add_qcow2(fixture, "disk.img", fixture->canary, "raw");
  g_autoptr(GPtrArray) chain = chain_of(fixture, "disk.img", "raw");
  const struct image *image = image_at(chain, 0);

  g_assert_cmpuint(chain->len, ==, 1);
  g_assert_cmpstr(image->status, ==, "format-mismatch");
  g_assert_cmpstr(image->magic_format, ==, "qcow2");
  g_assert_null(image->backing_path);
  g_assert_null(image->backing_image);
  g_assert_cmpint(images_open(fixture->images, image, false), ==, -1);
}

static void
test_undeclared(struct fixture *fixture, gconstpointer data)
{
  (void)data;
  add_qcow2(fixture, "base.qcow2", fixture->canary, "raw");
  g_autoptr(GPtrArray) chain = chain_of(fixture, "base.qcow2", NULL);
  const struct image *image = image_at(chain, 0);

  assert_image(image, "format-missing", NULL, FACT_UNKNOWN);
  g_assert_null(image->format);
  /* An overlay that declares it makes it readable; what it names is still refused. */
  add_qcow2(fixture, "top.qcow2", "base.qcow2", "qcow2");
  g_autoptr(GPtrArray) longer = chain_of(fixture, "top.qcow2", "qcow2");
  g_assert_true(image_at(longer, 1) == image);
  g_assert_cmpstr(image->format, ==, "qcow2");
  g_assert_cmpstr(image->status, ==, "backing-refused");
}

static void
test_contradiction(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of(fixture, "base.qcow2");
  g_autoptr(Disk) one = new_disk(path, "qcow2");
  g_autoptr(Disk) two = new_disk(path, "raw");

  (void)data;
  add_qcow2(fixture, "base.qcow2", NULL, NULL);
  images_register_disk(fixture->images, one);
  images_register_disk(fixture->images, two);
  g_autoptr(GPtrArray) chain = images_chain(fixture->images, one);
  g_assert_cmpstr(image_at(chain, 0)->status, ==, "format-mismatch");
  g_assert_nonnull(strstr(image_at(chain, 0)->detail, "qcow2 by one, and as raw by another"));

  add_raw(fixture, "base.img");
  add_qcow2(fixture, "top.qcow2", "base.img", "qcow2");
  g_autoptr(GPtrArray) base = chain_of(fixture, "base.img", "raw");
  g_autoptr(GPtrArray) top = chain_of(fixture, "top.qcow2", "qcow2");
  g_assert_cmpstr(image_at(base, 0)->status, ==, "ok");
  g_assert_cmpstr(image_at(top, 0)->status, ==, "format-mismatch");
}

static void
add_backing(struct disk *disk, const char *path, const char *format)
{
  struct backing *backing = backing_new();

  backing->source_type = g_strdup("file");
  backing->source = g_strdup(path);
  backing->format = g_strdup(format);
  g_ptr_array_add(disk->backing, backing);
}

/* <backingStore> says what a header leaves out, and makes a raw file known. */
static void
test_declared_backing(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename(fixture->root, "elsewhere.img", NULL);
  g_autofree char *top = path_of(fixture, "top.qcow2");
  g_autoptr(Disk) disk = new_disk(top, "qcow2");

  (void)data;
  write_bytes(elsewhere, "raw", 3);
  add_qcow2(fixture, "top.qcow2", elsewhere, NULL);
  add_backing(disk, elsewhere, "raw");
  g_autoptr(GPtrArray) chain = chain_of_disk(fixture, disk);
  g_assert_cmpuint(chain->len, ==, 2);
  assert_image(image_at(chain, 0), "ok", "ok", 1);
  g_assert_cmpstr(image_at(chain, 1)->declared_format, ==, "raw");
}

/* Folders of pools, their volumes, and folders of other domains' disks are known storage. */
static void
test_known_storage(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *pool = g_build_filename(fixture->root, "other", NULL);
  g_autofree char *base = g_build_filename(pool, "base.img", NULL);
  g_autofree char *alone = g_build_filename(fixture->root, "alone.img", NULL);

  (void)data;
  g_assert_cmpint(g_mkdir(pool, 0700), ==, 0);
  write_bytes(base, "raw", 3);
  write_bytes(alone, "raw", 3);
  add_qcow2(fixture, "one.qcow2", base, "raw");
  add_qcow2(fixture, "two.qcow2", alone, "raw");
  images_free(fixture->images);
  g_ptr_array_add(fixture->storage->folders, g_strdup(pool));
  storage_add(fixture->storage, "volumes", "alone", alone);
  fixture->images = images_new(fixture->storage, true);

  g_autoptr(GPtrArray) one = chain_of(fixture, "one.qcow2", "qcow2");
  assert_image(image_at(one, 0), "ok", "ok", 1);
  g_autoptr(GPtrArray) two = chain_of(fixture, "two.qcow2", "qcow2");
  assert_image(image_at(two, 0), "ok", "ok", 1);
  g_assert_cmpstr(image_at(two, 1)->pool, ==, "volumes");
  g_assert_cmpstr(image_at(two, 1)->volume, ==, "alone");
}

/* What lies beside a CD-ROM, or beside a path where nothing is, is not known storage. */
static void
test_unknown_storage(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename(fixture->root, "iso", NULL);
  g_autofree char *cdrom_path = g_build_filename(folder, "install.iso", NULL);
  g_autofree char *missing_path = g_build_filename(folder, "missing.img", NULL);
  g_autofree char *secret = g_build_filename(folder, "secret.img", NULL);
  g_autoptr(Disk) cdrom = new_disk(cdrom_path, "raw");
  g_autoptr(Disk) missing = new_disk(missing_path, "raw");

  (void)data;
  g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
  write_bytes(cdrom_path, "iso", 3);
  write_bytes(secret, "raw", 3);
  g_free(cdrom->device);
  cdrom->device = g_strdup("cdrom");
  images_register_disk(fixture->images, cdrom);
  images_register_disk(fixture->images, missing);
  add_qcow2(fixture, "top.qcow2", secret, "raw");
  g_autoptr(GPtrArray) chain = chain_of(fixture, "top.qcow2", "qcow2");
  g_assert_cmpstr(image_at(chain, 0)->status, ==, "backing-refused");
}

static void
test_two_names(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *one = path_of(fixture, "one.img");
  g_autofree char *two = path_of(fixture, "two.img");
  g_autofree char *three = path_of(fixture, "three.img");

  (void)data;
  add_raw(fixture, "one.img");
  g_assert_cmpint(link(one, two), ==, 0);
  g_assert_cmpint(symlink(one, three), ==, 0);
  g_autoptr(GPtrArray) first = chain_of(fixture, "one.img", "raw");
  g_autoptr(GPtrArray) second = chain_of(fixture, "two.img", "raw");
  g_autoptr(GPtrArray) third = chain_of(fixture, "three.img", "raw");
  g_assert_cmpstr(image_at(first, 0)->file_id, ==, image_at(second, 0)->file_id);
  g_assert_cmpstr(image_at(first, 0)->file_id, ==, image_at(third, 0)->file_id);
  g_assert_cmpstr(image_at(third, 0)->path, ==, three);
}

static void
test_changed(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of(fixture, "disk.img");
  struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1}};

  (void)data;
  add_raw(fixture, "disk.img");
  g_autoptr(GPtrArray) chain = chain_of(fixture, "disk.img", "raw");
  g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
  g_assert_cmpint(images_open(fixture->images, image_at(chain, 0), false), ==, -1);
  g_assert_cmpint(errno, ==, ESTALE);
  g_unlink(path);
  g_assert_cmpint(images_open(fixture->images, image_at(chain, 0), false), ==, -1);
  g_assert_cmpint(errno, ==, ENOENT);
  g_assert_cmpint(symlink(fixture->outside, path), ==, 0);
  g_assert_cmpint(images_open(fixture->images, image_at(chain, 0), false), ==, -1);
}

static void
test_volume(struct fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of(fixture, "disk.img");
  g_autoptr(Disk) disk = disk_new();
  g_autoptr(Disk) empty = disk_new();

  (void)data;
  add_raw(fixture, "disk.img");
  storage_add(fixture->storage, "default", "disk.img", path);
  disk->source_type = g_strdup("volume");
  disk->pool = g_strdup("default");
  disk->volume = g_strdup("disk.img");
  disk->declared_format = g_strdup("raw");
  g_autoptr(GPtrArray) chain = chain_of_disk(fixture, disk);
  g_assert_cmpstr(disk->image_path, ==, path);
  g_assert_cmpstr(image_at(chain, 0)->status, ==, "ok");
  empty->source_type = g_strdup("none");
  g_assert_null(chain_of_disk(fixture, empty));
}

static void
collect_status(const struct image *image, gpointer data)
{
  g_autofree char *name = g_path_get_basename(image->path);

  g_string_append_printf(data, "%s %s %s;", name, image->status,
                         image->format ? image->format : "-");
}

static void
test_orphans(struct fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {"used.img", "folder", "orphan.img", "orphan.qcow2",
                                      "absent.img"};
  g_autofree char *folder = path_of(fixture, "folder");
  g_autoptr(GString) all = g_string_new(NULL);

  (void)data;
  add_raw(fixture, "used.img");
  add_raw(fixture, "orphan.img");
  add_qcow2(fixture, "orphan.qcow2", fixture->canary, "raw");
  g_assert_cmpint(mkdir(folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = path_of(fixture, names[i]);
    storage_add(fixture->storage, "default", names[i], path);
  }
  g_autoptr(GPtrArray) chain = chain_of(fixture, "used.img", "raw");
  g_assert_cmpuint(chain->len, ==, 1);
  images_add_orphans(fixture->images);
  images_foreach(fixture->images, collect_status, all);
  g_assert_cmpstr(all->str, ==,
                  "absent.img missing -;orphan.img ok raw;orphan.qcow2 ok qcow2;used.img ok raw;");
}

/* Of a remote hypervisor nothing is opened, and the definition is believed. */
static void
test_remote(struct fixture *fixture, gconstpointer data)
{
  g_autoptr(Images) images = images_new(fixture->storage, false);
  g_autoptr(Disk) disk = new_disk(fixture->canary, "qcow2");

  (void)data;
  add_backing(disk, "/remote/base.img", "raw");
  storage_add(fixture->storage, "default", "canary", fixture->canary);
  storage_add(fixture->storage, "default", "orphan", "/remote/orphan");
  images_register_disk(images, disk);
  g_autoptr(GPtrArray) chain = images_chain(images, disk);
  g_assert_cmpuint(chain->len, ==, 2);
  assert_image(image_at(chain, 0), "remote", NULL, 1);
  assert_image(image_at(chain, 1), "remote", NULL, 0);
  g_assert_cmpstr(image_at(chain, 0)->backing_image, ==, "/remote/base.img");
  g_assert_cmpstr(image_at(chain, 0)->volume, ==, "canary");
  g_assert_cmpstr(images_status(image_at(chain, 0)), ==, "remote");
  g_assert_cmpint(images_open(images, image_at(chain, 0), false), ==, -1);
  images_add_orphans(images);
}

static void
add_test(const char *name, gconstpointer data, void (*test)(struct fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf("/image-chains/%s", name);

  g_test_add(path, struct fixture, data, setup, test, teardown);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  add_test("whole", NULL, test_whole);
  for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autofree char *name = g_strdup_printf("refused/%s", refusals[i].name);
    add_test(name, &refusals[i], test_refused);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(bases); i++) {
    g_autofree char *name = g_strdup_printf("unusable/%s", bases[i].name);
    add_test(name, &bases[i], test_unusable_base);
  }
  add_test("cycle", NULL, test_cycle);
  add_test("depth", NULL, test_depth);
  add_test("raw-with-header", NULL, test_raw_with_header);
  add_test("undeclared", NULL, test_undeclared);
  add_test("contradiction", NULL, test_contradiction);
  add_test("declared-backing", NULL, test_declared_backing);
  add_test("known-storage", NULL, test_known_storage);
  add_test("unknown-storage", NULL, test_unknown_storage);
  add_test("two-names", NULL, test_two_names);
  add_test("changed", NULL, test_changed);
  add_test("volume", NULL, test_volume);
  add_test("orphans", NULL, test_orphans);
  add_test("remote", NULL, test_remote);
  return g_test_run();
}
