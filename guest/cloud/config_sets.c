/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of cloud-config that set something, by what they set. */
#include "guest/cloud/config_sets.h"

#include "facts/cloud.h"

#include <string.h>

/* Rows of one word stand together. */
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

  return node && (node->kind == YAML_SCALAR ? yaml_text(node) && yaml_truth(node) != 0
                                            : node->items->len > 0);
}

char *
config_sets_of(const struct cloud_config *config, bool has_network)
{
  g_autoptr(GString) words = g_string_new(has_network ? CLOUD_SETS_NETWORK : "");
  const char *last = has_network ? CLOUD_SETS_NETWORK : "";

  for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
    if (strcmp(settings[i].word, last) == 0 || !is_set(config, settings[i].key))
      continue;
    last = settings[i].word;
    g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", last);
  }
  return words->len > 0 ? g_strdup(words->str) : NULL;
}
