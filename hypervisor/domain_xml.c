/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of XPath expressions and members; what no expression can say is finished in C. */
#include "hypervisor/domain_xml.h"

#include "hypervisor/device_xml.h"
#include "hypervisor/disk_xml.h"
#include "hypervisor/idmap_xml.h"
#include "hypervisor/seed_line.h"
#include "hypervisor/virtualization.h"
#include "hypervisor/xml_document.h"
#include "hypervisor/xml_query.h"
#include "hypervisor/xml_secrets.h"

#include <string.h>
#include <uuid.h>

G_STATIC_ASSERT(DOMAIN_XML_MAX == XML_DOCUMENT_MAX);

/* libvirt knows the agent's channel by this name, and its state while the domain runs. */
#define AGENT           "devices/channel/target[@type = 'virtio' and @name = 'org.qemu.guest_agent.0']"
#define AGENT_CONNECTED AGENT "[@state = 'connected']"
#define AGENT_STATE                                                                                \
  "concat(" XML_WHEN("connected", AGENT_CONNECTED) ", " XML_WHEN(                                  \
      "disconnected", AGENT " and not(" AGENT_CONNECTED ")") ")"

#define AT(member) offsetof(struct domain, member)
static const struct xml_rule domain_rules[] = {
    {"string(uuid)", AT(uuid)},
    {"string(name)", AT(name)},
    {"string(title)", AT(title)},
    {"string(@type)", AT(virt_type)},
    {"string(os/type)", AT(os_type)},
    {"string(os/type/@arch)", AT(arch)},
    {"string(os/type/@machine)", AT(machine)},
    {"string(os/loader)", AT(loader)},
    {"string(os/@firmware)", AT(firmware)},
    {"number(vcpu)", AT(vcpus)},
    {"number(memory)", AT(memory_kib)},
    {"string(sysinfo[@type = 'smbios']/system/entry[@name = 'uuid'])", AT(smbios_uuid)},
    {"string(genid)", AT(genid)},
    {AGENT_STATE, AT(agent)},
    {0},
};
#undef AT

/* What decides about facts without being one. */
struct hints {
  char *memory_unit;
  char *loader_type;
  char *serial, *cmdline;   /* what the guest may see of them tells cloud-init what to do */
  gint64 template_metadata; /* an element <template> of any namespace, unless it says no */
};

#define AT(member) offsetof(struct hints, member)
static const struct xml_rule hint_rules[] = {
    {"string(memory/@unit)", AT(memory_unit)},
    {"string(os/loader/@type)", AT(loader_type)},
    {"string(sysinfo[@type = 'smbios' and ../os/smbios/@mode = 'sysinfo']"
     "/system/entry[@name = 'serial'])",
     AT(serial)},
    {"string(os/cmdline)", AT(cmdline)},
    {"boolean((metadata/* | metadata/*/*)[local-name() = 'template'"
     " and not(. = 'no' or . = 'false' or . = '0')])",
     AT(template_metadata)},
    {0},
};
#undef AT

static void
hints_clear(struct hints *hints)
{
  g_free(hints->memory_unit);
  g_free(hints->loader_type);
  g_free(hints->serial);
  g_free(hints->cmdline);
}

struct domain_xml {
  xmlXPathContextPtr context;
  xmlXPathCompExprPtr disks;
  struct xml_query *domain, *hints;
  struct idmap_xml *idmap;
  struct disk_xml *disk;
  struct device_xml *devices;
  struct virtualization *virtualization;
  struct xml_secrets *secrets;
  GRegex *template_word;
};

struct domain_xml *
domain_xml_new(void)
{
  struct domain_xml *parser = g_new(struct domain_xml, 1);

  *parser = (struct domain_xml){
      .context = xmlXPathNewContext(NULL),
      .disks = xml_query_compile("devices/disk"),
      .domain = xml_query_new(domain_rules),
      .hints = xml_query_new(hint_rules),
      .idmap = idmap_xml_new(),
      .disk = disk_xml_new(),
      .devices = device_xml_new(),
      .virtualization = virtualization_new(),
      .secrets = xml_secrets_new(),
      .template_word = g_regex_new("\\btemplate\\b", G_REGEX_CASELESS, 0, NULL),
  };
  return parser;
}

void
domain_xml_free(struct domain_xml *parser)
{
  if (!parser)
    return;
  xmlXPathFreeCompExpr(parser->disks);
  xml_query_free(parser->domain);
  xml_query_free(parser->hints);
  idmap_xml_free(parser->idmap);
  disk_xml_free(parser->disk);
  device_xml_free(parser->devices);
  virtualization_free(parser->virtualization);
  xml_secrets_free(parser->secrets);
  g_regex_unref(parser->template_word);
  xmlXPathFreeContext(parser->context);
  g_free(parser);
}

/* libvirt's units (formatdomain, "memory"); without one it is KiB. */
static const struct {
  const char *name;
  guint64 bytes;
} memory_units[] = {
    {"KiB", (guint64)1 << 10},
    {"k", (guint64)1 << 10},
    {"MiB", (guint64)1 << 20},
    {"M", (guint64)1 << 20},
    {"GiB", (guint64)1 << 30},
    {"G", (guint64)1 << 30},
    {"TiB", (guint64)1 << 40},
    {"T", (guint64)1 << 40},
    {"KB", 1000},
    {"MB", 1000000},
    {"GB", 1000000000},
    {"TB", 1000000000000},
    {"b", 1},
    {"bytes", 1},
};

static gint64
memory_kib(gint64 number, const char *unit)
{
  for (size_t i = 0; i < G_N_ELEMENTS(memory_units); i++) {
    guint64 bytes;

    if (strcmp(memory_units[i].name, unit) != 0)
      continue;
    if (number < 0 || !g_uint64_checked_mul(&bytes, (guint64)number, memory_units[i].bytes))
      return FACT_UNKNOWN;
    return (gint64)(bytes / 1024);
  }
  return FACT_UNKNOWN;
}

/* Lower case with dashes; NULL for what is no UUID. */
static char *
canonical_uuid(const char *text)
{
  char canonical[UUID_STR_LEN];
  uuid_t uuid;

  if (!text || uuid_parse(text, uuid) != 0)
    return NULL;
  uuid_unparse_lower(uuid, canonical);
  return g_strdup(canonical);
}

/* Only an SMBIOS UUID that differs from the domain's own tells anything. */
static void
finish_uuids(struct domain *domain)
{
  g_autofree char *uuid = g_steal_pointer(&domain->uuid);
  g_autofree char *smbios = g_steal_pointer(&domain->smbios_uuid);
  g_autofree char *genid = g_steal_pointer(&domain->genid);

  domain->uuid = canonical_uuid(uuid);
  domain->genid = canonical_uuid(genid);
  g_autofree char *other = canonical_uuid(smbios);
  if (g_strcmp0(other, domain->uuid) != 0)
    domain->smbios_uuid = g_steal_pointer(&other);
}

static char *
template_evidence(const struct domain_xml *parser, const struct domain *domain,
                  const struct hints *hints)
{
  bool title = domain->title && g_regex_match(parser->template_word, domain->title, 0, NULL);

  if (hints->template_metadata == 1)
    return g_strdup(title ? "metadata, title" : "metadata");
  return g_strdup(title ? "title" : NULL);
}

static void
add_seed(struct domain *domain, const char *line, const char *place)
{
  struct seed *seed = line ? seed_line_parse(line, place) : NULL;

  if (seed)
    g_ptr_array_add(domain->seeds, seed);
}

static void
fill_domain(const struct domain_xml *parser, xmlNodePtr root, struct domain *domain)
{
  struct hints hints = {0};

  xml_query_fill(parser->domain, parser->context, root, domain);
  xml_query_fill(parser->hints, parser->context, root, &hints);
  domain->memory_kib =
      memory_kib(domain->memory_kib, hints.memory_unit ? hints.memory_unit : "KiB");
  if (!domain->firmware && g_strcmp0(hints.loader_type, "pflash") == 0)
    domain->firmware = g_strdup("efi"); /* nothing else is flashed */
  domain->template_evidence = template_evidence(parser, domain, &hints);
  finish_uuids(domain);
  add_seed(domain, hints.serial, SEED_SERIAL);
  add_seed(domain, hints.cmdline, SEED_CMDLINE);
  hints_clear(&hints);
}

static void
fill_disks(const struct domain_xml *parser, xmlNodePtr root, GPtrArray *disks)
{
  g_autoptr(XmlObject) object = xml_query_nodes(parser->disks, parser->context, root);

  for (int i = 0; i < xmlXPathNodeSetGetLength(object->nodesetval); i++) {
    struct disk *disk = disk_new();

    disk_xml_fill(parser->disk, parser->context, xmlXPathNodeSetItem(object->nodesetval, i), disk);
    g_ptr_array_add(disks, disk);
  }
}

static bool
check_root(xmlNodePtr root, GError **error)
{
  if (strcmp((const char *)root->name, "domain") == 0)
    return true;
  g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_XML, "XML refused: it is no <domain>");
  return false;
}

/* A fact that the stream would refuse would take the whole stream with it. */
static bool
check_domain(const struct domain *domain, GError **error)
{
  g_autoptr(GError) fault = NULL;

  if (shape_check(&domain_shape, domain, &fault))
    return true;
  g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_XML, "XML refused: %s", fault->message);
  return false;
}

struct domain *
domain_xml_parse(struct domain_xml *parser, const char *xml, size_t length, GError **error)
{
  g_autoptr(xmlDoc) document = xml_document_parse(xml, length, error);

  if (!document)
    return NULL;
  xmlNodePtr root = xmlDocGetRootElement(document);
  if (!check_root(root, error))
    return NULL;
  g_autoptr(Domain) domain = domain_new();
  domain->status = g_strdup("ok");
  fill_domain(parser, root, domain);
  domain->idmap = idmap_xml_read(parser->idmap, parser->context, root);
  fill_disks(parser, root, domain->disks);
  device_xml_fill(parser->devices, parser->context, root, domain);
  virtualization_derive(parser->virtualization, parser->context, root, domain);
  domain->xml = xml_secrets_scrub(parser->secrets, parser->context, document, xml, length);
  return check_domain(domain, error) ? g_steal_pointer(&domain) : NULL;
}
