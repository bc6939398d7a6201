/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside, and who it says it is. */
#include "cmd/lists/topics.h"

#include "facts/identity_kinds.h"

static const struct output_column guest_columns[] = {
    {"domain_id"}, {"domain"},     {"road"},       {"status"},  {"detail"},
    {"hostname"},  {"os_id"},      {"os_version"}, {"read_at"}, {"root"},
    {"os_name"},   {"filesystem"}, {"fs_uuid"},    {"marks"},   {"effective", UNIT_TRUTH},
    {0},
};

static const struct output_column identity_columns[] = {
    {"domain_id"}, {"domain"}, {"kind"},
    {"value"},     {"state"},  {"source"},
    {"since"},     {"root"},   {"effective", UNIT_TRUTH},
    {0},
};

static const struct output_column machine_id_columns[] = {
    {"domain_id"},  {"domain"},           {"hypervisor"},
    {"machine_id"}, {"machine_id_state"}, {"dbus_machine_id"},
    {"dbus_state"}, {"dbus_link"},        {0},
};

static const struct output_column identity_kind_columns[] = {
    {"kind"}, {"path"}, {"severity"}, {"consequence"}, {0},
};

/* The table of kinds as an array of arrays: what one row of the list is made of. */
static char *
identity_kind_rows(void)
{
  json_t *rows = json_array();

  for (const struct identity_kind *kind = identity_kinds; kind->name; kind++)
    json_array_append_new(rows, json_pack("[s, s?, s?, s?]", kind->name, kind->path, kind->severity,
                                          kind->consequence));
  char *text = json_dumps(rows, JSON_COMPACT);
  json_decref(rows);
  return text;
}

const struct list guests_lists[] = {
    {
        .name = "guests",
        .sql = "SELECT * FROM guests" BY_DOMAIN " ORDER BY domain, domain_id, road, root",
        .shown = "domain,road,effective,root,status,hostname,os_id,os_version,read_at",
        .columns = guest_columns,
    },
    {
        .name = "identities",
        .sql =
            "SELECT * FROM identities" BY_DOMAIN " ORDER BY domain, domain_id, kind, value, source",
        .shown = "domain,kind,state,value,source,effective,since",
        .columns = identity_columns,
    },
    {
        .name = "machine-ids",
        .sql = "SELECT * FROM machine_ids" BY_DOMAIN " ORDER BY domain, domain_id, machine_id",
        .shown = "domain,hypervisor,machine_id,machine_id_state,dbus_state,dbus_link",
        .columns = machine_id_columns,
    },
    {
        .name = "identity-kinds",
        .sql = "SELECT value ->> 0 AS kind, value ->> 1 AS path, value ->> 2 AS severity,"
               "       value ->> 3 AS consequence"
               "  FROM json_each(:rows)"
               " ORDER BY kind, path",
        .rows = identity_kind_rows,
        .shown = "kind,path,severity,consequence",
        .columns = identity_kind_columns,
    },
    {0},
};
