/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock is flock(2) on LEDGER.lock, and ends with its holder. What is written in the file only
 * tells others who that is. The file stays: were it removed, two could hold locks on two files of
 * one name.
 */
#include "store/scan_lock.h"

#include "facts/clock.h"
#include "store/ledger_safety.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define HOLDER_MAX 64 /* bytes of the file that are looked at */
#define RETRY_MS   50

struct scan_lock {
  int fd;
};

void
scan_lock_free(struct scan_lock *lock)
{
  if (!lock)
    return;
  /* Nobody holds it any more. Should that not reach the file, only a message would be wrong. */
  if (ftruncate(lock->fd, 0) < 0)
    g_debug("the scan lock keeps the name of its last holder");
  close(lock->fd);
  g_free(lock);
}

static void
set_error(const char *path, GError **error)
{
  const bool is_link = errno == ELOOP; /* by O_NOFOLLOW */

  g_set_error(error, STORE_ERROR, is_link ? STORE_ERROR_UNSAFE : STORE_ERROR_FULL,
              "%s: cannot take the scan lock: %s", path,
              is_link ? "it is a symbolic link" : g_strerror(errno));
}

static bool
check(int fd, const char *path, GError **error)
{
  struct stat stat;

  if (fstat(fd, &stat) == 0)
    return ledger_safety_check(path, "scan lock", &stat, error);
  set_error(path, error);
  return false;
}

/* The file, or -1. Nothing waits, should the name be a FIFO's. */
static int
open_safely(const char *path, GError **error)
{
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  int fd = open(path, flags, 0600);

  if (fd < 0) {
    set_error(path, error);
    return -1;
  }
  if (check(fd, path, error))
    return fd;
  close(fd);
  return -1;
}

/* Whether the lock became ours; errno says why not. */
static bool
lock_within(int fd, guint wait_ms)
{
  const gint64 deadline_us = g_get_monotonic_time() + (gint64)wait_ms * 1000;

  while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return false;
    if (g_get_monotonic_time() >= deadline_us)
      return false;
    g_usleep(RETRY_MS * 1000);
  }
  return true;
}

/* "scan 4711 1764028800": what, as which process, since when. */
static bool
write_holder(int fd, const char *what)
{
  char text[HOLDER_MAX];
  int length = g_snprintf(text, sizeof(text), "%.16s %d %" G_GINT64_FORMAT "\n", what, getpid(),
                          clock_now());

  return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)length, 0) == length;
}

/* Who holds the lock, in words; new. The file may be anything, and its holder about to write it. */
static char *
read_holder(int fd)
{
  char text[HOLDER_MAX + 1] = "", what[17];
  gint64 since;
  int pid;

  if (pread(fd, text, HOLDER_MAX, 0) > 0 &&
      sscanf(text, "%16[a-z] %9d %12" G_GINT64_FORMAT, what, &pid, &since) == 3) {
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(since);
    g_autofree char *shown = at ? g_date_time_format(at, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    return g_strdup_printf("virt-ledger %s, process %d, since %s", what, pid,
                           shown ? shown : "an unknown time");
  }
  return g_strdup("another process");
}

static void
refuse(int fd, const char *path, GError **error)
{
  if (errno != EWOULDBLOCK && errno != EINTR) {
    set_error(path, error);
    return;
  }
  g_autofree char *holder = read_holder(fd);
  g_set_error(error, STORE_ERROR, STORE_ERROR_BUSY, "%s is being scanned into by %s", path, holder);
}

struct scan_lock *
scan_lock_take(const char *path, const char *what, guint wait_ms, GError **error)
{
  g_autofree char *resolved = ledger_safety_resolve(path, LEDGER_WRITE, error);
  g_autofree char *name = resolved ? g_strconcat(resolved, ".lock", NULL) : NULL;
  int fd = name ? open_safely(name, error) : -1;

  if (fd < 0)
    return NULL;
  if (!lock_within(fd, wait_ms)) {
    refuse(fd, resolved, error);
    close(fd);
    return NULL;
  }
  if (!write_holder(fd, what)) {
    set_error(name, error);
    close(fd);
    return NULL;
  }
  struct scan_lock *lock = g_new0(struct scan_lock, 1);
  lock->fd = fd;
  return lock;
}
