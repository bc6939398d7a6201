/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a folder of rules holds. */
#include "audit/rule_file.h"

#include "facts/small_file.h"

#include <stdbool.h>
#include <string.h>

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

static char *
refuse(GError **error, const char *why)
{
  g_set_error(error, AUDIT_ERROR, AUDIT_ERROR_FILE, "it cannot be read: %s", why);
  return NULL;
}

char *
rule_file_read(const char *path, GError **error)
{
  g_autoptr(GError) why = NULL;
  struct stat status;
  g_autoptr(GBytes) bytes = small_file_read(path, RULE_FILE_MAX, &status, &why);
  gsize length;

  if (!bytes)
    return refuse(error, why->message);
  const char *text = g_bytes_get_data(bytes, &length);
  if (!g_utf8_validate_len(text, length, NULL))
    return refuse(error, "it is not UTF-8 text");
  return g_strndup(text, length);
}
