/* SPDX-License-Identifier: Apache-2.0 */
/* A row of facts for each hypervisor, filled from its own line and from the configuration. */
#include "store/hypervisor_facts.h"

#include <stddef.h>

struct asked {
  const char *uri, *libvirt_version, *driver_version, *arch;
  gint64 local;
  const char *labels;
  gint64 is_configured; /* whether there are labels to say, or what was said of them stays */
};

#define AT(member) offsetof(struct asked, member)
static const struct field asked_fields[] = {
    {"uri", FIELD_TEXT, AT(uri)},
    {"libvirt_version", FIELD_TEXT, AT(libvirt_version)},
    {"driver_version", FIELD_TEXT, AT(driver_version)},
    {"arch", FIELD_TEXT, AT(arch)},
    {"local", FIELD_TRUTH, AT(local)},
    {"labels", FIELD_TEXT, AT(labels)},
    {"is_configured", FIELD_TRUTH, AT(is_configured)},
    {0},
};
#undef AT
static const struct shape asked_shape = {"asked", sizeof(struct asked), asked_fields};

static const char ASKED_COMPARE[] =
    "SELECT (uri, libvirt_version, driver_version, arch, local, labels)\n"
    "    IS (:uri, :libvirt_version, :driver_version, :arch, :local,\n"
    "        iif(:is_configured, :labels, labels))\n"
    "  FROM hypervisor_fact\n"
    " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char ASKED_CLOSE[] = "UPDATE hypervisor_fact\n"
                                  "   SET until_scan = :scan_id\n"
                                  " WHERE hypervisor_id = :id AND until_scan IS NULL";

static const char ASKED_INSERT[] =
    "INSERT INTO hypervisor_fact (hypervisor_id, since_scan, uri, libvirt_version,\n"
    "       driver_version, arch, local, labels)\n"
    "VALUES (:id, :scan_id, :uri, :libvirt_version, :driver_version, :arch, :local,\n"
    "       iif(:is_configured, :labels, (SELECT labels\n"
    "                                       FROM hypervisor_fact\n"
    "                                      WHERE hypervisor_id = :id\n"
    "                                      ORDER BY since_scan DESC\n"
    "                                      LIMIT 1)))";

static const struct fact_sql asked_sql = {
    .shape = &asked_shape,
    .compare = ASKED_COMPARE,
    .close = ASKED_CLOSE,
    .insert = ASKED_INSERT,
};

struct fact_table *
hypervisor_facts_new(sqlite3 *db, struct row_changes *changes, GError **error)
{
  return fact_table_new(db, &asked_sql, changes, error);
}

bool
hypervisor_facts_keep(struct fact_table *facts, const struct asking *asking, gint64 id,
                      const struct hypervisor *hypervisor, GError **error)
{
  const struct fact_place place = {.scan_id = asking->scan_id, .id = id};
  const struct asked asked = {
      .uri = asking->uri,
      .libvirt_version = hypervisor->libvirt_version,
      .driver_version = hypervisor->driver_version,
      .arch = hypervisor->arch,
      .local = hypervisor->local,
      .labels = asking->options->labels,
      .is_configured = asking->options->configured_as != NULL,
  };

  return fact_table_keep(facts, &place, &asked, error);
}
