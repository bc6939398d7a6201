/* SPDX-License-Identifier: Apache-2.0 */
/* Key files, strict: a group or key that is not known is a mistake that should be heard of. */
#include "cmd/config.h"

#include <stdbool.h>
#include <string.h>

G_DEFINE_QUARK(config_error, config_error)

#define CONFIG_FILE "/etc/virt-ledger.conf"

enum key_type { KEY_PATH, KEY_LIST };

struct config_key {
  const char *group, *key;
  enum key_type type;
  size_t offset; /* in struct config */
};

static const struct config_key keys[] = {
    {"ledger", "path", KEY_PATH, offsetof(struct config, ledger)},
    {"scan", "uris", KEY_LIST, offsetof(struct config, uris)},
    {"scan", "templates", KEY_LIST, offsetof(struct config, templates)},
};

struct config_text {
  const char *path, *text;
};

void
config_free(struct config *config)
{
  if (!config)
    return;
  g_free(config->ledger);
  g_strfreev(config->uris);
  g_strfreev(config->templates);
  g_free(config);
}

/* GKeyFile does not say where it failed: at the first line with which the text no longer loads. */
static guint
failing_line(const char *text)
{
  guint line = 1;

  for (const char *end = strchr(text, '\n'); end; end = strchr(end + 1, '\n'), line++) {
    g_autoptr(GKeyFile) file = g_key_file_new();

    if (end > text &&
        !g_key_file_load_from_data(file, text, (gsize)(end - text), G_KEY_FILE_NONE, NULL))
      break;
  }
  return line;
}

/*
 * The line that begins with `start` and goes on with blanks and `next`, or with blanks alone when
 * that is NUL; 0 for none.
 */
static guint
line_beginning(const char *text, const char *start, char next)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (guint i = 0; lines[i]; i++) {
    const char *rest = g_str_has_prefix(lines[i], start) ? lines[i] + strlen(start) : NULL;

    if (rest && rest[strspn(rest, " \t\r")] == next)
      return i + 1;
  }
  return 0;
}

static const struct config_key *
find_key(const char *group, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    if (strcmp(keys[i].group, group) == 0 && (!name || strcmp(keys[i].key, name) == 0))
      return &keys[i];
  return NULL;
}

static bool
refuse(const char *path, guint line, GError **error, const char *why)
{
  g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX, "%s:%u: %s", path, line, why);
  return false;
}

static bool
take_value(struct config *config, const struct config_key *key, GKeyFile *file, GError **error)
{
  gpointer at = (char *)config + key->offset;
  gpointer value =
      key->type == KEY_PATH
          ? (gpointer)g_key_file_get_string(file, key->group, key->key, error)
          : (gpointer)g_key_file_get_string_list(file, key->group, key->key, NULL, error);

  if (!value)
    return false;
  if (key->type == KEY_PATH)
    g_free(*(char **)at);
  else
    g_strfreev(*(char ***)at);
  *(gpointer *)at = value;
  return true;
}

static bool
take_key(struct config *config, const struct config_text *text, GKeyFile *file, const char *group,
         const char *name, GError **error)
{
  const struct config_key *key = find_key(group, name);
  g_autoptr(GError) why = NULL;

  if (key && take_value(config, key, file, &why))
    return true;
  g_autofree char *unknown = g_strdup_printf("there is no key '%s' in [%s]", name, group);
  return refuse(text->path, line_beginning(text->text, name, '='), error,
                why ? why->message : unknown);
}

static bool
take_group(struct config *config, const struct config_text *text, GKeyFile *file, const char *group,
           GError **error)
{
  g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
  g_autofree char *head = g_strdup_printf("[%s]", group);

  if (!find_key(group, NULL)) {
    g_autofree char *why = g_strdup_printf("there is no group %s", head);
    return refuse(text->path, line_beginning(text->text, head, '\0'), error, why);
  }
  for (char **name = names; *name; name++)
    if (!take_key(config, text, file, group, *name, error))
      return false;
  return true;
}

static bool
take_text(struct config *config, const struct config_text *text, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) why = NULL;

  if (!g_key_file_load_from_data(file, text->text, strlen(text->text), G_KEY_FILE_NONE, &why))
    return refuse(text->path, failing_line(text->text), error, why->message);
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++)
    if (!take_group(config, text, file, *group, error))
      return false;
  return true;
}

static bool
take_file(struct config *config, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) why = NULL;

  if (g_file_get_contents(path, &text, NULL, &why))
    return take_text(config, &(struct config_text){path, text}, error);
  if (g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return true;
  g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_READ, "the configuration: %s", why->message);
  return false;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of the folder that count, sorted; hidden ones do not. */
static GPtrArray *
folder_files(const char *folder)
{
  g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
  GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  while (directory && (name = g_dir_read_name(directory)))
    if (g_str_has_suffix(name, ".conf") && *name != '.')
      g_ptr_array_add(files, g_build_filename(folder, name, NULL));
  g_ptr_array_sort(files, compare_names);
  return files;
}

static char *
folder_of(const char *path)
{
  gsize length = strlen(path) - (g_str_has_suffix(path, ".conf") ? strlen(".conf") : 0);

  return g_strdup_printf("%.*s.d", (int)length, path);
}

struct config *
config_load(GError **error)
{
  const char *given = g_getenv("VIRT_LEDGER_CONFIG");
  const char *path = given && *given ? given : CONFIG_FILE;
  g_autofree char *folder = folder_of(path);
  g_autoptr(GPtrArray) files = folder_files(folder);
  g_autoptr(Config) config = g_new0(struct config, 1);

  if (!take_file(config, path, error))
    return NULL;
  for (guint i = 0; i < files->len; i++)
    if (!take_file(config, files->pdata[i], error))
      return NULL;
  return g_steal_pointer(&config);
}
