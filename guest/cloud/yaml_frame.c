/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and values by turns, each key once, and what "<<" merges. */
#include "guest/cloud/yaml_frame.h"

#include <string.h>

void
yaml_frame_init(struct yaml_frame *frame, struct yaml_node *node, const char *anchor)
{
  *frame = (struct yaml_frame){.node = node, .extent = {1, 1}, .anchor = g_strdup(anchor)};
  if (node->kind != YAML_MAPPING)
    return;
  frame->keys = g_hash_table_new(g_str_hash, g_str_equal);
  frame->merged = g_ptr_array_new();
}

void
yaml_frame_clear(struct yaml_frame *frame)
{
  g_clear_pointer(&frame->anchor, g_free);
  g_clear_pointer(&frame->keys, g_hash_table_unref);
  g_clear_pointer(&frame->merged, g_ptr_array_unref);
}

static void
append_key(struct yaml_frame *frame, const char *key)
{
  char *copy = g_strdup(key);

  g_ptr_array_add(frame->node->keys, copy);
  g_hash_table_add(frame->keys, copy);
}

static bool
add_key(struct yaml_frame *frame, const struct yaml_node *key, GError **error)
{
  if (key->kind != YAML_SCALAR)
    return yaml_refuse(YAML_ERROR_MALFORMED, "a key that is no scalar", error);
  if (key->is_plain && strcmp(key->text, "<<") == 0) {
    frame->awaits_merged = true;
    return true;
  }
  if (strlen(key->text) > YAML_KEY_MAX)
    return yaml_refuse(YAML_ERROR_TOO_LARGE, "too long a key", error);
  if (g_hash_table_contains(frame->keys, key->text))
    return yaml_refuse(YAML_ERROR_MALFORMED, "a duplicate key", error);
  append_key(frame, key->text);
  return true;
}

/* A mapping with as many keys as values has no key that waits for its value. */
static bool
awaits_key(const struct yaml_node *node)
{
  return node->kind == YAML_MAPPING && node->keys->len == node->items->len;
}

bool
yaml_frame_add(struct yaml_frame *frame, struct yaml_node *node, GError **error)
{
  if (frame->awaits_merged) {
    frame->awaits_merged = false;
    g_ptr_array_add(frame->merged, node);
    return true;
  }
  if (awaits_key(frame->node))
    return add_key(frame, node, error);
  g_ptr_array_add(frame->node->items, node);
  return true;
}

void
yaml_frame_widen(struct yaml_frame *frame, struct yaml_extent extent)
{
  frame->extent.nodes += extent.nodes;
  frame->extent.depth = MAX(frame->extent.depth, extent.depth + 1);
}

/* What a mapping has already, by itself or by an earlier merge, it keeps. */
static bool
merge_mapping(struct yaml_frame *frame, const struct yaml_node *source, GError **error)
{
  if (source->kind != YAML_MAPPING)
    return yaml_refuse(YAML_ERROR_MALFORMED, "a merge of what is no mapping", error);
  for (guint i = 0; i < source->items->len; i++) {
    if (g_hash_table_contains(frame->keys, source->keys->pdata[i]))
      continue;
    append_key(frame, source->keys->pdata[i]);
    g_ptr_array_add(frame->node->items, source->items->pdata[i]);
  }
  return true;
}

/* Of a list of mappings the first with a key gives it. */
static bool
merge(struct yaml_frame *frame, const struct yaml_node *source, GError **error)
{
  if (source->kind != YAML_SEQUENCE)
    return merge_mapping(frame, source, error);
  for (guint i = 0; i < source->items->len; i++)
    if (!merge_mapping(frame, source->items->pdata[i], error))
      return false;
  return true;
}

bool
yaml_frame_close(struct yaml_frame *frame, GError **error)
{
  /* Of several "<<" the last one with a key gives it. */
  for (guint i = frame->merged ? frame->merged->len : 0; i > 0; i--)
    if (!merge(frame, frame->merged->pdata[i - 1], error))
      return false;
  return true;
}
