/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of YAML, and what they answer. */
#include "guest/cloud/yaml.h"

#include "guest/cloud/yaml_tree.h"

#include <string.h>

G_DEFINE_QUARK(yaml_error, yaml_error)

bool
yaml_refuse(enum yaml_error code, const char *why, GError **error)
{
  g_set_error_literal(error, YAML_ERROR, code, why);
  return false;
}

/* A document may hold passwords and private keys. */
static void
free_text(gpointer text)
{
  explicit_bzero(text, strlen(text));
  g_free(text);
}

static void
free_node(gpointer data)
{
  struct yaml_node *node = data;

  g_clear_pointer(&node->text, free_text);
  g_clear_pointer(&node->items, g_ptr_array_unref);
  g_clear_pointer(&node->keys, g_ptr_array_unref);
  g_free(node);
}

struct yaml *
yaml_new(void)
{
  struct yaml *yaml = g_new0(struct yaml, 1);

  yaml->nodes = g_ptr_array_new_with_free_func(free_node);
  return yaml;
}

struct yaml_node *
yaml_add_node(struct yaml *yaml, enum yaml_kind kind)
{
  struct yaml_node *node = g_new0(struct yaml_node, 1);

  node->kind = kind;
  if (kind != YAML_SCALAR)
    node->items = g_ptr_array_new();
  if (kind == YAML_MAPPING)
    node->keys = g_ptr_array_new_with_free_func(free_text);
  g_ptr_array_add(yaml->nodes, node);
  return node;
}

void
yaml_release(struct yaml *yaml)
{
  if (!yaml)
    return;
  g_ptr_array_unref(yaml->nodes);
  g_free(yaml);
}

const struct yaml_node *
yaml_root(const struct yaml *yaml)
{
  return yaml->root;
}

const struct yaml_node *
yaml_get(const struct yaml_node *node, const char *key)
{
  if (!node || node->kind != YAML_MAPPING)
    return NULL;
  for (guint i = 0; i < node->keys->len; i++)
    if (strcmp(node->keys->pdata[i], key) == 0)
      return node->items->pdata[i];
  return NULL;
}

static bool
is_one_of(const char *text, const char *const *words)
{
  for (; *words; words++)
    if (strcmp(text, *words) == 0)
      return true;
  return false;
}

const char *
yaml_text(const struct yaml_node *node)
{
  static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};

  if (!node || node->kind != YAML_SCALAR)
    return NULL;
  return node->is_plain && is_one_of(node->text, nulls) ? NULL : node->text;
}

int
yaml_truth(const struct yaml_node *node)
{
  static const char *const yes[] = {"yes",  "Yes", "YES", "true", "True",
                                    "TRUE", "on",  "On",  "ON",   NULL};
  static const char *const no[] = {"no",    "No",  "NO",  "false", "False",
                                   "FALSE", "off", "Off", "OFF",   NULL};

  if (!node || node->kind != YAML_SCALAR || !node->is_plain)
    return -1;
  return is_one_of(node->text, yes) ? 1 : is_one_of(node->text, no) ? 0 : -1;
}
