/* SPDX-License-Identifier: Apache-2.0 */
/* The road through a directory tree. It may be a running container's: names change meanwhile. */
#include "guest/directory.h"

#include "guest/beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP ((gsize)64 << 10)

struct directory {
  struct road road;
  int root_fd;
  const struct idmap *map;
};

static enum road_error
code_of_errno(int number)
{
  switch (number) {
  case ENOENT:
  case ENOTDIR:
  case ENAMETOOLONG:
    return ROAD_ERROR_NOT_FOUND;
  case ELOOP:
    return ROAD_ERROR_LOOP;
  default:
    return ROAD_ERROR_UNREADABLE;
  }
}

static void
set_error_from_errno(GError **error, int number)
{
  const char *message = number == EXDEV ? "something is mounted there" : g_strerror(number);

  g_set_error_literal(error, ROAD_ERROR, code_of_errno(number), message);
}

/* Open a path inside the root. -1 with a ROAD_ERROR. */
static int
open_inside(struct road *road, const char *path, guint64 flags, GError **error)
{
  int fd = beneath_open(((const struct directory *)road)->root_fd, path, flags);

  if (fd < 0)
    set_error_from_errno(error, errno);
  return fd;
}

static void
close_fd(int *fd)
{
  if (*fd >= 0)
    close(*fd);
}

#define autoclose __attribute__((cleanup(close_fd))) int

/* A handle on what a path names, which opens neither a FIFO nor a device. */
static int
look_inside(struct road *road, const char *path, bool follow, struct stat *ret_stat, GError **error)
{
  autoclose handle = open_inside(road, path, O_PATH | (follow ? 0 : O_NOFOLLOW), error);

  if (handle < 0)
    return -1;
  if (fstat(handle, ret_stat) < 0) {
    set_error_from_errno(error, errno);
    return -1;
  }
  int taken = handle;
  handle = -1;
  return taken;
}

static enum file_type
type_of_mode(mode_t mode)
{
  if (S_ISREG(mode))
    return FILE_REGULAR;
  if (S_ISDIR(mode))
    return FILE_DIRECTORY;
  return S_ISLNK(mode) ? FILE_LINK : FILE_OTHER;
}

static bool
directory_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
               GError **error)
{
  const struct idmap *map = ((const struct directory *)road)->map;
  struct stat stat;
  autoclose handle = look_inside(road, path, follow, &stat, error);

  if (handle < 0)
    return false;
  *ret_stat = (struct file_stat){
      .type = type_of_mode(stat.st_mode),
      .mode = stat.st_mode & 07777,
      .uid = idmap_uid(map, stat.st_uid),
      .gid = idmap_gid(map, stat.st_gid),
      .link_count = (guint32)stat.st_nlink,
      .size = (guint64)stat.st_size,
      .modified_at = stat.st_mtime,
      .device = stat.st_dev,
      .inode = stat.st_ino,
  };
  return true;
}

/*
 * Open for reading exactly the file that was looked at: nothing but a regular file may be opened,
 * and a handle cannot be opened without /proc. Between the two looks the guest may put a FIFO in
 * its place, for which O_NONBLOCK does not wait, or a device, which the sandbox's mount denies.
 */
static int
open_seen(struct road *road, const char *path, const struct stat *seen, GError **error)
{
  struct stat opened;
  autoclose fd = open_inside(road, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, error);

  if (fd < 0)
    return -1;
  if (fstat(fd, &opened) < 0) {
    set_error_from_errno(error, errno);
    return -1;
  }
  if (!S_ISREG(opened.st_mode) || opened.st_dev != seen->st_dev || opened.st_ino != seen->st_ino) {
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNREADABLE, "it changed while it was opened");
    return -1;
  }
  int taken = fd;
  fd = -1;
  return taken;
}

static GBytes *
read_at_most(int fd, gsize max, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  gssize got = 1;

  while (got != 0 && bytes->len < max) {
    gsize step = MIN(READ_STEP, max - bytes->len);
    guint length = bytes->len;

    g_byte_array_set_size(bytes, length + step);
    got = TEMP_FAILURE_RETRY(pread(fd, bytes->data + length, step, length));
    if (got < 0) {
      set_error_from_errno(error, errno);
      return NULL;
    }
    g_byte_array_set_size(bytes, length + got);
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static GBytes *
directory_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  struct stat stat;
  autoclose handle = look_inside(road, path, true, &stat, error);

  if (handle < 0)
    return NULL;
  if (!S_ISREG(stat.st_mode)) {
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR, "it is no regular file");
    return NULL;
  }
  autoclose fd = open_seen(road, path, &stat, error);
  return fd < 0 ? NULL : read_at_most(fd, max, error);
}

static GBytes *
directory_readlink(struct road *road, const char *path, GError **error)
{
  struct stat stat;
  char target[ROAD_PATH_MAX];
  autoclose handle = look_inside(road, path, false, &stat, error);

  if (handle < 0)
    return NULL;
  if (!S_ISLNK(stat.st_mode)) {
    g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_NOT_REGULAR, "it is no symbolic link");
    return NULL;
  }
  ssize_t length = readlinkat(handle, "", target, sizeof(target));
  if (length < 0) {
    set_error_from_errno(error, errno);
    return NULL;
  }
  return g_bytes_new(target, (gsize)length);
}

static bool
is_dot_or_dotdot(const char *name)
{
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The names among some entries of getdents64(2). */
static void
add_names(GPtrArray *names, const char *bytes, ssize_t size)
{
  const struct dirent64 *entry;

  for (ssize_t at = 0; at < size; at += entry->d_reclen) {
    entry = (const struct dirent64 *)(bytes + at);
    if (!is_dot_or_dotdot(entry->d_name))
      g_ptr_array_add(names, g_strdup(entry->d_name));
  }
}

/* Without opendir(3), for what that asks of the kernel differs between libraries. */
static GPtrArray *
directory_list(struct road *road, const char *path, GError **error)
{
  autoclose fd = open_inside(road, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY, error);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *bytes = g_malloc(READ_STEP);
  ssize_t size = 1;

  if (fd < 0)
    return NULL;
  while (names->len <= ROAD_LIST_MAX && (size = getdents64(fd, bytes, READ_STEP)) > 0)
    add_names(names, bytes, size);
  if (size < 0) {
    set_error_from_errno(error, errno);
    return NULL;
  }
  return g_steal_pointer(&names);
}

static void
directory_free(struct road *road)
{
  g_free(road);
}

static const struct road_ops directory_ops = {
    .read_file = directory_read_file,
    .stat = directory_stat,
    .readlink = directory_readlink,
    .list = directory_list,
    .free = directory_free,
};

struct road *
directory_open(int directory_fd, const struct idmap *map)
{
  struct directory *directory = g_new0(struct directory, 1);

  directory->road.ops = &directory_ops;
  directory->root_fd = directory_fd;
  directory->map = map;
  return &directory->road;
}
