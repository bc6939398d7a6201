/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement a table, in this order: facts, what they were about, what refers to scans, scans.
 * A table that refers to scans and is not in SCANS is found by the check of foreign keys.
 */
#include "store/prune_tables.h"

#include "facts/guest.h"
#include "store/value_hash.h"

/* Of the point, :scan_id and :audit_id. */
#define ENDED(table) "DELETE FROM " table " WHERE until_scan <= :scan_id"

/* Domains that are not over. */
#define LIVING_DOMAINS                                                                             \
  "(SELECT domain_id FROM domain_fact WHERE until_scan IS NULL OR until_scan > :scan_id)"

/* Of a root's fact: its /etc/machine-id was of that boot only. */
#define IS_TRANSIENT(fact)                                                                         \
  "' ' || ifnull(" fact ".marks, '') || ' ' LIKE '% " MARK_TRANSIENT_ID " %'"

/* Machine IDs stay with their domain, but for those of one boot only, which no rule counts. */
static const char IDENTITIES[] =
    "DELETE FROM identity_fact AS e\n"
    " WHERE e.until_scan <= :scan_id\n"
    "   AND (e.kind NOT IN ('machine-id', 'dbus-machine-id')\n"
    "        OR e.value IS NULL\n"
    "        OR e.domain_id NOT IN " LIVING_DOMAINS "\n"
    "        OR e.kind = 'machine-id'\n"
    "           AND EXISTS (SELECT 1\n"
    "                         FROM root_fact AS p\n"
    "                        WHERE p.root_id = e.root_id AND p.since_scan <= e.since_scan\n"
    "                          AND (p.until_scan IS NULL OR p.until_scan > e.since_scan)\n"
    "                          AND " IS_TRANSIENT("p") "))";

/* What a guest's host keys were stays with its domain, too, and what would explain another. */
static const char HOST_KEYS[] = "DELETE FROM host_key_fact\n"
                                " WHERE until_scan <= :scan_id\n"
                                "   AND (fingerprint IS NULL\n"
                                "        OR domain_id NOT IN " LIVING_DOMAINS ")";

/* Where values are looked for. What holders have now is all that it takes. */
static const char VALUE_HOLDERS[] =
    "DELETE FROM value_holder\n"
    " WHERE (hash, domain_id) NOT IN (\n"
    "         SELECT value_hash(kind, value), domain_id\n"
    "           FROM identity_fact\n"
    "          WHERE until_scan IS NULL\n"
    "          UNION ALL\n"
    "         SELECT value_hash('" VALUE_HOST_KEY "', fingerprint), domain_id\n"
    "           FROM host_key_fact\n"
    "          WHERE until_scan IS NULL\n"
    "          UNION ALL\n"
    "         SELECT value_hash('" VALUE_MAC_ADDRESS "', mac), domain_id\n"
    "           FROM interface_fact\n"
    "          WHERE until_scan IS NULL)";

static const char CLOUD_INITS[] =
    "DELETE FROM cloud_init_fact AS c\n"
    " WHERE c.until_scan <= :scan_id\n"
    "   AND (c.instance_id IS NULL\n"
    "        OR (SELECT g.domain_id\n"
    "              FROM root AS r\n"
    "              JOIN guest AS g ON g.guest_id = r.guest_id\n"
    "             WHERE r.root_id = c.root_id) NOT IN " LIVING_DOMAINS ")";

/* Without the mark, an ID that began as one of one boot and stays would look like any other. */
static const char ROOT_FACTS[] =
    "DELETE FROM root_fact AS f\n"
    " WHERE f.until_scan <= :scan_id\n"
    "   AND NOT (" IS_TRANSIENT(
        "f") "\n"
             "            AND EXISTS (SELECT 1\n"
             "                          FROM identity_fact AS e\n"
             "                         WHERE e.root_id = f.root_id AND e.kind = 'machine-id'\n"
             "                           AND e.since_scan >= f.since_scan\n"
             "                           AND e.since_scan < f.until_scan))";

/* When it was last read is told of a guest that cannot be read at the point or later. */
static const char GUEST_FACTS[] =
    "DELETE FROM guest_fact AS f\n"
    " WHERE f.until_scan <= :scan_id\n"
    "   AND NOT (f.status = 'ok'\n"
    "            AND f.since_scan = (SELECT max(since_scan)\n"
    "                                  FROM guest_fact\n"
    "                                 WHERE guest_id = f.guest_id AND status = 'ok'\n"
    "                                   AND since_scan <= :scan_id)\n"
    "            AND (SELECT domain_id FROM guest WHERE guest_id = f.guest_id)\n"
    "                IN " LIVING_DOMAINS ")";

/* The first says when it came; the last, what a finding about one that is gone calls it. */
static const char DOMAIN_FACTS[] =
    "DELETE FROM domain_fact AS f\n"
    " WHERE f.until_scan <= :scan_id\n"
    "   AND NOT (f.domain_id IN " LIVING_DOMAINS "\n"
    "            AND f.since_scan = (SELECT min(since_scan)\n"
    "                                  FROM domain_fact\n"
    "                                 WHERE domain_id = f.domain_id))\n"
    "   AND NOT (f.domain_id IN (SELECT domain_id\n"
    "                              FROM finding_fact\n"
    "                             WHERE domain_id IS NOT NULL\n"
    "                               AND (until_audit IS NULL OR until_audit > :audit_id))\n"
    "            AND f.since_scan = (SELECT max(since_scan)\n"
    "                                  FROM domain_fact\n"
    "                                 WHERE domain_id = f.domain_id\n"
    "                                   AND since_scan <= :scan_id))";

/* Images that a disk or an overlay stands on. */
#define NAMED_IMAGES                                                                               \
  "(SELECT i.image_id\n"                                                                           \
  "   FROM disk_fact AS k\n"                                                                       \
  "   JOIN domain AS d ON d.domain_id = k.domain_id\n"                                             \
  "   JOIN image AS i ON i.hypervisor_id = d.hypervisor_id AND i.path = k.image_path\n"            \
  "  WHERE k.until_scan IS NULL OR k.until_scan > :scan_id\n"                                      \
  "  UNION\n"                                                                                      \
  " SELECT i.image_id\n"                                                                           \
  "   FROM image_fact AS o\n"                                                                      \
  "   JOIN image AS u ON u.image_id = o.image_id\n"                                                \
  "   JOIN image AS i ON i.hypervisor_id = u.hypervisor_id AND i.path = o.backing_image\n"         \
  "  WHERE o.until_scan IS NULL OR o.until_scan > :scan_id)"

/* The last of an image that no scan finds any more, but is in use: who shares it is told still. */
static const char IMAGE_FACTS[] =
    "DELETE FROM image_fact AS f\n"
    " WHERE f.until_scan <= :scan_id\n"
    "   AND NOT (f.image_id IN " NAMED_IMAGES "\n"
    "            AND f.since_scan = (SELECT max(since_scan)\n"
    "                                  FROM image_fact\n"
    "                                 WHERE image_id = f.image_id AND since_scan <= :scan_id))";

static const char FINDING_FACTS[] =
    "DELETE FROM finding_fact AS f\n"
    " WHERE f.until_audit <= :audit_id\n"
    "   AND NOT (f.finding_id IN (SELECT finding_id\n"
    "                               FROM finding_fact\n"
    "                              WHERE until_audit IS NULL OR until_audit > :audit_id)\n"
    "            AND f.since_audit = (SELECT min(since_audit)\n"
    "                                   FROM finding_fact\n"
    "                                  WHERE finding_id = f.finding_id))";

static const char FINDINGS[] = "DELETE FROM finding\n"
                               " WHERE finding_id NOT IN (SELECT finding_id FROM finding_fact)";

static const char ROOTS[] = "DELETE FROM root\n"
                            " WHERE root_id NOT IN (SELECT root_id FROM root_fact)\n"
                            "   AND root_id NOT IN (SELECT root_id FROM identity_fact)\n"
                            "   AND root_id NOT IN (SELECT root_id FROM host_key_fact)\n"
                            "   AND root_id NOT IN (SELECT root_id FROM cloud_init_fact)";

static const char GUESTS[] = "DELETE FROM guest\n"
                             " WHERE guest_id NOT IN (SELECT guest_id FROM guest_fact)\n"
                             "   AND guest_id NOT IN (SELECT guest_id FROM root)";

static const char IMAGES[] = "DELETE FROM image\n"
                             " WHERE image_id NOT IN (SELECT image_id FROM image_fact)";

static const char DOMAINS[] =
    "DELETE FROM domain\n"
    " WHERE domain_id NOT IN (SELECT domain_id FROM domain_fact)\n"
    "   AND domain_id NOT IN (SELECT domain_id FROM baseline)\n"
    "   AND domain_id NOT IN (SELECT domain_id FROM finding_fact WHERE domain_id IS NOT NULL)";

/* What was accepted of one that has moved counts where it is now. */
#define FORGOTTEN_DOMAINS                                                                          \
  "(SELECT domain_id FROM domain\n"                                                                \
  "  WHERE domain_id NOT IN (SELECT domain_id FROM domain_fact)\n"                                 \
  "    AND domain_id NOT IN (SELECT former_id FROM former_domains))"

static const char BASELINE_KEYS[] =
    "DELETE FROM baseline_key\n"
    " WHERE baseline_id IN (SELECT baseline_id\n"
    "                         FROM baseline\n"
    "                        WHERE domain_id IN " FORGOTTEN_DOMAINS ")";

static const char BASELINES[] = "DELETE FROM baseline\n"
                                " WHERE domain_id IN " FORGOTTEN_DOMAINS;

static const char NOTES[] = "DELETE FROM note WHERE scan_id < :scan_id";

static const char AUDITS[] =
    "DELETE FROM audit\n"
    " WHERE audit_id < :audit_id\n"
    "   AND audit_id NOT IN (SELECT since_audit FROM finding_fact\n"
    "                         UNION\n"
    "                        SELECT until_audit FROM finding_fact WHERE until_audit IS NOT NULL)";

/*
 * Scans that a fact begins or ends with stay. So do the last of each hypervisor and status, at the
 * point as today, and the last complete one before a fact ended that stayed: it saw it last.
 */
static const char SCANS[] =
    "WITH interval (since, until) AS (\n"
    "  SELECT since_scan, until_scan FROM hypervisor_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM domain_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM domain_xml\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM disk_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM interface_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM filesystem_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM image_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM guest_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM root_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM identity_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM sshd_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM host_key_fact\n"
    "   UNION ALL\n"
    "  SELECT first_scan, NULL FROM host_key_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM account_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM authorized_key_fact\n"
    "   UNION ALL\n"
    "  SELECT first_scan, NULL FROM authorized_key_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM key_source_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM cloud_init_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM seed_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM seed_user_fact\n"
    "   UNION ALL\n"
    "  SELECT since_scan, until_scan FROM seed_key_fact\n"
    "),\n"
    "-- Of what ended and stayed.\n"
    "ended (domain_id, until) AS (\n"
    "  SELECT g.domain_id, f.until_scan\n"
    "    FROM guest_fact AS f\n"
    "    JOIN guest AS g ON g.guest_id = f.guest_id\n"
    "   WHERE f.until_scan <= :scan_id\n"
    "   UNION\n"
    "  SELECT domain_id, until_scan FROM identity_fact WHERE until_scan <= :scan_id\n"
    "   UNION\n"
    "  SELECT domain_id, until_scan FROM host_key_fact WHERE until_scan <= :scan_id\n"
    "),\n"
    "needed (scan_id) AS MATERIALIZED (\n"
    "  SELECT since FROM interval\n"
    "   UNION\n"
    "  SELECT until FROM interval WHERE until IS NOT NULL\n"
    "   UNION\n"
    "  SELECT scan_id FROM audit WHERE scan_id IS NOT NULL\n"
    "   UNION\n"
    "  SELECT scan_id FROM baseline WHERE scan_id IS NOT NULL\n"
    "   UNION\n"
    "  SELECT max(scan_id) FROM scan WHERE scan_id <= :scan_id GROUP BY hypervisor_id, status\n"
    "   UNION\n"
    "  SELECT ifnull((SELECT max(s.scan_id)\n"
    "                   FROM scan AS s\n"
    "                  WHERE s.hypervisor_id = d.hypervisor_id AND s.status = 'complete'\n"
    "                    AND s.scan_id < e.until), 0)\n"
    "    FROM ended AS e\n"
    "    JOIN domain AS d ON d.domain_id = e.domain_id\n"
    ")\n"
    "DELETE FROM scan\n"
    " WHERE scan_id < :scan_id\n"
    "   AND scan_id NOT IN (SELECT scan_id FROM needed)";

static const char HYPERVISORS[] =
    "DELETE FROM hypervisor\n"
    " WHERE hypervisor_id NOT IN (SELECT hypervisor_id FROM hypervisor_fact)\n"
    "   AND hypervisor_id NOT IN (SELECT hypervisor_id FROM domain)\n"
    "   AND hypervisor_id NOT IN (SELECT hypervisor_id FROM image)\n"
    "   AND hypervisor_id NOT IN (SELECT hypervisor_id FROM scan\n"
    "                              WHERE hypervisor_id IS NOT NULL)";

const struct prune_table prune_tables[] = {
    {"identity_fact", IDENTITIES},
    {"sshd_fact", ENDED("sshd_fact")},
    {"host_key_fact", HOST_KEYS},
    {"account_fact", ENDED("account_fact")},
    {"authorized_key_fact", ENDED("authorized_key_fact")},
    {"key_source_fact", ENDED("key_source_fact")},
    {"cloud_init_fact", CLOUD_INITS},
    {"seed_key_fact", ENDED("seed_key_fact")},
    {"seed_user_fact", ENDED("seed_user_fact")},
    {"seed_fact", ENDED("seed_fact")},
    {"root_fact", ROOT_FACTS},
    {"guest_fact", GUEST_FACTS},
    {"image_fact", IMAGE_FACTS},
    {"filesystem_fact", ENDED("filesystem_fact")},
    {"interface_fact", ENDED("interface_fact")},
    {"value_holder", VALUE_HOLDERS},
    {"disk_fact", ENDED("disk_fact")},
    {"domain_xml", ENDED("domain_xml")},
    {"domain_fact", DOMAIN_FACTS},
    {"hypervisor_fact", ENDED("hypervisor_fact")},
    {"finding_fact", FINDING_FACTS},
    {"finding", FINDINGS},
    {"root", ROOTS},
    {"guest", GUESTS},
    {"image", IMAGES},
    {"baseline_key", BASELINE_KEYS},
    {"baseline", BASELINES},
    {"domain", DOMAINS},
    {"note", NOTES},
    {"audit", AUDITS},
    {"scan", SCANS},
    {"hypervisor", HYPERVISORS},
    {0},
};
