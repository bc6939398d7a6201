/* SPDX-License-Identifier: Apache-2.0 */
/* The queries. A fact that did not change between the points is in none of them. */
#include "store/diff_tables.h"

#include <stddef.h>

/* Of a fact `f`: which side it is on, and that it is on one alone. */
#define SIDE                                                                                       \
  "       f.since_scan > :from AS is_after,\n"                                                     \
  "       iif(f.since_scan > :from, f.since_scan, f.until_scan) AS scan_id,\n"

#define ON_ONE_SIDE                                                                                \
  " WHERE (f.since_scan <= :from AND f.until_scan > :from AND f.until_scan <= :to\n"               \
  "        OR f.since_scan > :from AND f.since_scan <= :to\n"                                      \
  "           AND (f.until_scan IS NULL OR f.until_scan > :to))\n"

static const char HYPERVISOR[] =
    "SELECT f.hypervisor_id, '', NULL, NULL, f.hypervisor_id,\n" SIDE
    "       f.uri, f.uri, f.libvirt_version, f.driver_version,\n"
    "       f.arch, f.labels\n"
    "  FROM main.hypervisor_fact AS f\n" ON_ONE_SIDE " ORDER BY f.hypervisor_id, f.since_scan";

/* Of hypervisors that had been asked before, what came of the last attempt. */
static const char SCAN[] =
    "WITH last (hypervisor_id, is_after, scan_id) AS (\n"
    "  SELECT hypervisor_id, 0, max(scan_id)\n"
    "    FROM main.scan\n"
    "   WHERE scan_id <= :from AND hypervisor_id IS NOT NULL\n"
    "   GROUP BY hypervisor_id\n"
    "   UNION ALL\n"
    "  SELECT hypervisor_id, 1, max(scan_id)\n"
    "    FROM main.scan\n"
    "   WHERE scan_id <= :to AND hypervisor_id IS NOT NULL\n"
    "   GROUP BY hypervisor_id\n"
    "  HAVING min(scan_id) <= :from AND max(scan_id) > :from\n"
    ")\n"
    "SELECT l.hypervisor_id, '', NULL, NULL, l.hypervisor_id, l.is_after, l.scan_id, NULL,\n"
    "       s.status AS last_status, s.error AS last_error\n"
    "  FROM last AS l\n"
    "  JOIN main.scan AS s ON s.scan_id = l.scan_id\n"
    " WHERE l.hypervisor_id IN (SELECT hypervisor_id FROM last WHERE is_after)\n"
    " ORDER BY l.hypervisor_id, l.is_after";

static const char IMAGE[] =
    "SELECT f.image_id, '', i.path, NULL, i.hypervisor_id,\n" SIDE
    "       ifnull(f.format, f.status),\n"
    "       f.status, f.detail, f.format, f.virtual_size, f.apparent_size, f.allocated,\n"
    "       f.provisioning, f.file_id, f.backing_path, f.backing_image, f.chain, f.data_file,\n"
    "       f.encryption, f.corrupt, f.dirty, f.snapshots, f.content_status, f.machine_id\n"
    "  FROM main.image_fact AS f\n"
    "  JOIN main.image AS i ON i.image_id = f.image_id\n" ON_ONE_SIDE
    " ORDER BY f.image_id, f.since_scan";

static const char DOMAIN[] =
    "SELECT f.domain_id, '', NULL, f.domain_id, d.hypervisor_id,\n" SIDE
    "       ifnull(f.state, f.status),\n"
    "       f.name, f.title, f.status, f.detail, f.state, f.state_reason, f.persistent,\n"
    "       f.autostart, f.managed_save, f.has_snapshots, f.virt_type, f.os_type, f.arch,\n"
    "       f.machine, f.loader, f.firmware, f.vcpus, f.memory_kib, f.virtualization,\n"
    "       f.acceleration, f.smbios_uuid, f.genid, f.agent, f.idmap, f.template_evidence\n"
    "  FROM main.domain_fact AS f\n"
    "  JOIN main.domain AS d ON d.domain_id = f.domain_id\n" ON_ONE_SIDE
    " ORDER BY f.domain_id, f.since_scan";

static const char DISK[] =
    "SELECT f.domain_id, f.target, f.target, f.domain_id, NULL,\n" SIDE
    "       ifnull(f.image_path, f.source),\n"
    "       f.device, f.bus, f.source_type, f.source, f.pool, f.volume, f.image_path,\n"
    "       f.declared_format, f.serial, f.shareable, f.readonly, f.transient, f.encrypted,\n"
    "       f.logical_block_size, f.backing\n"
    "  FROM main.disk_fact AS f\n" ON_ONE_SIDE " ORDER BY f.domain_id, f.target, f.since_scan";

static const char INTERFACE[] =
    "SELECT f.domain_id, f.position, f.position, f.domain_id, NULL,\n" SIDE "       f.mac,\n"
    "       f.mac, f.type, f.source, f.model, f.target, f.addresses\n"
    "  FROM main.interface_fact AS f\n" ON_ONE_SIDE
    " ORDER BY f.domain_id, f.position, f.since_scan";

static const char FILESYSTEM[] =
    "SELECT f.domain_id, f.position, f.position, f.domain_id, NULL,\n" SIDE "       f.target,\n"
    "       f.type, f.source, f.target, f.readonly, f.is_root\n"
    "  FROM main.filesystem_fact AS f\n" ON_ONE_SIDE
    " ORDER BY f.domain_id, f.position, f.since_scan";

static const char GUEST[] =
    "SELECT f.guest_id, '', g.road, g.domain_id, NULL,\n" SIDE "       f.status,\n"
    "       f.status, f.detail\n"
    "  FROM main.guest_fact AS f\n"
    "  JOIN main.guest AS g ON g.guest_id = f.guest_id\n" ON_ONE_SIDE
    " ORDER BY f.guest_id, f.since_scan";

static const char ROOT[] =
    "SELECT f.root_id, '', g.road || ':' || r.root, g.domain_id, NULL,\n" SIDE
    "       ifnull(f.os_name, f.status),\n"
    "       f.status, f.detail, f.hostname, f.os_id, f.os_version, f.os_name, f.filesystem,\n"
    "       f.fs_uuid, f.fs_label, f.marks\n"
    "  FROM main.root_fact AS f\n"
    "  JOIN main.root AS r ON r.root_id = f.root_id\n"
    "  JOIN main.guest AS g ON g.guest_id = r.guest_id\n" ON_ONE_SIDE
    " ORDER BY f.root_id, f.since_scan";

static const char IDENTITY[] =
    "SELECT f.root_id, f.kind || ' ' || f.path,\n"
    "       f.kind || ' ' || g.road || ':' || r.root || ':' || f.path, f.domain_id, NULL,\n" SIDE
    "       ifnull(f.value, f.state),\n"
    "       f.value, f.state, f.raw, f.link, f.same_file_as, f.mode, f.modified_at\n"
    "  FROM main.identity_fact AS f\n"
    "  JOIN main.root AS r ON r.root_id = f.root_id\n"
    "  JOIN main.guest AS g ON g.guest_id = r.guest_id\n" ON_ONE_SIDE
    " ORDER BY f.root_id, f.kind, f.path, f.since_scan";

/* Of what is in a root: by which road that was read, and its name. */
#define IN_ROOT "g.road || ':' || r.root"

#define OF_ROOT(fact)                                                                              \
  "  FROM main." fact " AS f\n"                                                                    \
  "  JOIN main.root AS r ON r.root_id = f.root_id\n"                                               \
  "  JOIN main.guest AS g ON g.guest_id = r.guest_id\n" ON_ONE_SIDE

static const char SSHD[] =
    "SELECT f.root_id, '', " IN_ROOT ", g.domain_id, NULL,\n" SIDE
    "       iif(f.enabled, 'enabled', f.state),\n"
    "       f.enabled, f.state, f.detail, f.permit_root_login, f.pubkey_authentication,\n"
    "       f.strict_modes, f.authorized_keys_file\n" OF_ROOT(
        "sshd_fact") " ORDER BY f.root_id, f.since_scan";

static const char HOST_KEY[] =
    "SELECT f.root_id, f.path, " IN_ROOT " || ':' || f.path, g.domain_id, NULL,\n" SIDE
    "       ifnull(f.fingerprint, f.state),\n"
    "       f.fingerprint, f.state, f.detail, f.configured, f.algorithm, f.bits, f.comment,\n"
    "       f.has_private, f.safe, f.mode, f.uid, f.gid, f.modified_at, f.public_state,\n"
    "       f.certificate, f.certificate_state, f.certificate_id, f.principals, f.authority,\n"
    "       f.valid_after, f.valid_before\n" OF_ROOT(
        "host_key_fact") " ORDER BY f.root_id, f.path, f.since_scan";

static const char ACCOUNT[] =
    "SELECT f.root_id, f.name, f.name || ' ' || " IN_ROOT ", g.domain_id, NULL,\n" SIDE
    "       'uid ' || f.uid,\n"
    "       f.uid, f.gid, f.home, f.shell, f.password, f.expires_at, f.login, f.reason\n" OF_ROOT(
        "account_fact") " ORDER BY f.root_id, f.name, f.since_scan";

static const char AUTHORIZED_KEY[] =
    "SELECT f.root_id, f.user || char(10) || f.key_file || char(10) || f.entry,\n"
    "       f.user || ' ' || " IN_ROOT " || ':' || f.key_file || ' ' || f.entry,\n"
    "       g.domain_id, NULL,\n" SIDE "       ifnull(f.reason, 'effective'),\n"
    "       f.effective, f.reason, f.options, f.uid, f.algorithm, f.bits, f.cert_authority,\n"
    "       f.comment, f.line\n" OF_ROOT(
        "authorized_key_fact") " ORDER BY f.root_id, f.user, f.key_file, f.entry, f.since_scan";

static const char KEY_SOURCE[] =
    "SELECT f.root_id, f.user || char(10) || f.source,\n"
    "       ltrim(f.user || ' ') || " IN_ROOT " || ':' || f.source, g.domain_id, NULL,\n" SIDE
    "       f.state,\n"
    "       f.state, f.detail, f.place\n" OF_ROOT(
        "key_source_fact") " ORDER BY f.root_id, f.user, f.source, f.since_scan";

static const char CLOUD_INIT[] =
    "SELECT f.root_id, '', " IN_ROOT ", g.domain_id, NULL,\n" SIDE
    "       ifnull(f.instance_id, f.config_status),\n"
    "       f.instance_id, f.previous_instance_id, f.cloud_dir, f.installed, f.disabled,\n"
    "       f.has_run, f.datasource, f.finished, f.failed, f.failed_stages,\n"
    "       f.manual_cache_clean, f.config_status, f.config_detail, f.config_sets,\n"
    "       f.default_user, f.ssh_deletekeys, f.preserve_hostname\n" OF_ROOT(
        "cloud_init_fact") " ORDER BY f.root_id, f.since_scan";

/* Of what is in a seed: by which road that was read, and its place. */
#define IN_SEED "f.road || ':' || f.place"

static const char SEED[] =
    "SELECT f.domain_id, f.road || char(10) || f.place, " IN_SEED ", f.domain_id, NULL,\n" SIDE
    "       ifnull(f.instance_id, f.status),\n"
    "       f.instance_id, f.status, f.detail, f.hostname, f.fetched_from, f.parts, f.sets,\n"
    "       f.network, f.secrets, f.ssh_deletekeys, f.preserve_hostname\n"
    "  FROM main.seed_fact AS f\n" ON_ONE_SIDE
    " ORDER BY f.domain_id, f.road, f.place, f.since_scan";

static const char SEED_USER[] =
    "SELECT f.domain_id, f.road || char(10) || f.place || char(10) || f.name,\n"
    "       f.name || ' ' || " IN_SEED ", f.domain_id, NULL,\n" SIDE "       NULL,\n"
    "       f.is_system, f.has_password, f.lock_passwd, f.groups, f.shell\n"
    "  FROM main.seed_user_fact AS f\n" ON_ONE_SIDE
    " ORDER BY f.domain_id, f.road, f.place, f.name, f.since_scan";

static const char SEED_KEY[] =
    "SELECT f.domain_id,\n"
    "       f.road || char(10) || f.place || char(10) || f.user || char(10) || f.entry,\n"
    "       f.user || ' ' || " IN_SEED " || ' ' || f.entry, f.domain_id, NULL,\n" SIDE
    "       f.algorithm,\n"
    "       f.algorithm, f.bits, f.fingerprint, f.comment\n"
    "  FROM main.seed_key_fact AS f\n" ON_ONE_SIDE
    " ORDER BY f.domain_id, f.road, f.place, f.user, f.entry, f.since_scan";

static const char FINDING[] =
    "SELECT f.finding_id, '', n.rule, f.domain_id, NULL,\n"
    "       f.since_audit > :from_audit AS is_after,\n"
    "       (SELECT scan_id\n"
    "          FROM main.audit\n"
    "         WHERE audit_id = iif(f.since_audit > :from_audit, f.since_audit, f.until_audit)),\n"
    "       f.severity || ': ' || f.detail,\n"
    "       f.severity, f.title, f.detail\n"
    "  FROM main.finding_fact AS f\n"
    "  JOIN main.finding AS n ON n.finding_id = f.finding_id\n"
    " WHERE f.since_audit <= :from_audit AND f.until_audit > :from_audit\n"
    "       AND f.until_audit <= :to_audit\n"
    "    OR f.since_audit > :from_audit AND f.since_audit <= :to_audit\n"
    "       AND (f.until_audit IS NULL OR f.until_audit > :to_audit)\n"
    " ORDER BY f.finding_id, f.since_audit";

const struct diff_table diff_tables[] = {
    {"hypervisor", HYPERVISOR, {"uri"}},
    {"hypervisor", SCAN, {"last_error"}},
    {"image", IMAGE, {"detail", "apparent_size", "allocated", "file_id", "chain", "dirty"}},
    {"domain", DOMAIN, {"detail", "state_reason", "agent"}},
    {"disk", DISK, {NULL}},
    {"interface", INTERFACE, {"target", "addresses"}},
    {"filesystem", FILESYSTEM, {NULL}},
    {"guest", GUEST, {"detail"}},
    {"root", ROOT, {"detail", "marks"}},
    {"identity", IDENTITY, {"raw", "mode", "modified_at"}},
    {"sshd", SSHD, {"detail"}},
    {"host-key", HOST_KEY, {"detail", "comment", "mode", "modified_at"}},
    {"account", ACCOUNT, {NULL}},
    {"authorized-key", AUTHORIZED_KEY, {"comment", "line"}},
    {"key-source", KEY_SOURCE, {"detail", "place"}},
    {"cloud-init", CLOUD_INIT, {"config_detail"}},
    {"seed", SEED, {"detail"}},
    {"seed-user", SEED_USER, {NULL}},
    {"seed-key", SEED_KEY, {"comment"}},
    {"finding", FINDING, {"title"}},
    {0},
};
