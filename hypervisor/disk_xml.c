/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of source has one XPath that writes it as text. */
#include "hypervisor/disk_xml.h"

#include <stdbool.h>
#include <string.h>

#define AT(member) offsetof(struct disk, member)
static const struct xml_rule disk_rules[] = {
    {"string(target/@dev)", AT(target)},
    {"string(target/@bus)", AT(bus)},
    {"string(@device)", AT(device)},
    {"string(@type)", AT(source_type)},
    {"string(source/@pool)", AT(pool)},
    {"string(source/@volume)", AT(volume)},
    {"string(driver/@type)", AT(declared_format)},
    {"string(serial)", AT(serial)},
    {"number(blockio/@logical_block_size)", AT(logical_block_size)},
    {"boolean(shareable)", AT(shareable)},
    {"boolean(readonly)", AT(readonly)},
    {"boolean(transient)", AT(transient)},
    {"boolean(encryption | source/encryption)", AT(encrypted)},
    {0},
};
#undef AT

#define AT(member) offsetof(struct backing, member)
static const struct xml_rule backing_rules[] = {
    {"string(@type)", AT(source_type)},
    {"string(format/@type)", AT(format)},
    {0},
};
#undef AT

/* XPath is read by its parts. */
/* clang-format off */
#define HOST "source/host[1]"
/* "rbd://ceph1:6789/pool/image", "nbd://[::1]:10809/disk", "gluster://unix:/run/g.sock/vol/a" */
#define NETWORK_SOURCE                                               \
  "concat(source/@protocol, '://', "                                 \
  XML_WHEN("[", "contains(" HOST "/@name, ':')") ", "                \
  HOST "/@name, "                                                    \
  XML_WHEN("]", "contains(" HOST "/@name, ':')") ", "                \
  XML_WHEN(":", HOST "/@port") ", "                                  \
  HOST "/@port, "                                                    \
  XML_WHEN("unix:", HOST "/@socket") ", "                            \
  HOST "/@socket, "                                                  \
  XML_WHEN("/", "source/@name[not(starts-with(., '/'))]") ", "       \
  "source/@name)"
/* "0000:01:00.0/1": PCI address and namespace */
#define HEX(name) "substring-after(source/address/@" name ", '0x')"
#define NVME_SOURCE                                                  \
  "concat(" HEX("domain") ", ':', " HEX("bus") ", ':', "             \
  HEX("slot") ", '.', " HEX("function") ", '/', source/@namespace)"
/* clang-format on */

static const struct {
  const char *type;
  const char *path;
  bool is_path; /* of the host, that images may be read from */
} source_kinds[] = {
    {"file", "string(source/@file)", true},
    {"block", "string(source/@dev)", true},
    {"dir", "string(source/@dir)"},
    {"volume", "concat(source/@pool, '/', source/@volume)"},
    {"network", NETWORK_SOURCE},
    {"nvme", NVME_SOURCE},
    {"vhostuser", "string(source/@path)"},
    {"vhostvdpa", "string(source/@dev)"},
};

struct disk_xml {
  struct xml_query *disk, *backing;
  struct xml_query *sources[G_N_ELEMENTS(source_kinds)]; /* each fills one text at offset 0 */
  struct xml_rule source_rules[G_N_ELEMENTS(source_kinds)][2];
};

struct disk_xml *
disk_xml_new(void)
{
  struct disk_xml *parser = g_new0(struct disk_xml, 1);

  parser->disk = xml_query_new(disk_rules);
  parser->backing = xml_query_new(backing_rules);
  for (size_t i = 0; i < G_N_ELEMENTS(source_kinds); i++) {
    parser->source_rules[i][0].path = source_kinds[i].path;
    parser->sources[i] = xml_query_new(parser->source_rules[i]);
  }
  return parser;
}

void
disk_xml_free(struct disk_xml *parser)
{
  if (!parser)
    return;
  xml_query_free(parser->disk);
  xml_query_free(parser->backing);
  for (size_t i = 0; i < G_N_ELEMENTS(source_kinds); i++)
    xml_query_free(parser->sources[i]);
  g_free(parser);
}

/* The child element of a name, or NULL. */
static xmlNodePtr
child_named(xmlNodePtr node, const char *name)
{
  for (xmlNodePtr child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, name) == 0)
      return child;
  return NULL;
}

/* The source of a <disk> or <backingStore> as text; NULL for an unknown type or an empty drive. */
static char *
read_source(const struct disk_xml *parser, xmlXPathContextPtr context, xmlNodePtr node,
            const char *type)
{
  xmlNodePtr source = child_named(node, "source");
  char *text = NULL;

  if (!source || !type)
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(source_kinds); i++)
    if (strcmp(type, source_kinds[i].type) == 0)
      xml_query_fill(parser->sources[i], context, node, &text);
  return text;
}

static bool
is_path(const char *type, const char *source)
{
  for (size_t i = 0; i < G_N_ELEMENTS(source_kinds); i++)
    if (strcmp(type, source_kinds[i].type) == 0)
      return source_kinds[i].is_path && *source == '/';
  return false;
}

/* <backingStore> elements lie in one another; the innermost has no type. */
static void
fill_backing(const struct disk_xml *parser, xmlXPathContextPtr context, xmlNodePtr node,
             GPtrArray *list)
{
  for (node = child_named(node, "backingStore"); node; node = child_named(node, "backingStore")) {
    struct backing *backing = backing_new();

    xml_query_fill(parser->backing, context, node, backing);
    if (!backing->source_type) {
      backing_free(backing);
      return;
    }
    backing->source = read_source(parser, context, node, backing->source_type);
    g_ptr_array_add(list, backing);
  }
}

void
disk_xml_fill(const struct disk_xml *parser, xmlXPathContextPtr context, xmlNodePtr node,
              struct disk *disk)
{
  xml_query_fill(parser->disk, context, node, disk);
  if (!disk->device)
    disk->device = g_strdup("disk");
  if (!disk->source_type)
    disk->source_type = g_strdup("file");
  disk->source = read_source(parser, context, node, disk->source_type);
  if (!disk->source) {
    g_free(disk->source_type);
    disk->source_type = g_strdup("none");
  } else if (is_path(disk->source_type, disk->source)) {
    disk->image_path = g_strdup(disk->source);
  }
  fill_backing(parser, context, node, disk->backing);
}
