/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a folder of rules holds. Whatever else lies there must not make an audit wait. */
#include "audit/rule_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
compare_paths(gconstpointer left, gconstpointer right)
{
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool
is_rule_name(const char *name)
{
  return name[0] != '.' && g_str_has_suffix(name, ".sql");
}

GPtrArray *
rule_file_list(const char *folder, GError **error)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) why = NULL;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
  const char *name;

  if (!dir && !g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error_literal(error, AUDIT_ERROR, AUDIT_ERROR_FILE, why->message);
    return NULL;
  }
  while (dir && (name = g_dir_read_name(dir)))
    if (is_rule_name(name))
      g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
  g_ptr_array_sort(paths, compare_paths);
  return g_steal_pointer(&paths);
}

static FILE *
refuse(GError **error, int fd, const char *why)
{
  g_set_error(error, AUDIT_ERROR, AUDIT_ERROR_FILE, "it cannot be read: %s", why);
  if (fd >= 0)
    close(fd);
  return NULL;
}

/* Never waits: a FIFO opens at once, and is then refused. */
static FILE *
open_regular(const char *path, GError **error)
{
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;

  if (fd < 0 || fstat(fd, &status) < 0)
    return refuse(error, fd, g_strerror(errno));
  if (!S_ISREG(status.st_mode))
    return refuse(error, fd, "it is no regular file");
  FILE *file = fdopen(fd, "r");
  return file ? file : refuse(error, fd, g_strerror(errno));
}

char *
rule_file_read(const char *path, GError **error)
{
  FILE *file = open_regular(path, error);

  if (!file)
    return NULL;
  g_autofree char *text = g_malloc(RULE_FILE_MAX + 1);
  size_t length = fread(text, 1, RULE_FILE_MAX + 1, file);
  bool failed = ferror(file);
  fclose(file);
  if (failed || length > RULE_FILE_MAX || !g_utf8_validate_len(text, length, NULL)) {
    refuse(error, -1,
           failed                   ? "an I/O error"
           : length > RULE_FILE_MAX ? "it is too long"
                                    : "it is not UTF-8 text");
    return NULL;
  }
  return g_strndup(text, length);
}
