-- SPDX-License-Identifier: Apache-2.0
-- The views once several roads lead into a guest. Of these one counts, the effective one, and rules and machine IDs go
-- by that alone.

DROP VIEW scans;
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
       s.tool,
       s.duration_ms / 1000.0 AS seconds
  FROM scan AS s;

-- Hosts of one name are told apart by their UUIDs, for findings name their subjects by it. A few digits would not do:
-- all UUIDs of a maker may begin alike.
DROP VIEW hypervisors;
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
       s.error AS last_error,
       h.configured_as,
       f.labels,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', c.collected_at, 'unixepoch')
          FROM scan AS c
         WHERE c.hypervisor_id = h.hypervisor_id AND c.status = 'complete'
         ORDER BY c.scan_id DESC
         LIMIT 1) AS last_complete_at,
       s.duration_ms / 1000.0 AS last_seconds
  FROM hypervisor AS h
  JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id AND f.until_scan IS NULL
  LEFT JOIN scan AS s ON s.scan_id = (SELECT max(scan_id) FROM scan WHERE hypervisor_id = h.hypervisor_id);

DROP VIEW domains;
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
         WHERE s.scan_id = max(f.since_scan, ifnull(c.scan_id, 0))) AS last_seen,
       f.agent
  FROM domain AS d
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
  LEFT JOIN last_complete_scan AS c ON c.hypervisor_id = d.hypervisor_id;

DROP VIEW filesystems;
CREATE VIEW filesystems AS
SELECT n.domain_id, f.name AS domain, n.position, n.type, n.source, n.target, n.readonly, n.is_root
  FROM filesystem_fact AS n
  JOIN domain_fact AS f ON f.domain_id = n.domain_id AND f.until_scan IS NULL
 WHERE n.until_scan IS NULL;

-- The guest of each domain that counts: of those with a system, one that was read by the last attempt, else the one
-- that was read most recently; of equal ones the agent's, which sees what is mounted over what, comes first.
CREATE VIEW effective_guests AS
SELECT g.guest_id, g.domain_id, g.road
  FROM guest AS g
 WHERE g.guest_id = (SELECT o.guest_id
                       FROM guest AS o
                      CROSS JOIN guest_fact AS s ON s.guest_id = o.guest_id AND s.status = 'ok'
                      WHERE o.domain_id = g.domain_id
                        AND EXISTS (SELECT 1
                                      FROM root AS r
                                     CROSS JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL
                                     WHERE r.guest_id = o.guest_id)
                      ORDER BY s.until_scan IS NOT NULL, s.until_scan DESC,
                               CASE o.road WHEN 'agent' THEN 0 WHEN 'rootfs' THEN 1 ELSE 2 END
                      LIMIT 1);

-- What the last attempts to read each domain came to: of all roads that were gone, the one that led there, else the one
-- that sees most.
CREATE VIEW guest_outcomes AS
SELECT g.guest_id, g.domain_id, g.road, s.status
  FROM guest AS g
  JOIN guest_fact AS s ON s.guest_id = g.guest_id AND s.until_scan IS NULL
 WHERE g.guest_id = (SELECT o.guest_id
                       FROM guest AS o
                      CROSS JOIN guest_fact AS t ON t.guest_id = o.guest_id AND t.until_scan IS NULL
                      WHERE o.domain_id = g.domain_id
                      ORDER BY t.status <> 'ok',
                               CASE o.road WHEN 'agent' THEN 0 WHEN 'rootfs' THEN 1 ELSE 2 END
                      LIMIT 1);

-- One row per root of a guest, or one without a root's columns while none was read.
DROP VIEW guests;
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
       p.marks,
       EXISTS (SELECT 1 FROM effective_guests WHERE guest_id = g.guest_id) AS effective
  FROM guest AS g
  JOIN domain AS d ON d.domain_id = g.domain_id
  JOIN domain_fact AS f ON f.domain_id = g.domain_id AND f.until_scan IS NULL
  JOIN guest_fact AS s ON s.guest_id = g.guest_id AND s.until_scan IS NULL
  LEFT JOIN last_complete_scan AS c ON c.hypervisor_id = d.hypervisor_id
  LEFT JOIN root AS r ON r.guest_id = g.guest_id
        AND EXISTS (SELECT 1 FROM root_fact WHERE root_id = r.root_id AND until_scan IS NULL)
  LEFT JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL;

DROP VIEW identities;
CREATE VIEW identities AS
SELECT e.domain_id,
       f.name AS domain,
       e.kind,
       e.value,
       e.state,
       g.road AS source,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch')
          FROM scan AS s
         WHERE s.scan_id = e.since_scan) AS since,
       r.root,
       EXISTS (SELECT 1 FROM effective_guests WHERE guest_id = g.guest_id) AS effective
  FROM identity_fact AS e
  JOIN root AS r ON r.root_id = e.root_id
  JOIN guest AS g ON g.guest_id = r.guest_id
  JOIN domain_fact AS f ON f.domain_id = e.domain_id AND f.until_scan IS NULL
 WHERE e.until_scan IS NULL;

-- One row per domain, or per root where a domain holds several systems; NULL states while none was read.
DROP VIEW machine_ids;
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
  LEFT JOIN effective_guests AS g ON g.domain_id = d.domain_id
  LEFT JOIN root AS r ON r.guest_id = g.guest_id
        AND EXISTS (SELECT 1 FROM root_fact WHERE root_id = r.root_id AND until_scan IS NULL)
  LEFT JOIN identity_fact AS m ON m.root_id = r.root_id AND m.kind = 'machine-id' AND m.until_scan IS NULL
  LEFT JOIN identity_fact AS b ON b.root_id = r.root_id AND b.kind = 'dbus-machine-id' AND b.until_scan IS NULL;

-- Roots of effective guests. What an agent cannot tell of its root, where it is and what it is on, is that of the one
-- system which the disk road has found in the domain.
CREATE VIEW effective_roots AS
SELECT r.root_id,
       r.root,
       g.guest_id,
       g.road,
       g.domain_id,
       p.fs_uuid,
       p.marks,
       CASE g.road WHEN 'disk' THEN r.root_id
                   WHEN 'agent' THEN (SELECT iif(min(o.root_id) = max(o.root_id), min(o.root_id), NULL)
                                        FROM guest AS w
                                       CROSS JOIN root AS o ON o.guest_id = w.guest_id
                                       CROSS JOIN root_fact AS q ON q.root_id = o.root_id AND q.until_scan IS NULL
                                       WHERE w.domain_id = g.domain_id AND w.road = 'disk') END AS disk_root_id
  FROM effective_guests AS g
  JOIN root AS r ON r.guest_id = g.guest_id
  JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL;

-- The operating systems read inside domains: whose each is, and by which subject findings name it: by its domain's
-- name where it is the only one there, for that stays while the road to it changes.
DROP VIEW systems;
CREATE VIEW systems AS
SELECT r.root_id,
       r.root,
       r.road,
       d.domain_id,
       d.hypervisor_id,
       f.name AS domain,
       h.name AS hypervisor,
       d.uuid,
       f.state,
       f.virt_type,
       f.arch,
       ifnull(r.fs_uuid, (SELECT fs_uuid FROM root_fact WHERE root_id = r.disk_root_id AND until_scan IS NULL)) AS fs_uuid,
       -- what the firmware tells the guest: systemd makes its first machine ID of it
       lower(replace(ifnull(f.smbios_uuid, d.uuid), '-', '')) AS product_id,
       -- top image of the disk that the root is on: vda of vda1, nvme0n1 of nvme0n1p2
       (SELECT k.image_path
          FROM disk_fact AS k
         CROSS JOIN root AS o ON o.root_id = r.disk_root_id
         WHERE k.domain_id = d.domain_id AND k.until_scan IS NULL AND k.device IN ('disk', 'lun')
           AND k.target = substr(o.root, 1, length(k.target))
           AND ltrim(substr(o.root, length(k.target) + 1), 'p0123456789') = ''
         ORDER BY length(k.target) DESC
         LIMIT 1) AS image_path,
       h.name || '/' || d.uuid
         || iif((SELECT count(*)
                   FROM root AS o
                  CROSS JOIN root_fact AS q ON q.root_id = o.root_id AND q.until_scan IS NULL
                  WHERE o.guest_id = r.guest_id) > 1, '/' || r.root, '') AS subject,
       r.marks,
       r.disk_root_id
  FROM effective_roots AS r
  JOIN domain AS d ON d.domain_id = r.domain_id
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;

-- What the next boot makes the machine ID where /etc/machine-id holds none, in systemd's order: the kernel command
-- line, the D-Bus copy unless it is a link, what a container's manager or a virtual machine's firmware
-- says, a random one. An agent tells neither of links nor of the command line: there the disk does, and without it a
-- D-Bus copy leaves open what comes.
DROP VIEW next_machine_ids;
CREATE VIEW next_machine_ids AS
SELECT root_id,
       CASE WHEN cmdline IS NOT NULL THEN 'kernel command line'
            WHEN dbus IS NOT NULL AND is_link IS NOT 1 THEN iif(is_link IS NULL, 'unknown', 'D-Bus copy')
            WHEN virt_type = 'lxc' THEN 'container UUID'
            WHEN has_firmware THEN 'product UUID'
            ELSE 'random' END AS source,
       CASE WHEN cmdline IS NOT NULL THEN cmdline
            WHEN dbus IS NOT NULL AND is_link IS NOT 1 THEN iif(is_link IS NULL, NULL, dbus)
            WHEN has_firmware OR virt_type = 'lxc' THEN product_id END AS value
  FROM (SELECT s.root_id,
               s.virt_type,
               s.product_id,
               s.virt_type IN ('kvm', 'qemu', 'xen') AND ifnull(s.arch, '') NOT LIKE 's390%'
                 -- systemd.machine_id=firmware
                 OR EXISTS (SELECT 1
                              FROM identity_fact
                             WHERE root_id IN (s.root_id, s.disk_root_id) AND kind = 'cmdline-machine-id'
                               AND until_scan IS NULL AND state = 'valid' AND value IS NULL) AS has_firmware,
               (SELECT min(value)
                  FROM identity_fact
                 WHERE root_id IN (s.root_id, s.disk_root_id) AND kind = 'cmdline-machine-id'
                   AND until_scan IS NULL) AS cmdline,
               (SELECT value
                  FROM identity_fact
                 WHERE root_id = s.root_id AND kind = 'dbus-machine-id' AND until_scan IS NULL
                   AND state IN ('valid', 'valid-no-newline', 'valid-uppercase')) AS dbus,
               (SELECT link IS NOT NULL
                  FROM identity_fact
                 WHERE root_id = iif(s.road = 'agent', s.disk_root_id, s.root_id) AND kind = 'dbus-machine-id'
                   AND until_scan IS NULL) AS is_link
          FROM systems AS s);

-- The rows marked as shared are all that grouping must look at.
DROP VIEW shared_machine_ids;
CREATE VIEW shared_machine_ids AS
SELECT e.value AS machine_id, count(DISTINCT e.domain_id) AS domains
  FROM identity_fact AS e
 CROSS JOIN root AS r ON r.root_id = e.root_id
 CROSS JOIN effective_guests AS g ON g.guest_id = r.guest_id
 WHERE e.until_scan IS NULL AND e.shared = 1 AND e.state IN ('valid', 'valid-no-newline', 'valid-uppercase')
 GROUP BY e.value
HAVING min(e.domain_id) <> max(e.domain_id);

-- Disks that a domain writes to and shares with nobody by intention, with what tells one from another. Files are told
-- by inode within one host; another host that shares them may know them by another device, but by the same inode.
CREATE VIEW own_disks AS
SELECT k.domain_id,
       k.target,
       k.source_type,
       ifnull(k.image_path, k.source) AS source,
       iif(h.host_uuid = '', h.hostname, h.host_uuid) AS host,
       g.file_id,
       iif(k.source_type = 'block', NULL, substr(g.file_id, instr(g.file_id, ':') + 1)) AS inode,
       g.virtual_size
  FROM disk_fact AS k
  JOIN domain AS d ON d.domain_id = k.domain_id
  JOIN hypervisor AS h ON h.hypervisor_id = d.hypervisor_id
  LEFT JOIN image AS i ON i.hypervisor_id = d.hypervisor_id AND i.path = k.image_path
  LEFT JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
 WHERE k.until_scan IS NULL AND k.device IN ('disk', 'lun') AND ifnull(k.image_path, k.source) IS NOT NULL
   AND k.readonly IS NOT 1 AND k.shareable IS NOT 1;

-- Pairs of domains that have one UUID on two hypervisors, and whether they write to the same storage: then they are one
-- guest, seen twice.
CREATE VIEW twins AS
SELECT a.domain_id,
       b.domain_id AS twin_id,
       a.uuid,
       CASE WHEN EXISTS (SELECT 1
                           FROM own_disks AS k
                          CROSS JOIN own_disks AS o
                          WHERE k.domain_id = a.domain_id AND o.domain_id = b.domain_id
                            AND CASE WHEN k.host = o.host AND k.file_id IS NOT NULL AND o.file_id IS NOT NULL
                                       THEN k.file_id = o.file_id
                                     WHEN k.inode IS NOT NULL AND o.inode IS NOT NULL
                                       THEN k.inode = o.inode
                                            AND (k.source = o.source OR k.virtual_size = o.virtual_size)
                                     ELSE k.source_type = o.source_type AND k.source = o.source END) THEN 'same'
            WHEN EXISTS (SELECT 1 FROM own_disks WHERE domain_id = a.domain_id)
                 AND EXISTS (SELECT 1 FROM own_disks WHERE domain_id = b.domain_id) THEN 'different'
            ELSE 'unknown' END AS storage
  FROM domain AS a
  JOIN domain AS b ON b.uuid = a.uuid AND b.hypervisor_id <> a.hypervisor_id
 WHERE EXISTS (SELECT 1
                 FROM domain_fact AS f
                CROSS JOIN domain_fact AS g ON g.domain_id = b.domain_id AND g.until_scan IS NULL
                WHERE f.domain_id = a.domain_id AND f.until_scan IS NULL);

-- Also whose domain it is about.
DROP VIEW findings;
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
                              WHERE p.until_audit IS NULL OR audit_id < p.until_audit)) AS last_seen,
       p.domain_id,
       (SELECT h.name
          FROM domain AS d
          JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
         WHERE d.domain_id = p.domain_id) AS hypervisor
  FROM finding AS f
  JOIN finding_fact AS p ON p.finding_id = f.finding_id
        AND p.since_audit = (SELECT max(since_audit) FROM finding_fact WHERE finding_id = f.finding_id)
  LEFT JOIN domain_fact AS n ON n.domain_id = p.domain_id
        AND n.since_scan = (SELECT max(since_scan) FROM domain_fact WHERE domain_id = p.domain_id);

-- Findings that are open keep their number and first date under the new names of their subjects.
UPDATE OR IGNORE finding
   SET subject = s.subject || substr(finding.subject, length(s.subject || '/' || s.root) + 1)
  FROM finding_fact AS p
 CROSS JOIN systems AS s ON s.domain_id = p.domain_id
 WHERE p.finding_id = finding.finding_id AND p.until_audit IS NULL
   AND s.subject = s.hypervisor || '/' || s.uuid
   AND substr(finding.subject || ':', 1, length(s.subject || '/' || s.root) + 1) = s.subject || '/' || s.root || ':';

UPDATE OR IGNORE finding
   SET subject = h.name || '/' || d.uuid
  FROM finding_fact AS p
 CROSS JOIN domain AS d ON d.domain_id = p.domain_id
 CROSS JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
 WHERE p.finding_id = finding.finding_id AND p.until_audit IS NULL AND finding.rule = 'guest.unreadable';

PRAGMA user_version = 4;
