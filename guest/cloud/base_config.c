/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and merging cloud.cfg and its directory. */
#include "guest/cloud/base_config.h"

#include "facts/cloud.h"
#include "guest/cloud/part_type.h"
#include "guest/cloud/source_file.h"
#include "guest/cloud/words.h"

#include <limits.h>
#include <string.h>

#define CONFIG_PATH       "/etc/cloud/cloud.cfg"
#define DEFAULT_CLOUD_DIR "/var/lib/cloud"
#define CLOUD_DIR_MAX     1024 /* so that the names below it fit into a path */

/* Count what was read. False, and trouble, when it is too much. */
static bool
spend(struct base_config *base, const char *path, gsize size)
{
  if (size > base->bytes_left) {
    trouble_note(&base->trouble, CLOUD_TOO_LARGE, "%s: over %zu MiB with the others", path,
                 BASE_CONFIG_BYTES_MAX >> 20);
    return false;
  }
  base->bytes_left -= size;
  return true;
}

/* A document of trouble is none. One that is no mapping says nothing. */
static struct yaml *
parse(struct base_config *base, const char *path, struct text text)
{
  g_autoptr(GError) error = NULL;

  if (g_strcmp0(part_type_of_content(text, NULL), PART_JINJA) == 0) {
    trouble_note(&base->trouble, CLOUD_UNSUPPORTED, "%s: a Jinja template", path);
    return NULL;
  }
  struct yaml *document = yaml_parse(text, &error);
  if (!document)
    trouble_note_error(&base->trouble, path, error);
  return document;
}

/* Whether there is such a file; its document is merged below what was read before. */
static bool
merge_file(struct base_config *base, struct road *road, const char *path)
{
  bool is_there;
  g_autoptr(SecretBytes) bytes = source_file_read(road, path, path, &base->trouble, &is_there);
  bool fits = bytes && spend(base, path, g_bytes_get_size(bytes));
  struct yaml *document = fits ? parse(base, path, text_of(bytes)) : NULL;

  if (document)
    cloud_config_merge(base->config, document, &merge_how_ranks);
  return is_there;
}

/* Names stand in details as text. */
static bool
is_wanted(const char *name)
{
  g_autofree char *printable = words_fact(name, NAME_MAX);

  return printable && g_str_has_suffix(name, ".cfg");
}

static void
merge_directory(struct base_config *base, struct road *road, const char *directory)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) names = road_list(road, directory, &error);
  guint count = 0;

  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED))
    trouble_note(&base->trouble, CLOUD_UNSUPPORTED, "%s: this road lists no directories",
                 directory);
  else if (!names && !g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND))
    trouble_note_error(&base->trouble, directory, error);
  for (guint i = names ? names->len : 0; i > 0; i--) {
    if (!is_wanted(names->pdata[i - 1]))
      continue;
    if (count++ == BASE_CONFIG_FILES_MAX) {
      trouble_note(&base->trouble, CLOUD_TOO_LARGE, "%s: more than %d files", directory,
                   BASE_CONFIG_FILES_MAX);
      return;
    }
    g_autofree char *path = g_strconcat(directory, "/", names->pdata[i - 1], NULL);
    merge_file(base, road, path);
  }
}

/* Another directory may be named in cloud.cfg, or none by an empty name. */
static char *
directory_of(const struct cloud_config *config)
{
  const struct yaml_node *node = cloud_config_node(config, "conf_d");
  const char *text = yaml_text(node);

  if (!node)
    return g_strdup(CONFIG_PATH ".d");
  return text && text[0] == '/' ? words_fact(text, CLOUD_DIR_MAX) : NULL;
}

struct base_config *
base_config_read(struct road *road)
{
  struct base_config *base = g_new0(struct base_config, 1);

  base->bytes_left = BASE_CONFIG_BYTES_MAX;
  base->config = cloud_config_new();
  if (!merge_file(base, road, CONFIG_PATH))
    trouble_note(&base->trouble, CLOUD_MISSING, "%s is missing", CONFIG_PATH);
  g_autofree char *directory = directory_of(base->config);
  struct cloud_config *main_config = g_steal_pointer(&base->config);
  base->config = cloud_config_new();
  if (directory)
    merge_directory(base, road, directory);
  cloud_config_merge_lower(base->config, main_config);
  return base;
}

void
base_config_free(struct base_config *base)
{
  if (!base)
    return;
  trouble_clear(&base->trouble);
  cloud_config_free(base->config);
  g_free(base);
}

char *
base_config_cloud_dir(const struct base_config *base)
{
  const struct yaml_node *node = cloud_config_find(
      base->config, (const char *const[]){"system_info", "paths", "cloud_dir", NULL});
  char *directory = words_fact(yaml_text(node), CLOUD_DIR_MAX);

  if (!directory || directory[0] != '/') {
    g_free(directory);
    return g_strdup(DEFAULT_CLOUD_DIR);
  }
  for (gsize length = strlen(directory); length > 1 && directory[length - 1] == '/'; length--)
    directory[length - 1] = '\0';
  return directory;
}
