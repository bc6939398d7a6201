/* SPDX-License-Identifier: Apache-2.0 */
/* A section that lacks a key, a URI that cannot be used, a policy that names who is not there. */
#include "cmd/fleet/config_check.h"

#include "cmd/nearest.h"
#include "hypervisor/connection_uri.h"
#include "hypervisor/ssh_destination.h"

#include <string.h>

static bool refuse(GError **error, const char *place, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool
refuse(GError **error, const char *place, const char *format, ...)
{
  va_list values;

  va_start(values, format);
  g_autofree char *why = g_strdup_vprintf(format, values);
  va_end(values);
  g_set_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX, "%s: %s", place, why);
  return false;
}

static bool
check_hypervisor(struct config *config, const struct config_hypervisor *hypervisor, GError **error)
{
  g_autoptr(SshDestination) destination = NULL;
  g_autoptr(GError) why = NULL;

  if (!hypervisor->uri)
    return refuse(error, hypervisor->place, "[hypervisor %s]: it lacks its uri", hypervisor->name);
  if (hypervisor->transport == CONFIG_TRANSPORT_SSH)
    destination = ssh_destination_new(hypervisor->uri, &why);
  if (why)
    return refuse(error, hypervisor->place, "[hypervisor %s]: %s", hypervisor->name, why->message);
  g_autofree char *shown = connection_uri_public(hypervisor->uri);
  if (strcmp(shown, hypervisor->uri) != 0)
    g_ptr_array_add(config->warnings,
                    g_strdup_printf("%s: [hypervisor %s]: its uri holds a password; libvirt's "
                                    "auth.conf is the place for that",
                                    hypervisor->place, hypervisor->name));
  return true;
}

/* All labels that hypervisors have; a new array of texts that stay the configuration's. */
static const char **
all_labels(const struct config *config)
{
  GPtrArray *labels = g_ptr_array_new();

  for (guint i = 0; i < config->hypervisors->len; i++) {
    const struct config_hypervisor *hypervisor = config->hypervisors->pdata[i];

    for (char **label = hypervisor->labels; label && *label; label++)
      g_ptr_array_add(labels, *label);
  }
  g_ptr_array_add(labels, NULL);
  return (const char **)g_ptr_array_free(labels, FALSE);
}

/* A policy that binds nobody for a slip of the pen would find nothing for ever. */
static bool
check_words(const struct config_keys *keys, char **words, const char *const *known,
            const char *what, GError **error)
{
  for (; words && *words; words++) {
    if (g_strv_contains(known, *words))
      continue;
    int nearest = nearest_word(*words, known, g_strv_length((char **)known));
    return nearest < 0
               ? refuse(error, keys->place, "[keys %s]: no %s '%s'", keys->name, what, *words)
               : refuse(error, keys->place, "[keys %s]: no %s '%s'; did you mean '%s'?", keys->name,
                        what, *words, known[nearest]);
  }
  return true;
}

static bool
check_keys(const struct config *config, const struct config_keys *keys, GError **error)
{
  g_autofree const char **hypervisors = config_names(config);
  g_autofree const char **labels = all_labels(config);

  if (!keys->file)
    return refuse(error, keys->place, "[keys %s]: it lacks its file", keys->name);
  if (!keys->mode) {
    g_autofree char *modes = g_strjoinv(", ", (char **)config_key_modes);
    return refuse(error, keys->place, "[keys %s]: it lacks its mode: one of %s", keys->name, modes);
  }
  return check_words(keys, keys->hypervisors, hypervisors, "[hypervisor NAME] section is called",
                     error) &&
         check_words(keys, keys->labels, labels, "[hypervisor NAME] section has the label", error);
}

bool
config_check(struct config *config, GError **error)
{
  for (guint i = 0; i < config->hypervisors->len; i++)
    if (!check_hypervisor(config, config->hypervisors->pdata[i], error))
      return false;
  for (guint i = 0; i < config->keys->len; i++)
    if (!check_keys(config, config->keys->pdata[i], error))
      return false;
  for (guint i = 0; i < config->shared_host_keys->len; i++) {
    const struct config_shared_host_keys *shared = config->shared_host_keys->pdata[i];

    if (!shared->guests)
      return refuse(error, shared->place, "[shared-host-keys %s]: it lacks its guests",
                    shared->name);
  }
  return true;
}
