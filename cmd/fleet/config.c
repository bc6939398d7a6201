/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the configuration, one after another, into one struct. */
#include "cmd/fleet/config.h"

#include "cmd/fleet/config_check.h"
#include "cmd/fleet/config_section.h"

#include <string.h>

G_DEFINE_QUARK(config_error, config_error)

#define CONFIG_FILE "/etc/virt-ledger.conf"
#define BOM         "\xef\xbb\xbf" /* some editors begin a file with it */

const char *const config_transport_words[] = {
    [CONFIG_TRANSPORT_LIBVIRT] = "libvirt",
    [CONFIG_TRANSPORT_SSH] = "ssh",
    [CONFIG_TRANSPORT_SSH + 1] = NULL,
};

const char *const config_key_modes[] = {"exact", "required", "forbidden", NULL};

static void
hypervisor_free(gpointer data)
{
  struct config_hypervisor *hypervisor = data;

  g_free(hypervisor->name);
  g_free(hypervisor->place);
  g_free(hypervisor->uri);
  g_free(hypervisor->roads);
  g_strfreev(hypervisor->labels);
  g_strfreev(hypervisor->templates);
  g_free(hypervisor);
}

static void
keys_free(gpointer data)
{
  struct config_keys *keys = data;

  g_free(keys->name);
  g_free(keys->place);
  g_strfreev(keys->guests);
  g_strfreev(keys->labels);
  g_strfreev(keys->hypervisors);
  g_strfreev(keys->users);
  g_free(keys->file);
  g_free(keys->mode);
  g_free(keys);
}

static void
shared_host_keys_free(gpointer data)
{
  struct config_shared_host_keys *shared = data;

  g_free(shared->name);
  g_free(shared->place);
  g_strfreev(shared->guests);
  g_free(shared);
}

static struct config *
config_new(void)
{
  struct config *config = g_new0(struct config, 1);

  config->hypervisors = g_ptr_array_new_with_free_func(hypervisor_free);
  config->keys = g_ptr_array_new_with_free_func(keys_free);
  config->shared_host_keys = g_ptr_array_new_with_free_func(shared_host_keys_free);
  config->warnings = g_ptr_array_new_with_free_func(g_free);
  return config;
}

void
config_free(struct config *config)
{
  if (!config)
    return;
  g_free(config->ledger);
  g_free(config->roads);
  g_free(config->prom);
  g_strfreev(config->templates);
  g_ptr_array_unref(config->hypervisors);
  g_ptr_array_unref(config->keys);
  g_ptr_array_unref(config->shared_host_keys);
  g_ptr_array_unref(config->warnings);
  g_free(config);
}

static void warn(struct config *config, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
warn(struct config *config, const char *format, ...)
{
  va_list values;

  va_start(values, format);
  g_ptr_array_add(config->warnings, g_strdup_vprintf(format, values));
  va_end(values);
}

/* What is not there is empty; what cannot be read is not. */
static bool
refuse_unread(const GError *why, GError **error)
{
  if (g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return true;
  g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_READ, "the configuration: %s", why->message);
  return false;
}

static bool
take_text(struct config *config, const char *path, const char *text, GError **error)
{
  struct config_filling filling = {.config = config};
  const struct config_sink sink = {config_section_take, &filling};

  if (!config_text_lacks_section(text))
    return config_text_read(path, text, &sink, error);
  warn(config, "%s is passed over: it has no [section]", path);
  return true;
}

static bool
take_file(struct config *config, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) why = NULL;
  gsize length;

  if (!g_file_get_contents(path, &text, &length, &why))
    return refuse_unread(why, error);
  if (strlen(text) == length)
    return take_text(config, path, text + (g_str_has_prefix(text, BOM) ? strlen(BOM) : 0), error);
  g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX, "%s: this is no text: it holds a NUL byte",
              path);
  return false;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of the folder that count, sorted. */
static GPtrArray *
folder_files(struct config *config, const char *folder, GError **error)
{
  g_autoptr(GError) why = NULL;
  g_autoptr(GDir) directory = g_dir_open(folder, 0, &why);
  const char *name;

  if (why && !refuse_unread(why, error))
    return NULL;
  GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

  while (directory && (name = g_dir_read_name(directory))) {
    if (!g_str_has_suffix(name, ".conf"))
      continue;
    if (*name == '.')
      warn(config, "%s/%s is passed over: it is hidden", folder, name);
    else
      g_ptr_array_add(files, g_build_filename(folder, name, NULL));
  }
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
  g_autoptr(Config) config = config_new();
  g_autoptr(GPtrArray) files = folder_files(config, folder, error);

  if (!files || !take_file(config, path, error))
    return NULL;
  for (guint i = 0; i < files->len; i++)
    if (!take_file(config, files->pdata[i], error))
      return NULL;
  return config_check(config, error) ? g_steal_pointer(&config) : NULL;
}

const struct config_hypervisor *
config_find(const struct config *config, const char *name)
{
  for (guint i = 0; i < config->hypervisors->len; i++) {
    const struct config_hypervisor *hypervisor = config->hypervisors->pdata[i];

    if (strcmp(hypervisor->name, name) == 0)
      return hypervisor;
  }
  return NULL;
}

const char **
config_names(const struct config *config)
{
  const char **names = g_new0(const char *, config->hypervisors->len + 1);

  for (guint i = 0; i < config->hypervisors->len; i++)
    names[i] = ((const struct config_hypervisor *)config->hypervisors->pdata[i])->name;
  return names;
}
