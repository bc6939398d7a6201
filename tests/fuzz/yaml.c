/* SPDX-License-Identifier: Apache-2.0 */
/* YAML. Whatever aliases do, a tree that was taken is within its limits for all who walk it. */
#include "guest/cloud/yaml.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static guint
walk(const struct yaml_node *node, guint depth)
{
  guint nodes = 1;

  g_assert(depth <= YAML_DEPTH_MAX);
  if (node->kind == YAML_SCALAR) {
    g_assert(g_utf8_validate(node->text, -1, NULL));
    return nodes;
  }
  g_assert(node->kind != YAML_MAPPING || node->keys->len == node->items->len);
  for (guint i = 0; i < node->items->len; i++)
    nodes += walk(node->items->pdata[i], depth + 1);
  return nodes;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Yaml) yaml = yaml_parse((struct text){(const char *)data, size}, &error);
  const struct yaml_node *root = yaml ? yaml_root(yaml) : NULL;

  g_assert(!yaml == !!error);
  g_assert(!error || g_utf8_validate(error->message, -1, NULL));
  if (root)
    g_assert(walk(root, 1) <= YAML_NODES_MAX);
  return 0;
}
