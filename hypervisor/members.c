/* SPDX-License-Identifier: Apache-2.0 */
/* One list call for the names, one for all states, one for each flag. */
#include "hypervisor/members.h"

#include "hypervisor/domain_state.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

/* What a number of each member is, when a list call with this filter has it. */
struct mark {
  unsigned int filter;
  size_t offset; /* of a gint64 in struct member */
  gint64 listed;
};

/* Of a filter and its opposite the one that lists few domains: each that it lists costs. */
static const struct mark flags[] = {
    {VIR_CONNECT_LIST_DOMAINS_TRANSIENT, offsetof(struct member, persistent), 0},
    {VIR_CONNECT_LIST_DOMAINS_AUTOSTART, offsetof(struct member, autostart), 1},
    {VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE, offsetof(struct member, managed_save), 1},
    {VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT, offsetof(struct member, has_snapshots), 1},
};

/* For drivers without statistics, LXC's for one: the state, without its reason. */
static const struct mark states[] = {
    {VIR_CONNECT_LIST_DOMAINS_RUNNING, offsetof(struct member, state), VIR_DOMAIN_RUNNING},
    {VIR_CONNECT_LIST_DOMAINS_PAUSED, offsetof(struct member, state), VIR_DOMAIN_PAUSED},
    {VIR_CONNECT_LIST_DOMAINS_SHUTOFF, offsetof(struct member, state), VIR_DOMAIN_SHUTOFF},
};

static void
member_free(gpointer data)
{
  struct member *member = data;

  virDomainFree(member->domain);
  g_free(member);
}

/* Takes the domain over. NULL for one that has no name or UUID. */
static struct member *
member_new(virDomainPtr domain)
{
  struct member *member = g_new(struct member, 1);

  *member = (struct member){
      .domain = domain,
      .name = virDomainGetName(domain),
      .state = FACT_UNKNOWN,
      .reason = FACT_UNKNOWN,
      .persistent = FACT_UNKNOWN,
      .autostart = FACT_UNKNOWN,
      .managed_save = FACT_UNKNOWN,
      .has_snapshots = FACT_UNKNOWN,
  };
  if (member->name && virDomainGetUUIDString(domain, member->uuid) == 0)
    return member;
  member_free(member);
  return NULL;
}

static gint
compare_members(gconstpointer a, gconstpointer b)
{
  const struct member *const *first = a, *const *second = b;

  return strcmp((*first)->uuid, (*second)->uuid);
}

static struct member *
member_find(const GPtrArray *members, virDomainPtr domain)
{
  struct member wanted;
  const struct member *key = &wanted;

  if (members->len == 0 || virDomainGetUUIDString(domain, wanted.uuid) < 0)
    return NULL;
  struct member **found =
      bsearch(&key, members->pdata, members->len, sizeof(gpointer), compare_members);
  return found ? *found : NULL;
}

GPtrArray *
members_list(virConnectPtr connection, GError **error)
{
  virDomainPtr *domains = NULL;
  int count = virConnectListAllDomains(connection, &domains, 0);

  if (count < 0) {
    connection_set_error(error, HYPERVISOR_ERROR_REFUSED, "cannot list the domains");
    return NULL;
  }
  GPtrArray *members = g_ptr_array_new_with_free_func(member_free);
  for (int i = 0; i < count; i++) {
    struct member *member = member_new(domains[i]);

    if (member)
      g_ptr_array_add(members, member);
  }
  free(domains);
  g_ptr_array_sort(members, compare_members);
  return members;
}

static bool
member_is(const struct member *member, const char *name)
{
  return strcmp(member->name, name) == 0 || g_ascii_strcasecmp(member->uuid, name) == 0;
}

static bool
check_selection(const GPtrArray *members, const char *name, GPtrArray *missing, GError **error)
{
  for (guint i = 0; i < members->len; i++)
    if (member_is(members->pdata[i], name))
      return true;
  if (missing && g_uuid_string_is_valid(name)) {
    g_ptr_array_add(missing, g_ascii_strdown(name, -1));
    return true;
  }
  g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_NO_DOMAIN,
              "there is no domain with the name or UUID \"%s\"", name);
  return false;
}

static bool
is_selected(const struct member *member, const char *const *select)
{
  for (; *select; select++)
    if (member_is(member, *select))
      return true;
  return false;
}

bool
members_select(GPtrArray *members, const char *const *select, GPtrArray *missing, GError **error)
{
  if (!select)
    return true;
  for (const char *const *name = select; *name; name++)
    if (!check_selection(members, *name, missing, error))
      return false;
  for (guint i = members->len; i > 0; i--)
    if (!is_selected(members->pdata[i - 1], select))
      g_ptr_array_remove_index(members, i - 1);
  return true;
}

static gint64 *
marked_number(struct member *member, const struct mark *mark)
{
  return (gint64 *)((char *)member + mark->offset);
}

/* Mark the members that its filter lists. False when the driver does not know the filter. */
static bool
mark_listed(const GPtrArray *members, virConnectPtr connection, const struct mark *mark)
{
  virDomainPtr *domains = NULL;
  int count = virConnectListAllDomains(connection, &domains, mark->filter);

  for (int i = 0; i < count; i++) {
    struct member *member = member_find(members, domains[i]);

    if (member)
      *marked_number(member, mark) = mark->listed;
    virDomainFree(domains[i]);
  }
  free(domains);
  return count >= 0;
}

/*
 * Where the driver knows the filter, a flag is the opposite for the members that it does not list.
 */
static void
ask_flag(const GPtrArray *members, virConnectPtr connection, const struct mark *flag)
{
  if (!mark_listed(members, connection, flag))
    return;
  for (guint i = 0; i < members->len; i++) {
    gint64 *number = marked_number(members->pdata[i], flag);

    if (*number == FACT_UNKNOWN)
      *number = !flag->listed;
  }
}

static void
take_record(const GPtrArray *members, const virDomainStatsRecord *record)
{
  struct member *member = member_find(members, record->dom);
  int state = FACT_UNKNOWN, reason = FACT_UNKNOWN;

  if (!member)
    return;
  virTypedParamsGetInt(record->params, record->nparams, "state.state", &state);
  virTypedParamsGetInt(record->params, record->nparams, "state.reason", &reason);
  member->state = state;
  member->reason = reason;
}

static bool
ask_statistics(const GPtrArray *members, virConnectPtr connection)
{
  virDomainStatsRecordPtr *records = NULL;
  int count = virConnectGetAllDomainStats(connection, VIR_DOMAIN_STATS_STATE, &records,
                                          VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);

  if (count < 0)
    return false;
  for (int i = 0; i < count; i++)
    take_record(members, records[i]);
  virDomainStatsRecordListFree(records);
  return true;
}

bool
members_ask(GPtrArray *members, virConnectPtr connection, GError **error)
{
  if (!ask_statistics(members, connection))
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
      mark_listed(members, connection, &states[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
    ask_flag(members, connection, &flags[i]);
  if (virConnectIsAlive(connection) == 1)
    return true;
  connection_set_error(error, HYPERVISOR_ERROR_REFUSED, "the connection broke");
  return false;
}

void
members_apply(const struct member *member, struct domain *domain)
{
  domain->state = g_strdup(domain_state_word((int)member->state));
  domain->state_reason = g_strdup(domain_state_reason((int)member->state, (int)member->reason));
  domain->persistent = member->persistent;
  domain->autostart = member->autostart;
  domain->managed_save = member->managed_save;
  domain->has_snapshots = member->has_snapshots;
}
