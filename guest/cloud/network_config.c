/* SPDX-License-Identifier: Apache-2.0 */
/* Names of interfaces in both versions of network-config. */
#include "guest/cloud/network_config.h"

#include "guest/cloud/words.h"

#include <string.h>

#define INTERFACE_NAME_MAX 64

static void
add_name(GPtrArray *names, const char *name)
{
  if (name)
    g_ptr_array_add(names, words_name(name, INTERFACE_NAME_MAX));
}

/* Version 1: a list of things, some of which are no interfaces. */
static void
add_listed(GPtrArray *names, const struct yaml_node *config)
{
  static const char *const others[] = {"nameserver", "route", NULL};

  for (guint i = 0; config && config->kind == YAML_SEQUENCE && i < config->items->len; i++) {
    const char *type = yaml_text(yaml_get(config->items->pdata[i], "type"));

    if (type && !g_strv_contains(others, type))
      add_name(names, yaml_text(yaml_get(config->items->pdata[i], "name")));
  }
}

/* Version 2: a mapping of names for each kind of interface. */
static void
add_kinds(GPtrArray *names, const struct yaml_node *root)
{
  static const char *const kinds[] = {"ethernets", "wifis", "modems",  "bonds",
                                      "bridges",   "vlans", "tunnels", "vrfs"};

  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    const struct yaml_node *kind = yaml_get(root, kinds[i]);

    for (guint j = 0; kind && kind->kind == YAML_MAPPING && j < kind->keys->len; j++)
      add_name(names, kind->keys->pdata[j]);
  }
}

char *
network_config_describe(const struct yaml_node *root)
{
  const struct yaml_node *network = yaml_get(root, "network");
  const struct yaml_node *top = network ? network : root;
  const char *version = yaml_text(yaml_get(top, "version"));
  const struct yaml_node *config = yaml_get(top, "config");
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  if (g_strcmp0(yaml_text(config), "disabled") == 0)
    return g_strdup("disabled");
  if (!version)
    return NULL;
  g_autofree char *number = words_name(version, INTERFACE_NAME_MAX);
  g_ptr_array_add(names, g_strconcat(number, ":", NULL));
  add_listed(names, config);
  add_kinds(names, top);
  return words_join(names, " ");
}
