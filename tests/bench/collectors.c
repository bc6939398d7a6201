/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What collectors cost: guests are read by several contestants in turns, in one process, each guest
 * from its opening on. Prints "CONTESTANT MICROSECONDS" lines, the median time per guest.
 */
#include "guest/collectors.h"
#include "guest/collect.h"
#include "guest/directory.h"
#include "guest/disk/inspect.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char **listed_files;

/* The reads alone, with nothing done with the bytes. */
static void
read_listed(struct road *road, struct root *root)
{
  (void)root;
  for (char **file = listed_files; *file; file++) {
    g_autoptr(GBytes) bytes = road_read_file(road, *file, ROAD_FILE_MAX, NULL);

    if (!bytes)
      g_error("cannot read %s", *file);
  }
}

static const struct contestant {
  const char *name;
  void (*collect)(struct road *road, struct root *root);
} contestants[] = {
    {"machine-id", machine_id_collect},
    {"all", collectors_run},
    {"ssh", ssh_collect},
    {"reads", read_listed},
};

static void
on_root(struct road *road, struct root *root, gpointer data)
{
  const struct contestant *contestant = data;

  contestant->collect(road, root);
}

static void
read_image(int fd, const char *format, const struct contestant *contestant)
{
  const struct layer layer = {fd, format};
  const struct inspect_disk disk = {.target = "vda", .layers = &layer, .layer_count = 1};
  const struct inspect_sink sink = {on_root, NULL, (gpointer)contestant};
  g_autoptr(Guest) guest = guest_new();

  inspect_disks(&disk, 1, guest, &sink);
  if (g_strcmp0(guest->status, GUEST_OK) != 0)
    g_error("%s: %s", guest->status, guest->detail ? guest->detail : "");
}

static void
read_tree(int fd, const struct contestant *contestant)
{
  g_autoptr(Road) road = directory_open(fd, NULL);
  g_autoptr(Root) root = root_new();

  contestant->collect(road, root);
}

/* Microseconds of this process alone: all it reads is in the page cache, and others may run. */
static gint64
cpu_time(void)
{
  struct timespec now;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* A directory is a tree, a file an image. */
static gint64
time_guest(const char *path, const struct contestant *contestant)
{
  gint64 began = cpu_time();
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat stat;

  if (fd < 0 || fstat(fd, &stat) < 0)
    g_error("cannot open %s", path);
  if (S_ISDIR(stat.st_mode))
    read_tree(fd, contestant);
  else
    read_image(fd, g_str_has_suffix(path, ".qcow2") ? "qcow2" : "raw", contestant);
  close(fd);
  return cpu_time() - began;
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

static double
median(GArray *times)
{
  g_array_sort(times, compare_times);
  return (double)g_array_index(times, gint64, times->len / 2);
}

static void
run(char **paths, guint turns)
{
  GArray *times[G_N_ELEMENTS(contestants)];
  guint guests = g_strv_length(paths);

  for (guint i = 0; i < G_N_ELEMENTS(contestants); i++)
    times[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint turn = 0; turn <= turns; turn++) {
    for (guint i = 0; i < G_N_ELEMENTS(contestants); i++) {
      gint64 time = 0;

      for (char **path = paths; *path; path++)
        time += time_guest(*path, &contestants[i]);
      if (turn > 0) /* the first one warmed the cache */
        g_array_append_val(times[i], time);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS(contestants); i++) {
    printf("%s %.1f\n", contestants[i].name, median(times[i]) / guests);
    g_array_unref(times[i]);
  }
}

int
main(int argc, char **argv)
{
  g_autofree char *list = NULL;

  if (argc < 4 || !g_file_get_contents(argv[2], &list, NULL, NULL)) {
    fprintf(stderr, "usage: bench-collectors TURNS LIST-OF-FILES IMAGE-OR-TREE...\n");
    return EXIT_FAILURE;
  }
  listed_files = g_strsplit(g_strchomp(list), "\n", -1);
  run(argv + 3, (guint)atoi(argv[1]));
  g_strfreev(listed_files);
  return EXIT_SUCCESS;
}
