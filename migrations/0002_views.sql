-- SPDX-License-Identifier: Apache-2.0
-- The views: what users may rely on. docs/schema.md describes every column. Times are UTC, ISO 8601. CROSS JOIN keeps
-- SQLite to the order written, where it cannot know that few images back onto one and many are on one hypervisor.

CREATE VIEW scans AS
SELECT s.scan_id,
       s.hypervisor_id,
       s.uri,
       s.status,
       s.error,
       s.domains,
       s.images,
       s.guests,
       strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch') AS collected_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', s.ingested_at, 'unixepoch') AS ingested_at,
       s.tool
  FROM scan AS s;

-- Hosts of one name are told apart by their UUIDs, for findings name their subjects by it. A few digits would not do:
-- all UUIDs of a maker may begin alike.
CREATE VIEW hypervisors AS
SELECT h.hypervisor_id,
       CASE WHEN h.hostname = '' THEN f.uri
            ELSE lower(h.driver) || '://' || h.hostname || '/' || ltrim(h.scope, '/')
                 || iif(h.host_uuid <> '' AND EXISTS (SELECT 1
                                                        FROM hypervisor AS o
                                                       WHERE o.hostname = h.hostname AND o.driver = h.driver
                                                         AND o.scope = h.scope AND o.host_uuid <> h.host_uuid),
                        '#' || h.host_uuid, '') END AS name,
       f.uri,
       h.hostname,
       h.driver,
       f.libvirt_version,
       strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch') AS last_scan_at,
       s.status AS last_status,
       s.error AS last_error
  FROM hypervisor AS h
  JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id AND f.until_scan IS NULL
  LEFT JOIN scan AS s ON s.scan_id = (SELECT max(scan_id) FROM scan WHERE hypervisor_id = h.hypervisor_id);

-- When something that is current since a scan was last seen: by the newest complete scan of its hypervisor.
CREATE VIEW last_complete_scan AS
SELECT hypervisor_id, max(scan_id) AS scan_id
  FROM scan
 WHERE status = 'complete'
 GROUP BY hypervisor_id;

CREATE VIEW domains AS
SELECT d.domain_id,
       h.name AS hypervisor,
       d.uuid,
       f.name,
       f.state,
       f.virt_type,
       f.os_type,
       f.virtualization,
       f.arch,
       f.machine,
       f.vcpus,
       f.memory_kib,
       f.template_evidence IS NOT NULL
         OR EXISTS (SELECT 1
                      FROM disk_fact AS k
                     CROSS JOIN image_fact AS o ON o.backing_image = k.image_path AND o.until_scan IS NULL
                     CROSS JOIN image AS i ON i.image_id = o.image_id AND i.hypervisor_id = d.hypervisor_id
                     WHERE k.domain_id = d.domain_id AND k.until_scan IS NULL) AS is_template,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch')
          FROM scan AS s
         WHERE s.scan_id = (SELECT min(since_scan) FROM domain_fact WHERE domain_id = d.domain_id)) AS first_seen,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch')
          FROM scan AS s
         WHERE s.scan_id = max(f.since_scan, ifnull(c.scan_id, 0))) AS last_seen
  FROM domain AS d
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
  LEFT JOIN last_complete_scan AS c ON c.hypervisor_id = d.hypervisor_id;

CREATE VIEW disks AS
SELECT k.domain_id,
       f.name AS domain,
       k.target,
       k.bus,
       k.device,
       k.image_path,
       k.declared_format,
       g.format,
       g.provisioning,
       g.virtual_size,
       g.allocated,
       g.backing_path,
       g.chain_depth
  FROM disk_fact AS k
  JOIN domain AS d ON d.domain_id = k.domain_id
  JOIN domain_fact AS f ON f.domain_id = k.domain_id AND f.until_scan IS NULL
  LEFT JOIN image AS i ON i.hypervisor_id = d.hypervisor_id AND i.path = k.image_path
  LEFT JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
 WHERE k.until_scan IS NULL;

CREATE VIEW interfaces AS
SELECT n.domain_id, f.name AS domain, n.position, n.mac, n.type, n.source, n.model, n.target
  FROM interface_fact AS n
  JOIN domain_fact AS f ON f.domain_id = n.domain_id AND f.until_scan IS NULL
 WHERE n.until_scan IS NULL;

CREATE VIEW filesystems AS
SELECT n.domain_id, f.name AS domain, n.position, n.type, n.source, n.target, n.readonly
  FROM filesystem_fact AS n
  JOIN domain_fact AS f ON f.domain_id = n.domain_id AND f.until_scan IS NULL
 WHERE n.until_scan IS NULL;

CREATE VIEW images AS
SELECT i.image_id,
       h.name AS hypervisor,
       i.path,
       g.format,
       g.virtual_size,
       g.apparent_size,
       g.allocated,
       g.provisioning,
       g.backing_path,
       (SELECT count(*)
          FROM disk_fact AS k
         CROSS JOIN domain AS d ON d.domain_id = k.domain_id
         WHERE k.image_path = i.path AND k.until_scan IS NULL AND d.hypervisor_id = i.hypervisor_id)
       + (SELECT count(*)
            FROM image_fact AS o
           CROSS JOIN image AS u ON u.image_id = o.image_id
           WHERE o.backing_image = i.path AND o.until_scan IS NULL AND u.hypervisor_id = i.hypervisor_id) AS used_by_count
  FROM image AS i
  JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = i.hypervisor_id;

-- Every image of a disk's chain, the top one at depth 0.
CREATE VIEW chains AS
WITH RECURSIVE chain (domain_id, target, hypervisor_id, depth, path) AS (
  SELECT k.domain_id, k.target, d.hypervisor_id, 0, k.image_path
    FROM disk_fact AS k
    JOIN domain AS d ON d.domain_id = k.domain_id
   WHERE k.until_scan IS NULL AND k.image_path IS NOT NULL
   UNION ALL
  SELECT c.domain_id, c.target, c.hypervisor_id, c.depth + 1, g.backing_image
    FROM chain AS c
    JOIN image AS i ON i.hypervisor_id = c.hypervisor_id AND i.path = c.path
    JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
   WHERE g.backing_image IS NOT NULL AND c.depth < 32
)
SELECT c.domain_id, c.target, c.depth, c.path, i.image_id, g.status, g.format, g.file_id
  FROM chain AS c
  LEFT JOIN image AS i ON i.hypervisor_id = c.hypervisor_id AND i.path = c.path
  LEFT JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL;

-- One row per root of a guest, or one without a root's columns while none was read.
CREATE VIEW guests AS
SELECT g.domain_id,
       f.name AS domain,
       g.road,
       s.status,
       s.detail,
       p.hostname,
       p.os_id,
       p.os_version,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', n.collected_at, 'unixepoch')
          FROM scan AS n
         WHERE n.scan_id = CASE WHEN s.status = 'ok' THEN max(s.since_scan, ifnull(c.scan_id, 0))
                                -- what was read last, and the last complete scan that still found it so
                                ELSE (SELECT max(o.since_scan,
                                                 ifnull((SELECT max(scan_id)
                                                           FROM scan
                                                          WHERE hypervisor_id = d.hypervisor_id AND status = 'complete'
                                                            AND scan_id < o.until_scan), 0))
                                        FROM guest_fact AS o
                                       WHERE o.guest_id = g.guest_id AND o.status = 'ok'
                                       ORDER BY o.since_scan DESC
                                       LIMIT 1) END) AS read_at,
       r.root,
       p.os_name,
       p.filesystem,
       p.fs_uuid,
       p.marks
  FROM guest AS g
  JOIN domain AS d ON d.domain_id = g.domain_id
  JOIN domain_fact AS f ON f.domain_id = g.domain_id AND f.until_scan IS NULL
  JOIN guest_fact AS s ON s.guest_id = g.guest_id AND s.until_scan IS NULL
  LEFT JOIN last_complete_scan AS c ON c.hypervisor_id = d.hypervisor_id
  LEFT JOIN (root AS r JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL)
    ON r.guest_id = g.guest_id;

CREATE VIEW identities AS
SELECT e.domain_id,
       f.name AS domain,
       e.kind,
       e.value,
       e.state,
       g.road AS source,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch')
          FROM scan AS s
         WHERE s.scan_id = e.since_scan) AS since
  FROM identity_fact AS e
  JOIN root AS r ON r.root_id = e.root_id
  JOIN guest AS g ON g.guest_id = r.guest_id
  JOIN domain_fact AS f ON f.domain_id = e.domain_id AND f.until_scan IS NULL
 WHERE e.until_scan IS NULL;

-- One row per domain, or per root where a domain holds several systems; NULL states while none was read.
CREATE VIEW machine_ids AS
SELECT d.domain_id,
       f.name AS domain,
       h.name AS hypervisor,
       m.value AS machine_id,
       m.state AS machine_id_state,
       b.value AS dbus_machine_id,
       b.state AS dbus_state,
       CASE WHEN b.same_file_as IS NOT NULL THEN 'hardlink' ELSE b.link END AS dbus_link
  FROM domain AS d
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
  LEFT JOIN guest AS g ON g.domain_id = d.domain_id
  LEFT JOIN root AS r ON r.guest_id = g.guest_id
        AND EXISTS (SELECT 1 FROM root_fact WHERE root_id = r.root_id AND until_scan IS NULL)
  LEFT JOIN identity_fact AS m ON m.root_id = r.root_id AND m.kind = 'machine-id' AND m.until_scan IS NULL
  LEFT JOIN identity_fact AS b ON b.root_id = r.root_id AND b.kind = 'dbus-machine-id' AND b.until_scan IS NULL;

-- The operating systems read inside domains: whose each is, and by which subject findings name it.
CREATE VIEW systems AS
SELECT r.root_id,
       r.root,
       g.road,
       d.domain_id,
       d.hypervisor_id,
       f.name AS domain,
       h.name AS hypervisor,
       d.uuid,
       f.state,
       f.virt_type,
       f.arch,
       p.fs_uuid,
       -- what the firmware tells the guest: systemd makes its first machine ID of it
       lower(replace(ifnull(f.smbios_uuid, d.uuid), '-', '')) AS product_id,
       -- top image of the disk that the root is on: vda of vda1, nvme0n1 of nvme0n1p2
       (SELECT k.image_path
          FROM disk_fact AS k
         WHERE k.domain_id = d.domain_id AND k.until_scan IS NULL AND k.device IN ('disk', 'lun')
           AND k.target = substr(r.root, 1, length(k.target))
           AND ltrim(substr(r.root, length(k.target) + 1), 'p0123456789') = ''
         ORDER BY length(k.target) DESC
         LIMIT 1) AS image_path,
       h.name || '/' || d.uuid || '/' || r.root AS subject
  FROM root AS r
  JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL
  JOIN guest AS g ON g.guest_id = r.guest_id
  JOIN domain AS d ON d.domain_id = g.domain_id
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;

-- What makes a domain a template, one row per reason: its title, its metadata, the configuration, or a disk of
-- it that other images back onto, whose image is named.
CREATE VIEW templates AS
SELECT domain_id, template_evidence AS reason, NULL AS image_path
  FROM domain_fact
 WHERE until_scan IS NULL AND template_evidence IS NOT NULL
 UNION ALL
SELECT k.domain_id, 'backing', k.image_path
  FROM disk_fact AS k
  JOIN domain AS d ON d.domain_id = k.domain_id
 WHERE k.until_scan IS NULL
   AND EXISTS (SELECT 1
                 FROM image_fact AS o
                CROSS JOIN image AS i ON i.image_id = o.image_id
                WHERE o.backing_image = k.image_path AND o.until_scan IS NULL
                  AND i.hypervisor_id = d.hypervisor_id);

-- Who uses an image: the disks on it, and the images that back onto it (overlay).
CREATE VIEW image_users AS
SELECT i.image_id, k.domain_id, f.name AS domain, k.target, NULL AS overlay
  FROM image AS i
 CROSS JOIN disk_fact AS k ON k.image_path = i.path AND k.until_scan IS NULL
 CROSS JOIN domain AS d ON d.domain_id = k.domain_id AND d.hypervisor_id = i.hypervisor_id
 CROSS JOIN domain_fact AS f ON f.domain_id = k.domain_id AND f.until_scan IS NULL
 UNION ALL
SELECT i.image_id, NULL, NULL, NULL, u.path
  FROM image AS i
 CROSS JOIN image_fact AS o ON o.backing_image = i.path AND o.until_scan IS NULL
 CROSS JOIN image AS u ON u.image_id = o.image_id AND u.hypervisor_id = i.hypervisor_id;

-- Images as findings tell of them: by which subject, and of which domain when it is the only user.
CREATE VIEW used_images AS
SELECT i.image_id,
       i.hypervisor_id,
       h.name AS hypervisor,
       i.path,
       h.name || ':' || i.path AS subject,
       (SELECT iif(count(overlay) = 0 AND min(domain_id) = max(domain_id), min(domain_id), NULL)
          FROM image_users
         WHERE image_id = i.image_id) AS domain_id,
       (SELECT count(*) FROM image_users WHERE image_id = i.image_id) AS user_count
  FROM image AS i
  JOIN hypervisors AS h ON h.hypervisor_id = i.hypervisor_id;

-- What the next boot makes the machine ID where /etc/machine-id holds none, in systemd's order: the kernel command
-- line, the D-Bus copy unless it is a link, what a container's manager or a virtual machine's firmware
-- says, a random one.
CREATE VIEW next_machine_ids AS
SELECT root_id,
       CASE WHEN cmdline IS NOT NULL THEN 'kernel command line'
            WHEN dbus IS NOT NULL THEN 'D-Bus copy'
            WHEN virt_type = 'lxc' THEN 'container UUID'
            WHEN has_firmware THEN 'product UUID'
            ELSE 'random' END AS source,
       coalesce(cmdline, dbus, iif(has_firmware OR virt_type = 'lxc', product_id, NULL)) AS value
  FROM (SELECT s.root_id,
               s.virt_type,
               s.product_id,
               s.virt_type IN ('kvm', 'qemu', 'xen') AND ifnull(s.arch, '') NOT LIKE 's390%'
                 -- systemd.machine_id=firmware
                 OR EXISTS (SELECT 1
                              FROM identity_fact
                             WHERE root_id = s.root_id AND kind = 'cmdline-machine-id' AND until_scan IS NULL
                               AND state = 'valid' AND value IS NULL) AS has_firmware,
               (SELECT min(value)
                  FROM identity_fact
                 WHERE root_id = s.root_id AND kind = 'cmdline-machine-id' AND until_scan IS NULL) AS cmdline,
               (SELECT value
                  FROM identity_fact
                 WHERE root_id = s.root_id AND kind = 'dbus-machine-id' AND until_scan IS NULL AND link IS NULL
                   AND state IN ('valid', 'valid-no-newline', 'valid-uppercase')) AS dbus
          FROM systems AS s);

-- The rows marked as shared are all that grouping must look at.
CREATE VIEW shared_machine_ids AS
SELECT value AS machine_id, count(DISTINCT domain_id) AS domains
  FROM identity_fact
 WHERE until_scan IS NULL AND shared = 1 AND state IN ('valid', 'valid-no-newline', 'valid-uppercase')
 GROUP BY value
HAVING min(domain_id) <> max(domain_id);

CREATE VIEW ssh_host_keys AS
SELECT NULL AS domain_id, NULL AS domain, NULL AS algorithm, NULL AS bits, NULL AS fingerprint, NULL AS comment, NULL AS path
 WHERE 0;

CREATE VIEW authorized_keys AS
SELECT NULL AS domain_id, NULL AS domain, NULL AS user, NULL AS uid, NULL AS algorithm, NULL AS bits,
       NULL AS fingerprint, NULL AS options, NULL AS comment, NULL AS key_file, NULL AS line, NULL AS effective
 WHERE 0;

CREATE VIEW findings AS
SELECT f.finding_id,
       f.rule,
       p.severity,
       CASE WHEN p.until_audit IS NULL THEN 'open' ELSE 'resolved' END AS status,
       f.subject,
       n.name AS domain,
       p.title,
       p.detail,
       p.evidence,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', a.at, 'unixepoch')
          FROM audit AS a
         WHERE a.audit_id = (SELECT min(since_audit) FROM finding_fact WHERE finding_id = f.finding_id)) AS first_seen,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', a.at, 'unixepoch')
          FROM audit AS a
         WHERE a.audit_id = (SELECT max(audit_id) FROM audit
                              WHERE p.until_audit IS NULL OR audit_id < p.until_audit)) AS last_seen
  FROM finding AS f
  JOIN finding_fact AS p ON p.finding_id = f.finding_id
        AND p.since_audit = (SELECT max(since_audit) FROM finding_fact WHERE finding_id = f.finding_id)
  LEFT JOIN domain_fact AS n ON n.domain_id = p.domain_id
        AND n.since_scan = (SELECT max(since_scan) FROM domain_fact WHERE domain_id = p.domain_id);

CREATE VIEW changes AS
SELECT NULL AS change_id, NULL AS at, NULL AS actor, NULL AS action, NULL AS domain, NULL AS target,
       NULL AS before_hash, NULL AS after_hash, NULL AS state, NULL AS undo_of
 WHERE 0;

PRAGMA user_version = 2;
