/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A road into one guest: the few questions that a collector may ask. Each road answers them its own
 * way (from the file systems of a disk, from a directory); every path is absolute in the guest and
 * resolved inside the guest's own root, whatever its links say.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum file_type {
  FILE_REGULAR,
  FILE_DIRECTORY,
  FILE_LINK,
  FILE_OTHER, /* FIFO, socket, device */
};

struct file_stat {
  enum file_type type;
  guint32 mode; /* permission bits, 07777 */
  guint32 uid, gid;
  guint32 link_count;
  guint64 size;
  gint64 modified_at;    /* Unix seconds */
  guint64 device, inode; /* the same pair: the same file */
};

#define ROAD_ERROR (road_error_quark())
GQuark road_error_quark(void);
enum road_error {
  ROAD_ERROR_NOT_FOUND,   /* no such file; a dangling link too */
  ROAD_ERROR_NOT_REGULAR, /* a directory, FIFO, device, …: nothing was opened */
  ROAD_ERROR_LOOP,        /* more than 40 links */
  ROAD_ERROR_UNREADABLE,  /* the road gave way: corrupt structure, I/O, permission */
  ROAD_ERROR_UNSUPPORTED, /* no such question on this road: an agent only reads files */
};

struct road;

/*
 * What a road must do; callers use the functions below, which keep the limits and the order. `path`
 * is absolute and shorter than ROAD_PATH_MAX. `read_file` returns at most `max` bytes, `list` may
 * stop after ROAD_LIST_MAX + 1 names, in any order.
 */
struct road_ops {
  GBytes *(*read_file)(struct road *road, const char *path, gsize max, GError **error);
  bool (*stat)(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
               GError **error);
  GBytes *(*readlink)(struct road *road, const char *path, GError **error);
  GPtrArray *(*list)(struct road *road, const char *path, GError **error);
  void (*free)(struct road *road);
};

/* The first member of every kind of road. */
struct road {
  const struct road_ops *ops;
  bool truncated; /* set once a read was cut at its limit */
  bool running;   /* the system runs, and its /proc is there: that of its own kernel */
};
typedef struct road Road;

/* What a collector asks for when the format sets no limit; the names of one directory. */
#define ROAD_FILE_MAX  ((gsize)1 << 20)
#define ROAD_LIST_MAX  10000
#define ROAD_LINKS_MAX 40
#define ROAD_PATH_MAX  4096

/*
 * A regular file's bytes, at most `max`, links followed. A longer file is cut, and
 * `road->truncated` set. NULL with a ROAD_ERROR.
 */
GBytes *road_read_file(struct road *road, const char *path, gsize max, GError **error);

/*
 * The same of a file of which a part is not good enough: *ret_is_cut, written on success, tells
 * whether this very one was cut.
 */
GBytes *road_read_whole(struct road *road, const char *path, gsize max, bool *ret_is_cut,
                        GError **error);

/* A file's properties; with `follow` those of what a link leads to. */
bool road_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
               GError **error);

/* A link's target as written. ROAD_ERROR_NOT_REGULAR when it is no link. */
GBytes *road_readlink(struct road *road, const char *path, GError **error);

/*
 * Names in a directory without "." and "..", sorted by bytes, at most ROAD_LIST_MAX (then truncated
 * is set). A new array of char * that frees them; a name may be any bytes but NUL and '/'.
 */
GPtrArray *road_list(struct road *road, const char *path, GError **error);

void road_free(struct road *road); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Road, road_free)
