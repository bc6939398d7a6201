/* SPDX-License-Identifier: Apache-2.0 */
/* From names and URIs to targets. */
#include "cmd/fleet/scan_targets.h"

#include "cmd/nearest.h"

static void
free_target(gpointer target)
{
  target_free(target);
}

static const struct config_hypervisor *
find(const struct config *config, const char *name, GError **error)
{
  const struct config_hypervisor *hypervisor = config_find(config, name);
  g_autofree const char **names = config_names(config);

  if (hypervisor)
    return hypervisor;
  int nearest = nearest_word(name, names, config->hypervisors->len);
  if (nearest >= 0)
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "no [hypervisor %s] is configured; did you mean '%s'?", name, names[nearest]);
  else
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no [hypervisor %s] is configured",
                name);
  return NULL;
}

static void
add_all(GPtrArray *targets, const struct config *config, const struct target_wishes *wishes)
{
  for (guint i = 0; i < config->hypervisors->len; i++)
    g_ptr_array_add(targets, target_configured(config, config->hypervisors->pdata[i], wishes));
}

GPtrArray *
scan_targets(const struct config *config, const struct scan_choice *choice,
             const struct target_wishes *wishes, GError **error)
{
  g_autoptr(GPtrArray) targets = g_ptr_array_new_with_free_func(free_target);

  for (const char *const *uri = choice->uris; uri && *uri; uri++)
    g_ptr_array_add(targets, target_by_hand(config, *uri, wishes));
  for (const char *const *name = choice->names; name && *name; name++) {
    const struct config_hypervisor *hypervisor = find(config, *name, error);

    if (!hypervisor)
      return NULL;
    g_ptr_array_add(targets, target_configured(config, hypervisor, wishes));
  }
  if (targets->len == 0)
    add_all(targets, config, wishes);
  if (targets->len == 0 && !choice->all)
    g_ptr_array_add(targets, target_by_hand(config, NULL, wishes));
  if (targets->len > 0)
    return g_steal_pointer(&targets);
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
              "no [hypervisor NAME] is configured yet: see CONFIGURATION in virt-ledger(1)");
  return NULL;
}
