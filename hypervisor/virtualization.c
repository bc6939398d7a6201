/* SPDX-License-Identifier: Apache-2.0 */
/* Paravirtual devices are found by the words that libvirt has for models and buses. */
#include "hypervisor/virtualization.h"

#include <stdbool.h>
#include <string.h>

#define EVIDENCE_MAX 1024 /* bytes, about */

struct virtualization {
  xmlXPathCompExprPtr words;    /* attributes that may name a paravirtual model or bus */
  xmlXPathCompExprPtr features; /* enlightenments that are switched on */
};

static const char words_path[] =
    "devices/*/@model | devices/*/model/@type | devices/*/@bus | devices/*/target/@bus |"
    "devices/*/target/@type | devices/*/driver/@type | devices/controller/@type";
static const char features_path[] = "features/hyperv/*[@state='on'] | features/kvm/*[@state='on'] |"
                                    "features/xen/*[@state='on']";

/* How the words begin that mean: this device works only with a driver that knows the hypervisor. */
static const char *const paravirtual_words[] = {
    "virtio",               /* virtio-scsi, virtio-net, virtiofs, … too */
    "xen",                  /* disks, xenbus, video */
    "netfront",             /* Xen's network */
    "vmxnet",   "vmpvscsi", /* VMware */
    "spapr-v",              /* POWER: spapr-vio, spapr-vlan, spapr-vscsi */
};

/* What <os><type> decides alone; NULL leaves it to the devices. */
static const struct {
  const char *os_type;
  const char *virtualization;
} os_types[] = {
    {"hvm", NULL},          {"xen", "paravirtual"}, {"linux", "paravirtual"},
    {"uml", "paravirtual"}, {"xenpvh", "hybrid"},   {"exe", "container"},
};

/* Whether a driver runs guest code on the CPU itself. Drivers left out are unknown. */
static const struct {
  const char *virt_type;
  const char *acceleration;
} virt_types[] = {
    {"kvm", "accelerated"},       {"kqemu", "accelerated"}, {"xen", "accelerated"},
    {"bhyve", "accelerated"},     {"hvf", "accelerated"},   {"vmware", "accelerated"},
    {"hyperv", "accelerated"},    {"vbox", "accelerated"},  {"vz", "accelerated"},
    {"parallels", "accelerated"}, {"phyp", "accelerated"},  {"qemu", "emulated"},
};

struct virtualization *
virtualization_new(void)
{
  struct virtualization *rule = g_new(struct virtualization, 1);

  rule->words = xml_query_compile(words_path);
  rule->features = xml_query_compile(features_path);
  return rule;
}

void
virtualization_free(struct virtualization *rule)
{
  if (!rule)
    return;
  xmlXPathFreeCompExpr(rule->words);
  xmlXPathFreeCompExpr(rule->features);
  g_free(rule);
}

static bool
is_paravirtual(const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS(paravirtual_words); i++)
    if (g_str_has_prefix(word, paravirtual_words[i]))
      return true;
  return false;
}

/* The child of <devices> that an attribute belongs to. */
static xmlNodePtr
device_of(xmlNodePtr attribute)
{
  xmlNodePtr node = attribute->parent;

  while (node->parent && strcmp((const char *)node->parent->name, "devices") != 0)
    node = node->parent;
  return node;
}

/* Add an item unless it is there already, or there are too many of them. */
static void
list_add(GString *list, const char *separator, const char *item)
{
  g_autofree char *wrapped = g_strconcat(separator, item, separator, NULL);
  g_autofree char *all = g_strconcat(separator, list->str, separator, NULL);

  if (strstr(all, wrapped) || list->len + strlen(item) > EVIDENCE_MAX)
    return;
  if (list->len > 0)
    g_string_append(list, separator);
  g_string_append(list, item);
}

/* A disk's own name, "vda". The names of other devices come and go with the running machine. */
static xmlChar *
disk_target(xmlNodePtr device)
{
  if (strcmp((const char *)device->name, "disk") != 0)
    return NULL;
  for (xmlNodePtr child = device->children; child; child = child->next)
    if (strcmp((const char *)child->name, "target") == 0)
      return xmlGetNoNsProp(child, (const xmlChar *)"dev");
  return NULL;
}

static void
add_device(GString *devices, xmlNodePtr attribute)
{
  const char *word = attribute->children ? (const char *)attribute->children->content : NULL;

  if (!word || !is_paravirtual(word))
    return;
  xmlNodePtr device = device_of(attribute);
  if (strcmp((const char *)device->name, "memballoon") == 0)
    return;
  xmlChar *target = disk_target(device);
  g_autofree char *item = g_strdup_printf("%s%s%s %s", device->name, target ? " " : "",
                                          target ? (const char *)target : "", word);
  xmlFree(target);
  list_add(devices, ", ", item);
}

static void
add_feature(GString *features, xmlNodePtr feature)
{
  g_autofree char *item = g_strdup_printf("%s %s", feature->parent->name, feature->name);

  list_add(features, ", ", item);
}

typedef void (*add_node)(GString *list, xmlNodePtr node);

/* What `add` makes of the nodes of a path. */
static GString *
list_nodes(xmlXPathCompExprPtr path, xmlXPathContextPtr context, xmlNodePtr root, add_node add)
{
  g_autoptr(XmlObject) object = xml_query_nodes(path, context, root);
  GString *list = g_string_new(NULL);

  for (int i = 0; i < xmlXPathNodeSetGetLength(object->nodesetval); i++)
    add(list, xmlXPathNodeSetItem(object->nodesetval, i));
  return list;
}

static const char *
classify(const char *os_type, bool has_devices)
{
  for (size_t i = 0; os_type && i < G_N_ELEMENTS(os_types); i++) {
    if (strcmp(os_type, os_types[i].os_type) != 0)
      continue;
    if (os_types[i].virtualization)
      return os_types[i].virtualization;
    return has_devices ? "hybrid" : "full";
  }
  return NULL;
}

static const char *
find_acceleration(const char *virt_type, const char *virtualization)
{
  if (g_strcmp0(virtualization, "container") == 0)
    return NULL;
  for (size_t i = 0; virt_type && i < G_N_ELEMENTS(virt_types); i++)
    if (strcmp(virt_type, virt_types[i].virt_type) == 0)
      return virt_types[i].acceleration;
  return NULL;
}

static char *
describe(const struct domain *domain, const GString *devices, const GString *features)
{
  return g_strdup_printf(VIRTUALIZATION_RULE ": type %s, os %s; %s%s%s%s",
                         domain->virt_type ? domain->virt_type : "unknown",
                         domain->os_type ? domain->os_type : "unknown",
                         devices->len ? "paravirtual devices: " : "no paravirtual device",
                         devices->str, features->len ? "; features: " : "", features->str);
}

void
virtualization_derive(const struct virtualization *rule, xmlXPathContextPtr context,
                      xmlNodePtr root, struct domain *domain)
{
  g_autoptr(GString) devices = list_nodes(rule->words, context, root, add_device);
  g_autoptr(GString) features = list_nodes(rule->features, context, root, add_feature);

  domain->virtualization = g_strdup(classify(domain->os_type, devices->len > 0));
  domain->acceleration = g_strdup(find_acceleration(domain->virt_type, domain->virtualization));
  domain->virtualization_evidence = describe(domain, devices, features);
}
