/* SPDX-License-Identifier: Apache-2.0 */
/* Merging cloud-config documents by their top-level keys. */
#include "guest/cloud/cloud_config.h"

struct cloud_config {
  GPtrArray *documents; /* of struct yaml */
  GHashTable *settings; /* char * to GPtrArray of const struct yaml_node * */
};

static void
free_document(gpointer document)
{
  yaml_release(document);
}

struct cloud_config *
cloud_config_new(void)
{
  struct cloud_config *config = g_new(struct cloud_config, 1);

  config->documents = g_ptr_array_new_with_free_func(free_document);
  config->settings =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  return config;
}

void
cloud_config_free(struct cloud_config *config)
{
  if (!config)
    return;
  g_hash_table_unref(config->settings);
  g_ptr_array_unref(config->documents);
  g_free(config);
}

static void
replace(GPtrArray *pieces, const struct yaml_node *node)
{
  g_ptr_array_set_size(pieces, 0);
  g_ptr_array_add(pieces, (gpointer)node);
}

static void
merge_list(GPtrArray *pieces, const struct yaml_node *node, enum merge_list how)
{
  if (how == MERGE_LIST_APPEND)
    g_ptr_array_add(pieces, (gpointer)node);
  else if (how == MERGE_LIST_PREPEND)
    g_ptr_array_insert(pieces, 0, (gpointer)node);
  else if (how == MERGE_LIST_REPLACE)
    replace(pieces, node);
}

static void
merge_node(GPtrArray *pieces, const struct yaml_node *node, const struct merge_how *how)
{
  const struct yaml_node *first = pieces->pdata[0];

  if (how->replaces)
    replace(pieces, node);
  else if (first->kind != node->kind)
    return;
  else if (node->kind == YAML_MAPPING)
    g_ptr_array_add(pieces, (gpointer)node);
  else if (node->kind == YAML_SEQUENCE && how->recurses_list)
    merge_list(pieces, node, how->list);
}

static void
merge_setting(struct cloud_config *config, const char *key, const struct yaml_node *node,
              const struct merge_how *how)
{
  GPtrArray *pieces = g_hash_table_lookup(config->settings, key);

  if (pieces) {
    merge_node(pieces, node, how);
    return;
  }
  pieces = g_ptr_array_new();
  g_ptr_array_add(pieces, (gpointer)node);
  g_hash_table_insert(config->settings, g_strdup(key), pieces);
}

void
cloud_config_merge(struct cloud_config *config, struct yaml *document, const struct merge_how *how)
{
  const struct yaml_node *root = yaml_root(document);
  struct merge_how own = merge_how_of_document(root, how);

  g_ptr_array_add(config->documents, document);
  for (guint i = 0; root && root->kind == YAML_MAPPING && i < root->keys->len; i++)
    if (!merge_how_is_key(root->keys->pdata[i]))
      merge_setting(config, root->keys->pdata[i], root->items->pdata[i], &own);
}

void
cloud_config_merge_lower(struct cloud_config *config, struct cloud_config *lower)
{
  GHashTableIter settings;
  gpointer key, pieces;

  g_hash_table_iter_init(&settings, lower->settings);
  while (g_hash_table_iter_next(&settings, &key, &pieces)) {
    GPtrArray *own = g_hash_table_lookup(config->settings, key);

    if (!own)
      g_hash_table_insert(config->settings, g_strdup(key), g_ptr_array_ref(pieces));
    for (guint i = 0; own && i < ((GPtrArray *)pieces)->len; i++)
      merge_node(own, ((GPtrArray *)pieces)->pdata[i], &merge_how_ranks);
  }
  g_ptr_array_extend_and_steal(config->documents, g_ptr_array_ref(lower->documents));
  cloud_config_free(lower);
}

const GPtrArray *
cloud_config_get(const struct cloud_config *config, const char *key)
{
  return g_hash_table_lookup(config->settings, key);
}

const struct yaml_node *
cloud_config_node(const struct cloud_config *config, const char *key)
{
  const GPtrArray *pieces = cloud_config_get(config, key);

  return pieces ? pieces->pdata[0] : NULL;
}

const struct yaml_node *
cloud_config_find(const struct cloud_config *config, const char *const *path)
{
  const GPtrArray *pieces = cloud_config_get(config, path[0]);

  for (guint i = 0; pieces && i < pieces->len; i++) {
    const struct yaml_node *node = pieces->pdata[i];

    for (guint step = 1; path[step]; step++)
      node = yaml_get(node, path[step]);
    if (node)
      return node;
  }
  return NULL;
}

int
cloud_config_truth(const struct yaml_node *node)
{
  static const char *const yes[] = {"true", "1", "on", "yes", NULL};
  static const char *const no[] = {"false", "0", "off", "no", NULL};
  g_autofree char *word = yaml_text(node) ? g_ascii_strdown(yaml_text(node), -1) : NULL;

  if (!word)
    return -1;
  return g_strv_contains(yes, word) ? 1 : g_strv_contains(no, word) ? 0 : -1;
}
