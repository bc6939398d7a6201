/* SPDX-License-Identifier: Apache-2.0 */
/* Devices whose facts are what their attributes say. */
#include "hypervisor/device_xml.h"

#define AT(member) offsetof(struct interface, member)
static const struct xml_rule interface_rules[] = {
    {"string(mac/@address)", AT(mac)},
    {"string(@type)", AT(type)},
    /* a network's bridge and device come and go with the running machine */
    {"string(source/@network)", AT(source)},
    {"string(model/@type)", AT(model)},
    {"string(target/@dev)", AT(target)},
    {0},
};

/* Where <source> names no network. */
static const struct xml_rule interface_source_rules[] = {
    {"concat(source/@bridge, source/@dev, source/@path, source/@address, source/@name)",
     AT(source)},
    {0},
};
#undef AT

#define CONTAINER_ROOT "(/domain/os/type = 'exe' and target/@dir = '/')"
/* A virtual machine's kernel, started with a command line, mounts it by its tag. */
#define KERNEL_HAS(word)                                                                           \
  "contains(concat(' ', normalize-space(/domain/os/cmdline), ' '), concat(' ', " word ", ' '))"
#define KERNEL_ROOT                                                                                \
  "(" KERNEL_HAS("concat('root=', target/@dir)") " and (" KERNEL_HAS(                              \
      "'rootfstype=9p'") " or " KERNEL_HAS("'rootfstype=virtiofs'") "))"

#define AT(member) offsetof(struct filesystem, member)
static const struct xml_rule filesystem_rules[] = {
    {"string(@type)", AT(type)},
    {"concat(source/@dir, source/@name, source/@file, source/@dev, source/@usage, "
     "source/@pool, " XML_WHEN("/", "source/@volume") ", source/@volume)",
     AT(source)},
    {"string(target/@dir)", AT(target)},
    {"boolean(readonly)", AT(readonly)},
    {CONTAINER_ROOT " or " KERNEL_ROOT, AT(is_root)},
    {0},
};
#undef AT

struct device_xml {
  xmlXPathCompExprPtr interfaces, filesystems;
  struct xml_query *interface, *interface_source, *filesystem;
};

struct device_xml *
device_xml_new(void)
{
  struct device_xml *parser = g_new(struct device_xml, 1);

  *parser = (struct device_xml){
      .interfaces = xml_query_compile("devices/interface"),
      .filesystems = xml_query_compile("devices/filesystem"),
      .interface = xml_query_new(interface_rules),
      .interface_source = xml_query_new(interface_source_rules),
      .filesystem = xml_query_new(filesystem_rules),
  };
  return parser;
}

void
device_xml_free(struct device_xml *parser)
{
  if (!parser)
    return;
  xmlXPathFreeCompExpr(parser->interfaces);
  xmlXPathFreeCompExpr(parser->filesystems);
  xml_query_free(parser->interface);
  xml_query_free(parser->interface_source);
  xml_query_free(parser->filesystem);
  g_free(parser);
}

static struct interface *
read_interface(const struct device_xml *parser, xmlXPathContextPtr context, xmlNodePtr node)
{
  struct interface *interface = interface_new();

  xml_query_fill(parser->interface, context, node, interface);
  if (!interface->source)
    xml_query_fill(parser->interface_source, context, node, interface);
  if (interface->mac) {
    char *lower = g_ascii_strdown(interface->mac, -1);

    g_free(interface->mac);
    interface->mac = lower;
  }
  return interface;
}

static struct filesystem *
read_filesystem(const struct device_xml *parser, xmlXPathContextPtr context, xmlNodePtr node)
{
  struct filesystem *filesystem = filesystem_new();

  xml_query_fill(parser->filesystem, context, node, filesystem);
  return filesystem;
}

void
device_xml_fill(const struct device_xml *parser, xmlXPathContextPtr context, xmlNodePtr root,
                struct domain *domain)
{
  g_autoptr(XmlObject) interfaces = xml_query_nodes(parser->interfaces, context, root);
  g_autoptr(XmlObject) filesystems = xml_query_nodes(parser->filesystems, context, root);

  for (int i = 0; i < xmlXPathNodeSetGetLength(interfaces->nodesetval); i++)
    g_ptr_array_add(
        domain->interfaces,
        read_interface(parser, context, xmlXPathNodeSetItem(interfaces->nodesetval, i)));
  for (int i = 0; i < xmlXPathNodeSetGetLength(filesystems->nodesetval); i++)
    g_ptr_array_add(
        domain->filesystems,
        read_filesystem(parser, context, xmlXPathNodeSetItem(filesystems->nodesetval, i)));
}
