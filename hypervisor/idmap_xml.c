/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges of IDs to one line of text. */
#include "hypervisor/idmap_xml.h"

/* One <uid> or <gid>. */
struct id_range {
  char *kind;
  gint64 start, target, count;
};

#define AT(member) offsetof(struct id_range, member)
static const struct xml_rule range_rules[] = {
    {"name()", AT(kind)},
    {"number(@start)", AT(start)},
    {"number(@target)", AT(target)},
    {"number(@count)", AT(count)},
    {0},
};
#undef AT

struct idmap_xml {
  xmlXPathCompExprPtr ranges;
  struct xml_query *range;
};

struct idmap_xml *
idmap_xml_new(void)
{
  struct idmap_xml *parser = g_new(struct idmap_xml, 1);

  *parser = (struct idmap_xml){
      .ranges = xml_query_compile("idmap/uid | idmap/gid"),
      .range = xml_query_new(range_rules),
  };
  return parser;
}

void
idmap_xml_free(struct idmap_xml *parser)
{
  if (!parser)
    return;
  xmlXPathFreeCompExpr(parser->ranges);
  xml_query_free(parser->range);
  g_free(parser);
}

static void
append_range(const struct idmap_xml *parser, xmlXPathContextPtr context, xmlNodePtr node,
             GString *map)
{
  struct id_range range = {0};

  xml_query_fill(parser->range, context, node, &range);
  g_string_append_printf(map, "%s%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                         map->len > 0 ? ", " : "", range.kind, range.start, range.target,
                         range.count);
  g_free(range.kind);
}

char *
idmap_xml_read(const struct idmap_xml *parser, xmlXPathContextPtr context, xmlNodePtr root)
{
  g_autoptr(XmlObject) ranges = xml_query_nodes(parser->ranges, context, root);
  int count = xmlXPathNodeSetGetLength(ranges->nodesetval);

  if (count == 0)
    return NULL;
  GString *map = g_string_new(NULL);
  for (int i = 0; i < count; i++)
    append_range(parser, context, xmlXPathNodeSetItem(ranges->nodesetval, i), map);
  return g_string_free(map, FALSE);
}
