/* SPDX-License-Identifier: Apache-2.0 */
/* A row per list, its columns as in the view; docs/schema.md says what they mean. */
#include "cmd/lists.h"

#include "cmd/nearest.h"
#include "cmd/output/rows.h"

#include <string.h>

#define BY_DOMAIN " WHERE :domains IS NULL OR domain_id IN (SELECT value FROM json_each(:domains))"

static const struct output_column hypervisor_columns[] = {
    {"hypervisor_id"}, {"name"},
    {"uri"},           {"hostname"},
    {"driver"},        {"libvirt_version"},
    {"last_scan_at"},  {"last_status"},
    {"last_error"},    {"configured_as"},
    {"labels"},        {"last_complete_at"},
    {"last_seconds"},  {0},
};

static const struct output_column domain_columns[] = {
    {"domain_id"},
    {"hypervisor"},
    {"uuid"},
    {"name"},
    {"state"},
    {"virt_type"},
    {"os_type"},
    {"virtualization"},
    {"arch"},
    {"machine"},
    {"vcpus"},
    {"memory_kib", UNIT_KIB},
    {"is_template", UNIT_TRUTH},
    {"first_seen"},
    {"last_seen"},
    {"agent"},
    {0},
};

static const struct output_column disk_columns[] = {
    {"domain_id"},
    {"domain"},
    {"target"},
    {"bus"},
    {"device"},
    {"image_path"},
    {"declared_format"},
    {"format"},
    {"provisioning"},
    {"virtual_size", UNIT_BYTES},
    {"allocated", UNIT_BYTES},
    {"backing_path"},
    {"chain_depth"},
    {0},
};

static const struct output_column interface_columns[] = {
    {"domain_id"}, {"domain"}, {"position"}, {"mac"}, {"type"},
    {"source"},    {"model"},  {"target"},   {0},
};

static const struct output_column filesystem_columns[] = {
    {"domain_id"},
    {"domain"},
    {"position"},
    {"type"},
    {"source"},
    {"target"},
    {"readonly", UNIT_TRUTH},
    {"is_root", UNIT_TRUTH},
    {0},
};

static const struct output_column image_columns[] = {
    {"image_id"},
    {"hypervisor"},
    {"path"},
    {"format"},
    {"virtual_size", UNIT_BYTES},
    {"apparent_size", UNIT_BYTES},
    {"allocated", UNIT_BYTES},
    {"provisioning"},
    {"backing_path"},
    {"used_by_count"},
    {0},
};

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

static const struct output_column host_key_columns[] = {
    {"domain_id"}, {"domain"}, {"algorithm"}, {"bits"}, {"fingerprint"}, {"comment"}, {"path"}, {0},
};

static const struct output_column authorized_key_columns[] = {
    {"domain_id"}, {"domain"},   {"user"},        {"uid"},
    {"algorithm"}, {"bits"},     {"fingerprint"}, {"options"},
    {"comment"},   {"key_file"}, {"line"},        {"effective", UNIT_TRUTH},
    {0},
};

static const struct output_column finding_columns[] = {
    {"finding_id"}, {"rule"},      {"severity"},   {"status"},   {"subject"},
    {"domain"},     {"title"},     {"detail"},     {"evidence"}, {"first_seen"},
    {"last_seen"},  {"domain_id"}, {"hypervisor"}, {0},
};

static const struct output_column scan_columns[] = {
    {"scan_id"}, {"hypervisor_id"}, {"uri"},    {"status"},       {"error"},
    {"domains"}, {"images"},        {"guests"}, {"collected_at"}, {"ingested_at"},
    {"tool"},    {"seconds"},       {0},
};

const struct list lists[] = {
    {
        "hypervisors",
        "SELECT * FROM hypervisors ORDER BY name, hypervisor_id",
        "name,uri,driver,libvirt_version,last_scan_at,last_status",
        hypervisor_columns,
    },
    {
        "domains",
        "SELECT * FROM domains" BY_DOMAIN " ORDER BY name, hypervisor, uuid",
        "name,uuid,hypervisor,state,virtualization,vcpus,memory_kib,is_template",
        domain_columns,
    },
    {
        "disks",
        "SELECT * FROM disks" BY_DOMAIN " ORDER BY domain, domain_id, target",
        "domain,target,bus,format,provisioning,virtual_size,allocated,chain_depth,image_path",
        disk_columns,
    },
    {
        "images",
        "SELECT * FROM images"
        " WHERE :domains IS NULL"
        "    OR image_id IN (SELECT image_id FROM chains"
        "                     WHERE domain_id IN (SELECT value FROM json_each(:domains)))"
        " ORDER BY path, hypervisor",
        "path,hypervisor,format,provisioning,virtual_size,allocated,used_by_count",
        image_columns,
    },
    {
        "guests",
        "SELECT * FROM guests" BY_DOMAIN " ORDER BY domain, domain_id, road, root",
        "domain,road,effective,root,status,hostname,os_id,os_version,read_at",
        guest_columns,
    },
    {
        "identities",
        "SELECT * FROM identities" BY_DOMAIN " ORDER BY domain, domain_id, kind, value, source",
        "domain,kind,state,value,source,effective,since",
        identity_columns,
    },
    {
        "machine-ids",
        "SELECT * FROM machine_ids" BY_DOMAIN " ORDER BY domain, domain_id, machine_id",
        "domain,hypervisor,machine_id,machine_id_state,dbus_state,dbus_link",
        machine_id_columns,
    },
    {
        "host-keys",
        "SELECT * FROM ssh_host_keys" BY_DOMAIN " ORDER BY domain, domain_id, path",
        "domain,algorithm,bits,fingerprint,path",
        host_key_columns,
    },
    {
        "authorized-keys",
        "SELECT * FROM authorized_keys" BY_DOMAIN
        " ORDER BY domain, domain_id, user, key_file, line",
        "domain,user,algorithm,bits,fingerprint,comment,key_file,effective",
        authorized_key_columns,
    },
    {
        "interfaces",
        "SELECT * FROM interfaces" BY_DOMAIN " ORDER BY domain, domain_id, position",
        "domain,mac,type,source,model",
        interface_columns,
    },
    {
        "filesystems",
        "SELECT * FROM filesystems" BY_DOMAIN " ORDER BY domain, domain_id, position",
        "domain,type,source,target,readonly",
        filesystem_columns,
    },
    {
        "findings",
        "SELECT * FROM findings"
        " WHERE :domains IS NULL"
        "    OR finding_id IN (SELECT f.finding_id"
        "                        FROM json_each(:domains) AS j"
        "                        JOIN domain AS d ON d.domain_id = j.value"
        "                        JOIN finding_fact AS f ON f.domain_id = d.domain_id OR "
        "instr(f.evidence, d.uuid) > 0)"
        " ORDER BY status,"
        " CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'low' THEN 2 ELSE 3 END, "
        "rule, subject",
        "severity,rule,status,domain,first_seen,detail",
        finding_columns,
    },
    {
        "scans",
        "SELECT * FROM scans ORDER BY scan_id",
        "scan_id,uri,status,domains,images,guests,collected_at",
        scan_columns,
    },
    {0},
};

const struct list *
lists_find(const char *name)
{
  for (const struct list *list = lists; list->name; list++)
    if (strcmp(list->name, name) == 0)
      return list;
  return NULL;
}

char **
lists_names(void)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (const struct list *list = lists; list->name; list++)
    g_strv_builder_add(names, list->name);
  return g_strv_builder_end(names);
}

char **
lists_column_names(const struct list *list)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (const struct output_column *column = list->columns; column->name; column++)
    g_strv_builder_add(names, column->name);
  return g_strv_builder_end(names);
}

bool
lists_is_by_domain(const struct list *list)
{
  return strstr(list->sql, ":domains") != NULL;
}

static int
column_index(const struct list *list, const char *name)
{
  for (int i = 0; list->columns[i].name; i++)
    if (strcmp(list->columns[i].name, name) == 0)
      return i;
  return -1;
}

static void
refuse_column(const struct list *list, const char *name, GError **error)
{
  g_auto(GStrv) known = lists_column_names(list);
  int nearest = nearest_word(name, (const char *const *)known, g_strv_length(known));
  g_autofree char *all = g_strjoinv(", ", known);

  if (nearest >= 0)
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "%s have no column '%s'; did you mean '%s'?", list->name, name, known[nearest]);
  else
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s have no column '%s', but %s",
                list->name, name, all);
}

GArray *
lists_choose(const struct list *list, const char *names, GError **error)
{
  g_auto(GStrv) given =
      strcmp(names, "all") == 0 ? lists_column_names(list) : g_strsplit(names, ",", -1);
  g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(int));

  if (!*given) {
    refuse_column(list, names, error);
    return NULL;
  }
  for (char **name = given; *name; name++) {
    int index = column_index(list, *name);

    if (index < 0) {
      refuse_column(list, *name, error);
      return NULL;
    }
    g_array_append_val(chosen, index);
  }
  return g_steal_pointer(&chosen);
}

bool
lists_write(const struct list *list, GArray *picks, sqlite3_stmt *statement,
            const struct output_options *how, GError **error)
{
  g_autofree struct output_column *columns = g_new(struct output_column, picks->len);
  g_autoptr(Output) output = output_new(stdout, how, 1);
  const int *indexes = (const int *)(gconstpointer)picks->data;

  for (guint i = 0; i < picks->len; i++)
    columns[i] = list->columns[indexes[i]];
  return rows_write(statement, output, columns, indexes, picks->len, error);
}
