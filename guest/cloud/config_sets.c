/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of cloud-config that set something, by what they set. */
#include "guest/cloud/config_sets.h"

#include "facts/cloud.h"
#include "guest/cloud/words.h"

static const struct setting {
  const char *key;
  const char *word;
} settings[] = {
    {"network", CLOUD_SETS_NETWORK},
    {"packages", CLOUD_SETS_PACKAGES},
    {"package_update", CLOUD_SETS_PACKAGES},
    {"package_upgrade", CLOUD_SETS_PACKAGES},
    {"users", CLOUD_SETS_USERS},
    {"user", CLOUD_SETS_USERS},
    {"ssh_keys", CLOUD_SETS_SSH_KEYS},
    {"ssh_authorized_keys", CLOUD_SETS_SSH_KEYS},
    {"ssh_import_id", CLOUD_SETS_SSH_KEYS},
    {"locale", CLOUD_SETS_LOCALE},
    {"hostname", CLOUD_SETS_HOSTNAME},
    {"fqdn", CLOUD_SETS_HOSTNAME},
};

static bool
is_set(const struct cloud_config *config, const char *key)
{
  const struct yaml_node *node = cloud_config_node(config, key);

  if (!node || node->kind != YAML_SCALAR)
    return node && node->items->len > 0;
  return yaml_text(node) && cloud_config_truth(node) != 0;
}

char *
config_sets_of(const struct cloud_config *config, bool has_network)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new();

  if (has_network)
    g_ptr_array_add(words, (gpointer)CLOUD_SETS_NETWORK);
  for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
    if (is_set(config, settings[i].key) &&
        !g_ptr_array_find_with_equal_func(words, settings[i].word, g_str_equal, NULL))
      g_ptr_array_add(words, (gpointer)settings[i].word);
  return words_join(words, " ");
}
