/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Domains: a row of the definition, its XML, and one for each disk, interface, file system, seed.
 */
#include "facts/domain.h"

#include "store/keeper.h"
#include "store/keeper_seeds.h"
#include "store/uuid_text.h"
#include "store/value_hash.h"

#include <string.h>

static const char DOMAIN_COMPARE[] =
    "SELECT (name, title, state, state_reason, persistent, autostart, managed_save,\n"
    "        has_snapshots, status, detail, virt_type, os_type, arch, machine, loader, firmware,\n"
    "        vcpus, memory_kib, virtualization, virtualization_evidence, acceleration,\n"
    "        smbios_uuid, genid, agent, idmap, template_evidence)\n"
    "    IS (:name, :title, :state, :state_reason, :persistent, :autostart, :managed_save,\n"
    "        :has_snapshots, :status, :detail, :virt_type, :os_type, :arch, :machine, :loader,\n"
    "        :firmware, :vcpus, :memory_kib, :virtualization, :virtualization_evidence,\n"
    "        :acceleration, :smbios_uuid, :genid, :agent, :idmap, :template_evidence)\n"
    "  FROM domain_fact\n"
    " WHERE domain_id = :id AND until_scan IS NULL";

static const char DOMAIN_CLOSE[] = "UPDATE domain_fact\n"
                                   "   SET until_scan = :scan_id\n"
                                   " WHERE domain_id = :id AND until_scan IS NULL";

static const char DOMAIN_INSERT[] =
    "INSERT INTO domain_fact (domain_id, since_scan, name, title, state, state_reason,\n"
    "       persistent, autostart, managed_save, has_snapshots, status, detail, virt_type,\n"
    "       os_type, arch, machine, loader, firmware, vcpus, memory_kib, virtualization,\n"
    "       virtualization_evidence, acceleration, smbios_uuid, genid, agent, idmap,\n"
    "       template_evidence)\n"
    "VALUES (:id, :scan_id, :name, :title, :state, :state_reason,\n"
    "       :persistent, :autostart, :managed_save, :has_snapshots, :status, :detail, :virt_type,\n"
    "       :os_type, :arch, :machine, :loader, :firmware, :vcpus, :memory_kib, :virtualization,\n"
    "       :virtualization_evidence, :acceleration, :smbios_uuid, :genid, :agent, :idmap,\n"
    "       :template_evidence)";

static const struct fact_sql domain_sql = {
    .shape = &domain_shape,
    .compare = DOMAIN_COMPARE,
    .close = DOMAIN_CLOSE,
    .insert = DOMAIN_INSERT,
};

static const char XML_COMPARE[] = "SELECT xml IS :xml\n"
                                  "  FROM domain_xml\n"
                                  " WHERE domain_id = :id AND until_scan IS NULL";

static const char XML_CLOSE[] = "UPDATE domain_xml\n"
                                "   SET until_scan = :scan_id\n"
                                " WHERE domain_id = :id AND until_scan IS NULL";

static const char XML_INSERT[] = "INSERT INTO domain_xml (domain_id, since_scan, xml)\n"
                                 "SELECT :id, :scan_id, :xml\n"
                                 " WHERE :xml IS NOT NULL";

static const struct fact_sql xml_sql = {
    .shape = &domain_shape,
    .compare = XML_COMPARE,
    .close = XML_CLOSE,
    .insert = XML_INSERT,
};

static const char DISK_COMPARE[] =
    "SELECT (bus, device, source_type, source, pool, volume, image_path, declared_format, serial,\n"
    "        shareable, readonly, transient, encrypted, logical_block_size, backing)\n"
    "    IS (:bus, :device, :source_type, :source, :pool, :volume, :image_path,\n"
    "        :declared_format, :serial, :shareable, :readonly, :transient, :encrypted,\n"
    "        :logical_block_size, :backing)\n"
    "  FROM disk_fact\n"
    " WHERE domain_id = :id AND target = :target AND until_scan IS NULL";

static const char DISK_CLOSE[] =
    "UPDATE disk_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE domain_id = :id AND target = :target AND until_scan IS NULL";

static const char DISK_INSERT[] =
    "INSERT INTO disk_fact (domain_id, target, since_scan, bus, device, source_type, source,\n"
    "       pool, volume, image_path, declared_format, serial, shareable, readonly, transient,\n"
    "       encrypted, logical_block_size, backing)\n"
    "VALUES (:id, :target, :scan_id, :bus, :device, :source_type, :source, :pool,\n"
    "       :volume, :image_path, :declared_format, :serial, :shareable, :readonly, :transient,\n"
    "       :encrypted, :logical_block_size, :backing)";

static const char DISK_CLOSE_ABSENT[] = "UPDATE disk_fact\n"
                                        "   SET until_scan = :scan_id\n"
                                        " WHERE domain_id = :id AND until_scan IS NULL\n"
                                        "   AND target NOT IN (SELECT value FROM json_each(:keys))";

static char *
disk_key(gconstpointer data)
{
  const struct disk *disk = data;

  return g_strdup(disk->target);
}

static const struct fact_sql disk_sql = {
    .shape = &disk_shape,
    .compare = DISK_COMPARE,
    .close = DISK_CLOSE,
    .insert = DISK_INSERT,
    .close_absent = DISK_CLOSE_ABSENT,
    .key = disk_key,
};

static const char INTERFACE_COMPARE[] =
    "SELECT (mac, type, source, model, target, addresses)\n"
    "    IS (:mac, :type, :source, :model, :target, :addresses)\n"
    "  FROM interface_fact\n"
    " WHERE domain_id = :id AND position = :position AND until_scan IS NULL";

static const char INTERFACE_CLOSE[] =
    "UPDATE interface_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE domain_id = :id AND position = :position AND until_scan IS NULL";

static const char INTERFACE_INSERT[] =
    "INSERT INTO interface_fact (domain_id, position, since_scan, mac, type, source, model,\n"
    "       target, addresses)\n"
    "VALUES (:id, :position, :scan_id, :mac, :type, :source, :model, :target, :addresses)";

static const char INTERFACE_CLOSE_ABSENT[] =
    "UPDATE interface_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE domain_id = :id AND until_scan IS NULL AND position >= :count";

static const char INTERFACE_MARK[] =
    "UPDATE interface_fact\n"
    "   SET shared = 1\n"
    " WHERE domain_id = :domain_id AND until_scan IS NULL AND shared = 0\n"
    "   AND value_hash('" VALUE_MAC_ADDRESS "', mac) = :hash";

static gint64
interface_hash(gconstpointer data)
{
  const struct interface *interface = data;

  return value_hash(VALUE_MAC_ADDRESS, interface->mac);
}

static const struct fact_sql interface_sql = {
    .shape = &interface_shape,
    .compare = INTERFACE_COMPARE,
    .close = INTERFACE_CLOSE,
    .insert = INTERFACE_INSERT,
    .hash = interface_hash,
    .mark = INTERFACE_MARK,
    .close_absent = INTERFACE_CLOSE_ABSENT,
};

static const char FILESYSTEM_COMPARE[] =
    "SELECT (type, source, target, readonly, is_root)\n"
    "    IS (:type, :source, :target, :readonly, :is_root)\n"
    "  FROM filesystem_fact\n"
    " WHERE domain_id = :id AND position = :position AND until_scan IS NULL";

static const char FILESYSTEM_CLOSE[] =
    "UPDATE filesystem_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE domain_id = :id AND position = :position AND until_scan IS NULL";

static const char FILESYSTEM_INSERT[] =
    "INSERT INTO filesystem_fact (domain_id, position, since_scan, type, source, target,\n"
    "       readonly, is_root)\n"
    "VALUES (:id, :position, :scan_id, :type, :source, :target, :readonly, :is_root)";

static const char FILESYSTEM_CLOSE_ABSENT[] =
    "UPDATE filesystem_fact\n"
    "   SET until_scan = :scan_id\n"
    " WHERE domain_id = :id AND until_scan IS NULL AND position >= :count";

static const struct fact_sql filesystem_sql = {
    .shape = &filesystem_shape,
    .compare = FILESYSTEM_COMPARE,
    .close = FILESYSTEM_CLOSE,
    .insert = FILESYSTEM_INSERT,
    .close_absent = FILESYSTEM_CLOSE_ABSENT,
};

static const char DOMAIN_FIND[] = "SELECT domain_id, digest, NULL, NULL\n"
                                  "  FROM domain\n"
                                  " WHERE hypervisor_id = :hypervisor_id AND uuid = :key";

static const char DOMAIN_ADD[] = "INSERT INTO domain (hypervisor_id, uuid, digest)\n"
                                 "VALUES (:hypervisor_id, :key, :digest)";

static const char DOMAIN_SET_DIGEST[] = "UPDATE domain\n"
                                        "   SET digest = :digest\n"
                                        " WHERE domain_id = :id";

static const char DOMAIN_CURRENT[] = "SELECT domain_id\n"
                                     "  FROM domain\n"
                                     " WHERE hypervisor_id = :hypervisor_id AND digest IS NOT NULL";

static const char DOMAIN_OF[] = "SELECT domain_id\n"
                                "  FROM domain\n"
                                " WHERE hypervisor_id = :hypervisor_id AND uuid = :key\n"
                                "   AND digest IS NOT NULL";

static bool
check(gconstpointer data, GError **error)
{
  const struct domain *domain = data;

  if (!uuid_text_is_canonical(domain->uuid)) {
    g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM,
                "its uuid is no UUID in lower case with dashes");
    return false;
  }
  if (!fact_list_is_unique(&disk_sql, domain->disks)) {
    g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "it has two disks with one target");
    return false;
  }
  return keeper_seeds_check(domain->seeds, error);
}

enum table { DOMAIN, XML, DISK, INTERFACE, FILESYSTEM, SEEDS };

static bool
keep(struct fact_table *const *tables, const struct fact_place *subject, gconstpointer data,
     GError **error)
{
  const struct domain *domain = data;
  struct fact_place own = *subject;
  const struct fact_place *place = &own;

  own.domain_id = subject->id;
  if (!fact_table_keep(tables[DOMAIN], place, domain, error))
    return false;
  /* A definition that could not be read says nothing: the last one that could is still the best. */
  if (strcmp(domain->status, "ok") != 0)
    return true;
  return fact_table_keep(tables[XML], place, domain, error) &&
         fact_table_keep_list(tables[DISK], place, domain->disks, error) &&
         fact_table_keep_list(tables[INTERFACE], place, domain->interfaces, error) &&
         fact_table_keep_list(tables[FILESYSTEM], place, domain->filesystems, error) &&
         keeper_seeds_keep(tables + SEEDS, place, domain->seeds, true, error);
}

const struct keeper_kind keeper_domain = {
    .subject = {.keys = 1,
                .find = DOMAIN_FIND,
                .insert = DOMAIN_ADD,
                .set_digest = DOMAIN_SET_DIGEST,
                .current = DOMAIN_CURRENT,
                .of_domain = DOMAIN_OF},
    .tables = {[DOMAIN] = &domain_sql,
               [XML] = &xml_sql,
               [DISK] = &disk_sql,
               [INTERFACE] = &interface_sql,
               [FILESYSTEM] = &filesystem_sql,
               [SEEDS + SEED] = &keeper_seeds_of_domain[SEED],
               [SEEDS + SEED_USER] = &keeper_seeds_of_domain[SEED_USER],
               [SEEDS + SEED_KEY] = &keeper_seeds_of_domain[SEED_KEY]},
    .check = check,
    .keep = keep,
};
