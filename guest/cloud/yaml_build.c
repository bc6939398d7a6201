/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a YAML document from libyaml's events. An alias is the node that it stands for in a
 * second place: what it repeats costs no memory, and is counted all the same, since readers of the
 * tree will meet it as often.
 */
#include "guest/cloud/yaml_build.h"

#include "guest/cloud/yaml_frame.h"

#include <string.h>

struct anchored {
  struct yaml_node *node; /* NULL while it is not closed */
  struct yaml_extent extent;
};

static const struct yaml_extent one_node = {1, 1};

/* NULL outside of all collections. */
static struct yaml_frame *
innermost(struct yaml_build *build)
{
  guint depth = build->frames->len;

  return depth > 0 ? &g_array_index(build->frames, struct yaml_frame, depth - 1) : NULL;
}

/* The tags of YAML 1.1's own types: what PyYAML's safe loader, by which cloud-init reads, takes. */
static bool
is_own_tag(const yaml_char_t *tag)
{
  static const char prefix[] = "tag:yaml.org,2002:";
  static const char *const names[] = {"null", "bool", "int",       "float",  "str",   "seq", "map",
                                      "set",  "omap", "timestamp", "binary", "pairs", NULL};
  const char *text = (const char *)tag;

  if (!text || strcmp(text, "!") == 0)
    return true;
  return g_str_has_prefix(text, prefix) && g_strv_contains(names, text + strlen(prefix));
}

static bool
check_limits(const struct yaml_build *build, struct yaml_extent extent, GError **error)
{
  if (build->frames->len + extent.depth > YAML_DEPTH_MAX)
    return yaml_refuse(YAML_ERROR_TOO_LARGE, "nested too deep", error);
  if (extent.nodes > YAML_NODES_MAX - build->nodes)
    return yaml_refuse(YAML_ERROR_TOO_LARGE, "too many nodes", error);
  return true;
}

/* Put a node where the innermost collection awaits one, or at the root. */
static bool
attach(struct yaml_build *build, struct yaml_node *node, GError **error)
{
  struct yaml_frame *frame = innermost(build);

  if (frame)
    return yaml_frame_add(frame, node, error);
  build->yaml->root = node;
  return true;
}

static void
widen(struct yaml_build *build, struct yaml_extent extent)
{
  struct yaml_frame *frame = innermost(build);

  if (frame)
    yaml_frame_widen(frame, extent);
}

static void
remember(struct yaml_build *build, const char *anchor, struct yaml_node *node,
         struct yaml_extent extent)
{
  if (!anchor)
    return;
  struct anchored *anchored = g_new(struct anchored, 1);
  *anchored = (struct anchored){node, extent};
  g_hash_table_replace(build->anchors, g_strdup(anchor), anchored);
}

/* A new node where the event is; NULL with an error. */
static struct yaml_node *
add_node(struct yaml_build *build, enum yaml_kind kind, const yaml_char_t *tag, yaml_mark_t mark,
         GError **error)
{
  if (!is_own_tag(tag)) {
    yaml_refuse(YAML_ERROR_MALFORMED, "a foreign tag", error);
    return NULL;
  }
  if (!check_limits(build, one_node, error))
    return NULL;
  build->nodes++;
  struct yaml_node *node = yaml_add_node(build->yaml, kind);
  node->line = (guint)mark.line + 1;
  node->column = (guint)mark.column + 1;
  return node;
}

static bool
on_scalar(struct yaml_build *build, const yaml_event_t *event, GError **error)
{
  const char *text = (const char *)event->data.scalar.value;
  struct yaml_node *node =
      add_node(build, YAML_SCALAR, event->data.scalar.tag, event->start_mark, error);

  if (!node)
    return false;
  if (strlen(text) != event->data.scalar.length)
    return yaml_refuse(YAML_ERROR_MALFORMED, "a NUL byte", error);
  node->text = g_strdup(text);
  node->is_plain =
      event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && event->data.scalar.plain_implicit;
  widen(build, one_node);
  remember(build, (const char *)event->data.scalar.anchor, node, one_node);
  return attach(build, node, error);
}

static bool
open_collection(struct yaml_build *build, struct yaml_node *node, const yaml_char_t *anchor,
                GError **error)
{
  struct yaml_frame frame;

  if (!node || !attach(build, node, error))
    return false;
  yaml_frame_init(&frame, node, (const char *)anchor);
  remember(build, frame.anchor, NULL, one_node);
  g_array_append_val(build->frames, frame);
  return true;
}

static bool
on_sequence(struct yaml_build *build, const yaml_event_t *event, GError **error)
{
  struct yaml_node *node =
      add_node(build, YAML_SEQUENCE, event->data.sequence_start.tag, event->start_mark, error);

  return open_collection(build, node, event->data.sequence_start.anchor, error);
}

static bool
on_mapping(struct yaml_build *build, const yaml_event_t *event, GError **error)
{
  struct yaml_node *node =
      add_node(build, YAML_MAPPING, event->data.mapping_start.tag, event->start_mark, error);

  return open_collection(build, node, event->data.mapping_start.anchor, error);
}

static bool
on_end(struct yaml_build *build, GError **error)
{
  struct yaml_frame *frame = innermost(build);
  struct yaml_extent extent = frame->extent;

  if (!yaml_frame_close(frame, error))
    return false;
  remember(build, frame->anchor, frame->node, extent);
  g_array_set_size(build->frames, build->frames->len - 1);
  widen(build, extent);
  return true;
}

static bool
on_alias(struct yaml_build *build, const yaml_event_t *event, GError **error)
{
  const struct anchored *anchored = g_hash_table_lookup(build->anchors, event->data.alias.anchor);

  if (!anchored)
    return yaml_refuse(YAML_ERROR_MALFORMED, "an alias of nothing", error);
  if (!anchored->node)
    return yaml_refuse(YAML_ERROR_MALFORMED, "an alias of what it is part of", error);
  if (++build->aliases > YAML_ALIASES_MAX)
    return yaml_refuse(YAML_ERROR_TOO_LARGE, "too many aliases", error);
  if (!check_limits(build, anchored->extent, error))
    return false;
  build->nodes += anchored->extent.nodes;
  widen(build, anchored->extent);
  return attach(build, anchored->node, error);
}

bool
yaml_build_event(struct yaml_build *build, const yaml_event_t *event, GError **error)
{
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    return !build->yaml->root || yaml_refuse(YAML_ERROR_MALFORMED, "a second document", error);
  case YAML_SCALAR_EVENT:
    return on_scalar(build, event, error);
  case YAML_SEQUENCE_START_EVENT:
    return on_sequence(build, event, error);
  case YAML_MAPPING_START_EVENT:
    return on_mapping(build, event, error);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    return on_end(build, error);
  case YAML_ALIAS_EVENT:
    return on_alias(build, event, error);
  default:
    return true;
  }
}

static void
clear_frame(gpointer frame)
{
  yaml_frame_clear(frame);
}

void
yaml_build_init(struct yaml_build *build, struct yaml *yaml)
{
  *build = (struct yaml_build){.yaml = yaml};
  build->frames = g_array_new(FALSE, FALSE, sizeof(struct yaml_frame));
  g_array_set_clear_func(build->frames, clear_frame);
  build->anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void
yaml_build_clear(struct yaml_build *build)
{
  g_clear_pointer(&build->frames, g_array_unref);
  g_clear_pointer(&build->anchors, g_hash_table_unref);
}
