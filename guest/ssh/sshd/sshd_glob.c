/* SPDX-License-Identifier: Apache-2.0 */
/* glob(3) over a road, one component of the pattern after the other. */
#include "guest/ssh/sshd/sshd_glob.h"

#include "guest/ssh/sshd/sshd_config.h"
#include "guest/ssh/sshd/sshd_pattern.h"

#include <fnmatch.h>
#include <string.h>

/* fnmatch(3) may take time exponential in these; nobody writes more. */
#define STARS_MAX 3

static bool
is_magic(const char *component)
{
  return strpbrk(component, "*?[") != NULL;
}

static guint
count_stars(const char *component)
{
  guint stars = 0;

  for (; *component; component++)
    stars += *component == '*';
  return stars;
}

static bool
matches(struct sshd_glob *glob, const char *component, const char *name)
{
  guint64 steps_left = G_MAXUINT64;

  if (!strpbrk(component, "[\\"))
    return (name[0] != '.' || component[0] == '.') &&
           sshd_pattern_match(text_of_string(name), text_of_string(component), &steps_left);
  if (count_stars(component) <= STARS_MAX)
    return fnmatch(component, name, FNM_PERIOD) == 0;
  glob->cut = true;
  return false;
}

/* A component without magic: what its backslashes hide is meant by itself. New. */
static char *
literal(const char *component)
{
  GString *name = g_string_new(NULL);

  for (; *component; component++) {
    if (component[0] == '\\' && component[1] != '\0')
      component++;
    g_string_append_c(name, *component);
  }
  return g_string_free(name, FALSE);
}

/* Count a name that is looked at. False when there were too many. */
static bool
spend_name(struct sshd_glob *glob)
{
  if (glob->names_left == 0)
    glob->cut = true;
  else
    glob->names_left--;
  return !glob->cut;
}

static void
add_path(struct sshd_glob *glob, GPtrArray *paths, const char *folder, const char *name)
{
  if (paths->len < SSHD_FILES_MAX)
    g_ptr_array_add(paths, g_strconcat(folder, "/", name, NULL));
  else
    glob->cut = true;
}

/* False when the road lists no directories. One that cannot be listed has no matches. */
static bool
list_folder(struct sshd_glob *glob, GPtrArray *paths, const char *folder, const char *component)
{
  g_autoptr(GError) error = NULL;

  if (glob->lists_left == 0) {
    glob->cut = true;
    return true;
  }
  glob->lists_left--;
  g_autoptr(GPtrArray) names = road_list(glob->road, *folder ? folder : "/", &error);
  if (!names)
    return !g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED);
  for (guint i = 0; i < names->len && spend_name(glob); i++)
    if (matches(glob, component, names->pdata[i]))
      add_path(glob, paths, folder, names->pdata[i]);
  return true;
}

/* Go one component further from each of the folders. NULL when the road lists no directories. */
static GPtrArray *
descend(struct sshd_glob *glob, GPtrArray *folders, const char *component)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *name = literal(component);

  for (guint i = 0; i < folders->len && spend_name(glob); i++) {
    if (!is_magic(component))
      add_path(glob, paths, folders->pdata[i], name);
    else if (!list_folder(glob, paths, folders->pdata[i], component))
      return NULL;
  }
  return g_steal_pointer(&paths);
}

static bool
exists(struct road *road, const char *path)
{
  struct file_stat stat;
  g_autoptr(GError) error = NULL;

  if (*path == '\0')
    return false;
  return road_stat(road, path, false, &stat, &error) ||
         g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED);
}

static int
compare_paths(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
only_existing(struct road *road, GPtrArray *paths)
{
  GPtrArray *existing = g_ptr_array_new_with_free_func(g_free);

  for (guint i = 0; i < paths->len; i++)
    if (exists(road, paths->pdata[i]))
      g_ptr_array_add(existing, g_strdup(paths->pdata[i]));
  g_ptr_array_sort(existing, compare_paths);
  return existing;
}

GPtrArray *
sshd_glob_find(struct sshd_glob *glob, const char *pattern)
{
  g_auto(GStrv) components = g_strsplit(pattern, "/", -1);
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

  if (strlen(pattern) >= ROAD_PATH_MAX)
    return g_steal_pointer(&paths);
  g_ptr_array_add(paths, g_strdup(""));
  for (char **component = components; *component; component++) {
    if ((*component)[0] == '\0')
      continue;
    GPtrArray *further = descend(glob, paths, *component);
    if (!further)
      return NULL;
    g_ptr_array_unref(paths);
    paths = further;
  }
  return only_existing(glob->road, paths);
}
