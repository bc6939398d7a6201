/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder in which real tools make a test's input. */
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

struct scratch *
scratch_new(void)
{
  struct scratch *scratch = g_new0(struct scratch, 1);
  g_autoptr(GError) error = NULL;

  scratch->path = g_dir_make_tmp("virt-ledger-test-XXXXXX", &error);
  g_assert_no_error(error);
  return scratch;
}

void
scratch_free(struct scratch *scratch)
{
  if (!scratch)
    return;
  const char *argv[] = {"rm", "-rf", "--", scratch->path, NULL};
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free(scratch->path);
  g_free(scratch);
}

bool
scratch_has_tools(const char *tool, ...)
{
  bool all = true;
  va_list tools;

  va_start(tools, tool);
  for (; tool && all; tool = va_arg(tools, const char *)) {
    g_autofree char *path = g_find_program_in_path(tool);
    g_autofree char *reason = g_strdup_printf("%s is not installed", tool);
    if (path)
      continue;
    g_test_skip(reason);
    all = false;
  }
  va_end(tools);
  return all;
}

void
scratch_run(struct scratch *scratch, const char *format, ...)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *messages = NULL;
  g_autofree char *script = NULL;
  int status;
  va_list arguments;

  va_start(arguments, format);
  script = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  const char *argv[] = {"sh", "-e", "-c", script, NULL};
  g_spawn_sync(scratch->path, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
               NULL, NULL, NULL, &messages, &status, &error);
  g_assert_no_error(error);
  if (!g_spawn_check_wait_status(status, NULL))
    g_error("%s\n%s", script, messages);
}

void
scratch_write(struct scratch *scratch, const char *name, const void *bytes, gsize length)
{
  g_autofree char *path = g_build_filename(scratch->path, name, NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents(path, bytes, (gssize)length, &error);
  g_assert_no_error(error);
}

GBytes *
scratch_read(struct scratch *scratch, const char *name)
{
  g_autofree char *path = g_build_filename(scratch->path, name, NULL);
  g_autoptr(GError) error = NULL;
  char *bytes = NULL;
  gsize length = 0;

  g_file_get_contents(path, &bytes, &length, &error);
  g_assert_no_error(error);
  return g_bytes_new_take(bytes, length);
}

int
scratch_open(struct scratch *scratch, const char *name)
{
  g_autofree char *path = g_build_filename(scratch->path, name, NULL);
  int fd = open(path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint(fd, >=, 0);
  return fd;
}

int
scratch_memory(const void *bytes, gsize length, guint64 size)
{
  int fd = memfd_create("scratch", MFD_CLOEXEC);

  g_assert_cmpint(fd, >=, 0);
  g_assert_cmpint(pwrite(fd, bytes, length, 0), ==, (gssize)length);
  g_assert_cmpint(ftruncate(fd, (off_t)MAX(length, size)), ==, 0);
  return fd;
}
