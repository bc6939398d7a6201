/* SPDX-License-Identifier: Apache-2.0 */
/* The walk: list, select, states and flags of all, then one definition after the other. */
#include "hypervisor/domains.h"

#include "hypervisor/definitions.h"
#include "hypervisor/domain_xml.h"
#include "hypervisor/foreign_text.h"
#include "hypervisor/leases.h"
#include "hypervisor/members.h"

#include <libvirt/virterror.h>
#include <string.h>

struct walk {
  virConnectPtr connection;
  const struct domains_options *options;
  const struct domains_sink *sink;
  gpointer data;
  struct domain_xml *parser;
  struct leases *leases;
};

static void
send_note(const struct walk *walk, const struct member *member, const char *text)
{
  struct note *note = note_new();
  g_autofree char *name = foreign_text_clean(member->name, FOREIGN_MESSAGE_MAX);

  note->subject = g_strdup_printf("domain %s", name);
  note->text = g_strdup(text);
  walk->sink->note(note, walk->data);
}

static void
send_gone(const struct walk *walk, const char *uuid)
{
  if (!walk->sink->gone)
    return;
  struct gone *gone = gone_new();
  gone->uuid = g_strdup(uuid);
  walk->sink->gone(gone, walk->data);
}

/* A domain of which nothing is known but that it is there. */
static struct domain *
unread_domain(const struct member *member, const char *status, const char *detail)
{
  struct domain *domain = domain_new();

  domain->uuid = g_strdup(member->uuid);
  domain->name = foreign_text_clean(member->name, FIELD_TEXT_MAX);
  domain->status = g_strdup(status);
  domain->detail = g_strdup(detail);
  return domain;
}

static struct domain *
parse_definition(const struct walk *walk, const struct member *member, const char *xml)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Domain) domain = domain_xml_parse(walk->parser, xml, strlen(xml), &error);

  if (!domain)
    return unread_domain(member, "xml-refused", error->message);
  if (strcmp(domain->uuid, member->uuid) != 0)
    return unread_domain(member, "xml-refused", "the definition names another UUID than the list");
  return g_steal_pointer(&domain);
}

static void
add_configured_template(const struct walk *walk, struct domain *domain)
{
  const char *const *globs = walk->options->templates;

  for (; globs && *globs; globs++) {
    if (!g_pattern_match_simple(*globs, domain->name))
      continue;
    char *before = domain->template_evidence;
    domain->template_evidence =
        before ? g_strconcat(before, ", configuration", NULL) : g_strdup("configuration");
    g_free(before);
    return;
  }
}

/* What a definition, fetched or not, makes of a domain. False when the connection is gone. */
static bool
deliver(const struct walk *walk, const struct member *member, const struct definition *definition,
        GError **error)
{
  struct domain *domain;

  if (definition->xml) {
    domain = parse_definition(walk, member, definition->xml);
  } else if (definition->code == VIR_ERR_NO_DOMAIN) {
    send_note(walk, member, "vanished while it was read");
    send_gone(walk, member->uuid);
    return true;
  } else if (virConnectIsAlive(walk->connection) != 1) {
    g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_REFUSED, "the connection broke: %s",
                definition->message);
    return false;
  } else {
    domain = unread_domain(member, "xml-failed", definition->message);
  }
  members_apply(member, domain);
  leases_apply(walk->leases, domain);
  add_configured_template(walk, domain);
  walk->sink->domain(domain, walk->data);
  return true;
}

static bool
read_definitions(const struct walk *walk, const GPtrArray *members, GError **error)
{
  g_autoptr(GPtrArray) domains = g_ptr_array_new();

  for (guint i = 0; i < members->len; i++)
    g_ptr_array_add(domains, ((struct member *)members->pdata[i])->domain);
  g_autoptr(Definitions) definitions = definitions_new(domains);
  for (guint i = 0; i < members->len; i++) {
    g_autoptr(Definition) definition = definitions_next(definitions);

    if (!deliver(walk, members->pdata[i], definition, error))
      return false;
  }
  return true;
}

/* Xen lists its host as a domain with a UUID of zeros. */
static void
drop_hosts(const struct walk *walk, GPtrArray *members)
{
  while (members->len > 0) {
    struct member *first = members->pdata[0];

    if (strcmp(first->uuid, "00000000-0000-0000-0000-000000000000") != 0)
      return;
    send_note(walk, first, "is the host itself, and not read");
    g_ptr_array_remove_index(members, 0);
  }
}

bool
domains_read(virConnectPtr connection, const struct domains_options *options,
             const struct domains_sink *sink, gpointer data, GError **error)
{
  g_autoptr(DomainXml) parser = domain_xml_new();
  g_autoptr(Leases) leases = leases_new(connection);
  struct walk walk = {connection, options, sink, data, parser, leases};
  g_autoptr(GPtrArray) members = members_list(connection, error);

  if (!members)
    return false;
  drop_hosts(&walk, members);
  g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
  if (!members_select(members, options->select, sink->gone ? missing : NULL, error) ||
      !members_ask(members, connection, error))
    return false;
  sink->listed(members->len, data);
  for (guint i = 0; i < missing->len; i++)
    send_gone(&walk, missing->pdata[i]);
  return read_definitions(&walk, members, error);
}
