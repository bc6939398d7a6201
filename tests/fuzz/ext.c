/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk image with an ext file system, or something like one. Input: its first bytes, followed by
 * zeros up to a size that small file systems claim. Read by paths as collectors do, and by walking
 * about.
 */
#include "guest/disk/fs.h"
#include "guest/disk/inspect.h"
#include "guest/disk/tree.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE_MIN 262144
#define READ_MAX 65536

struct memory {
  struct device device;
  const uint8_t *bytes;
  size_t size;
};

static bool
memory_read(struct device *device, void *buffer, size_t length, guint64 offset, GError **error)
{
  struct memory *memory = (struct memory *)device;
  size_t there = offset < memory->size ? MIN(length, memory->size - offset) : 0;

  (void)error;
  memset(buffer, 0, length);
  memcpy(buffer, memory->bytes + (there ? offset : 0), there);
  return true;
}

static void
forget(GBytes *bytes)
{
  if (bytes)
    g_bytes_unref(bytes);
}

static void
ask(struct road *road, const char *path)
{
  struct file_stat stat;

  road_stat(road, path, true, &stat, NULL);
  forget(road_read_file(road, path, READ_MAX, NULL));
  forget(road_readlink(road, path, NULL));
}

static void
ask_all(struct road *road, const char *directory)
{
  g_autoptr(GPtrArray) names = road_list(road, directory, NULL);

  for (guint i = 0; names && i < MIN(names->len, 30); i++) {
    g_autofree char *path = g_build_filename(directory, names->pdata[i], NULL);

    if (strlen(path) < 300)
      ask(road, path);
  }
}

static void
found(struct road *road, struct root *root, gpointer data)
{
  static const char *const paths[] = {"/etc/machine-id", "/var/lib/dbus/machine-id",
                                      "/etc/os-release", "/usr/lib/os-release", "/boot/x"};

  (void)root, (void)data;
  for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
    ask(road, paths[i]);
}

static void
inspect(const uint8_t *bytes, size_t size)
{
  int fd = memfd_create("image", MFD_CLOEXEC);
  struct layer layer = {fd, "raw"};
  struct inspect_disk disk = {.target = "vda", .layers = &layer, .layer_count = 1};
  g_autoptr(Guest) guest = guest_new();

  g_assert(pwrite(fd, bytes, size, 0) == (ssize_t)size);
  g_assert(ftruncate(fd, (off_t)MAX(size, SIZE_MIN)) == 0);
  const struct inspect_sink sink = {.found = found};
  inspect_disks(&disk, 1, guest, &sink);
  g_assert(guest->status);
  close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct device_ops ops = {memory_read, NULL};
  struct memory memory = {{&ops, MAX(size, SIZE_MIN)}, data, size};
  g_autoptr(Fs) fs = fs_open(&memory.device, NULL);

  if (fs) {
    g_autoptr(Road) road = tree_new(fs);

    ask_all(road, "/");
    ask_all(road, "/etc");
    ask_all(road, "/etc/inline");
  }
  inspect(data, size);
  return 0;
}
