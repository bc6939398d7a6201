-- SPDX-License-Identifier: Apache-2.0
-- The views of keys, accounts, cloud-init, identities and policies, and what their rules have in common.

-- Domains as lists and evidence name them.
CREATE VIEW named_domains AS
SELECT d.domain_id,
       d.hypervisor_id,
       d.uuid,
       f.name AS domain,
       h.name AS hypervisor,
       f.state,
       f.template_evidence IS NOT NULL
         OR EXISTS (SELECT 1
                      FROM disk_fact AS k
                     CROSS JOIN image_fact AS o ON o.backing_image = k.image_path AND o.until_scan IS NULL
                     CROSS JOIN image AS i ON i.image_id = o.image_id AND i.hypervisor_id = d.hypervisor_id
                     WHERE k.domain_id = d.domain_id AND k.until_scan IS NULL) AS is_template
  FROM domain AS d
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;

-- The guest of each domain whose word counts for these: as in effective_guests, but the agent, which tells neither owners
-- nor modes nor links, comes last.
CREATE VIEW key_guests AS
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
                               CASE o.road WHEN 'rootfs' THEN 0 WHEN 'disk' THEN 1 ELSE 2 END
                      LIMIT 1);

-- Their systems, and by which subject findings name them, as in systems.
CREATE VIEW key_systems AS
SELECT r.root_id,
       r.root,
       g.guest_id,
       g.road,
       d.domain_id,
       d.hypervisor_id,
       d.domain,
       d.hypervisor,
       d.uuid,
       d.state,
       d.is_template,
       p.marks,
       p.hostname,
       p.os_id,
       d.hypervisor || '/' || d.uuid
         || iif((SELECT count(*)
                   FROM root AS o
                  CROSS JOIN root_fact AS q ON q.root_id = o.root_id AND q.until_scan IS NULL
                  WHERE o.guest_id = g.guest_id) > 1, '/' || r.root, '') AS subject
  FROM key_guests AS g
  JOIN root AS r ON r.guest_id = g.guest_id
  JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL
  JOIN named_domains AS d ON d.domain_id = g.domain_id;

-- Systems of templates, one row per reason. A data disk that others back onto makes none of the system beside it; what an
-- agent's system is on is not known.
CREATE VIEW template_systems AS
SELECT DISTINCT r.root_id, t.reason
  FROM templates AS t
 CROSS JOIN key_guests AS g ON g.domain_id = t.domain_id
 CROSS JOIN root AS r ON r.guest_id = g.guest_id
 WHERE t.image_path IS NULL
    OR g.road = 'agent'
    OR EXISTS (SELECT 1
                 FROM disk_fact AS k
                WHERE k.domain_id = t.domain_id AND k.image_path = t.image_path AND k.until_scan IS NULL
                  AND k.target = substr(r.root, 1, length(k.target))
                  AND ltrim(substr(r.root, length(k.target) + 1), 'p0123456789') = '');

CREATE VIEW sshd_configs AS
SELECT g.domain_id,
       d.domain,
       c.enabled,
       c.state,
       c.detail,
       c.permit_root_login,
       c.pubkey_authentication,
       c.strict_modes,
       c.authorized_keys_file,
       r.root,
       d.hypervisor,
       c.root_id
  FROM sshd_fact AS c
  JOIN root AS r ON r.root_id = c.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
  JOIN named_domains AS d ON d.domain_id = g.domain_id
 WHERE c.until_scan IS NULL;

DROP VIEW ssh_host_keys;
CREATE VIEW ssh_host_keys AS
SELECT g.domain_id,
       d.domain,
       k.algorithm,
       k.bits,
       k.fingerprint,
       k.comment,
       k.path,
       k.state,
       k.has_private,
       k.safe,
       k.mode,
       k.public_state,
       k.certificate,
       k.certificate_state,
       k.principals,
       k.authority,
       strftime('%Y-%m-%dT%H:%M:%SZ', k.valid_after, 'unixepoch') AS valid_after,
       strftime('%Y-%m-%dT%H:%M:%SZ', k.valid_before, 'unixepoch') AS valid_before,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch')
          FROM scan AS s
         WHERE s.scan_id = k.first_scan) AS since,
       r.root,
       d.hypervisor,
       k.public_key,
       k.detail,
       k.configured,
       k.uid,
       k.gid,
       k.certificate_id,
       k.first_scan,
       k.root_id
  FROM host_key_fact AS k
  JOIN root AS r ON r.root_id = k.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
  JOIN named_domains AS d ON d.domain_id = g.domain_id
 WHERE k.until_scan IS NULL;

CREATE VIEW accounts AS
SELECT g.domain_id,
       d.domain,
       a.name,
       a.uid,
       a.gid,
       a.home,
       a.shell,
       a.password,
       strftime('%Y-%m-%dT%H:%M:%SZ', a.expires_at, 'unixepoch') AS expires_at,
       a.login,
       a.reason,
       r.root,
       d.hypervisor,
       a.root_id
  FROM account_fact AS a
  JOIN root AS r ON r.root_id = a.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
  JOIN named_domains AS d ON d.domain_id = g.domain_id
 WHERE a.until_scan IS NULL;

DROP VIEW authorized_keys;
CREATE VIEW authorized_keys AS
SELECT g.domain_id,
       d.domain,
       k.user,
       k.uid,
       k.algorithm,
       k.bits,
       k.fingerprint,
       k.options,
       k.comment,
       k.key_file,
       k.line,
       k.effective,
       k.reason,
       k.cert_authority,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch')
          FROM scan AS s
         WHERE s.scan_id = k.first_scan) AS since,
       r.root,
       d.hypervisor,
       k.entry,
       k.first_scan,
       k.root_id
  FROM authorized_key_fact AS k
  JOIN root AS r ON r.root_id = k.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
  JOIN named_domains AS d ON d.domain_id = g.domain_id
 WHERE k.until_scan IS NULL;

-- Lines of authorized_keys files, as evidence tells of them: bytes that are no text in hexadecimal digits.
CREATE VIEW authorized_key_lines AS
SELECT k.root_id,
       k.domain_id,
       k.user,
       k.uid,
       k.key_file,
       k.entry,
       k.line,
       k.algorithm,
       k.bits,
       k.fingerprint,
       ifnull(k.cert_authority, 0) AS cert_authority,
       iif(typeof(k.options) = 'blob', 'x''' || hex(k.options) || '''', k.options) AS options,
       iif(typeof(k.comment) = 'blob', 'x''' || hex(k.comment) || '''', k.comment) AS comment,
       k.effective,
       k.reason,
       k.first_scan,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', collected_at, 'unixepoch')
          FROM scan
         WHERE scan_id = k.first_scan) AS since
  FROM authorized_key_fact AS k
 WHERE k.until_scan IS NULL;

CREATE VIEW key_sources AS
SELECT g.domain_id,
       d.domain,
       c.user,
       c.source,
       c.state,
       c.detail,
       c.place,
       r.root,
       d.hypervisor,
       c.root_id
  FROM key_source_fact AS c
  JOIN root AS r ON r.root_id = c.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
  JOIN named_domains AS d ON d.domain_id = g.domain_id
 WHERE c.until_scan IS NULL;

-- Sources of keys of which nobody can say what they hold. A user without a name is everybody.
CREATE VIEW unclear_key_sources AS
SELECT root_id, user, source, state, detail, place
  FROM key_source_fact
 WHERE until_scan IS NULL AND state NOT IN ('ok', 'missing', 'not-regular');

CREATE VIEW cloud_init AS
SELECT g.domain_id,
       d.domain,
       c.cloud_dir,
       c.installed,
       c.disabled,
       c.has_run,
       c.instance_id,
       c.previous_instance_id,
       c.datasource,
       c.finished,
       c.failed,
       c.failed_stages,
       c.manual_cache_clean,
       c.config_status,
       c.config_detail,
       c.config_sets,
       c.default_user,
       c.ssh_deletekeys,
       c.preserve_hostname,
       r.root,
       d.hypervisor,
       c.root_id
  FROM cloud_init_fact AS c
  JOIN root AS r ON r.root_id = c.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
  JOIN named_domains AS d ON d.domain_id = g.domain_id
 WHERE c.until_scan IS NULL;

-- What cloud-init takes a guest for whose datasource says no word of the instance: cloudinit/sources.
CREATE VIEW placeholder_instances (instance_id) AS
VALUES ('nocloud'), ('iid-datasource'), ('iid-datasource-none'), ('iid-datasource-wsl'), ('iid-dsconfigdrive'),
       ('iid-dsopenstack'), ('iid-dsopennebula'), ('iid-dsovf'), ('iid-AZURE-NODE'), ('iid-vmware-imc');

-- Places of seeds, each by the one road whose word counts, as in key_guests.
CREATE VIEW seed_places AS
SELECT s.domain_id, s.place, s.road
  FROM seed_fact AS s
 WHERE s.until_scan IS NULL
   AND s.road = (SELECT o.road
                   FROM seed_fact AS o
                  WHERE o.domain_id = s.domain_id AND o.place = s.place AND o.until_scan IS NULL
                  ORDER BY CASE o.road WHEN 'rootfs' THEN 0 WHEN 'disk' THEN 1 ELSE 2 END, o.road
                  LIMIT 1);

CREATE VIEW seeds AS
SELECT c.domain_id,
       d.domain,
       c.road,
       c.place,
       c.status,
       c.detail,
       c.instance_id,
       c.hostname,
       c.fetched_from,
       c.parts,
       c.sets,
       c.network,
       c.secrets,
       c.ssh_deletekeys,
       c.preserve_hostname,
       d.hypervisor
  FROM seed_places AS p
  JOIN seed_fact AS c ON c.domain_id = p.domain_id AND c.road = p.road AND c.place = p.place AND c.until_scan IS NULL
  JOIN named_domains AS d ON d.domain_id = c.domain_id;

CREATE VIEW seed_users AS
SELECT u.domain_id,
       d.domain,
       u.road,
       u.place,
       u.name,
       u.is_system,
       u.has_password,
       u.lock_passwd,
       u.groups,
       u.shell,
       d.hypervisor
  FROM seed_places AS p
  JOIN seed_user_fact AS u ON u.domain_id = p.domain_id AND u.road = p.road AND u.place = p.place AND u.until_scan IS NULL
  JOIN named_domains AS d ON d.domain_id = u.domain_id;

CREATE VIEW seed_keys AS
SELECT k.domain_id,
       d.domain,
       k.road,
       k.place,
       k.user,
       k.entry,
       k.algorithm,
       k.bits,
       k.fingerprint,
       k.comment,
       d.hypervisor
  FROM seed_places AS p
  JOIN seed_key_fact AS k ON k.domain_id = p.domain_id AND k.road = p.road AND k.place = p.place AND k.until_scan IS NULL
  JOIN named_domains AS d ON d.domain_id = k.domain_id;

-- Seeds that a system has gone by: those of the instance that cloud-init takes it for. What is in the guest is one system's;
-- a seed that names no instance is "nocloud" to cloud-init, and what it keeps of its instance that instance's.
CREATE VIEW applied_seeds AS
SELECT c.root_id,
       s.domain_id,
       s.road,
       s.place,
       s.status,
       s.detail,
       s.hostname,
       s.preserve_hostname
  FROM seed_places AS p
 CROSS JOIN seed_fact AS s ON s.domain_id = p.domain_id AND s.road = p.road AND s.place = p.place AND s.until_scan IS NULL
 CROSS JOIN key_guests AS g ON g.domain_id = s.domain_id
 CROSS JOIN root AS r ON r.guest_id = g.guest_id
 CROSS JOIN cloud_init_fact AS c ON c.root_id = r.root_id AND c.until_scan IS NULL AND c.has_run = 1
 WHERE CASE WHEN s.place GLOB 'instance *'
              THEN instr(s.place, ' ' || r.root || ':') = 9 AND ifnull(s.instance_id, c.instance_id) IS c.instance_id
            WHEN s.place GLOB 'directory *'
              THEN instr(s.place, ' ' || r.root || ':') = 10 AND ifnull(s.instance_id, 'nocloud') = c.instance_id
            ELSE ifnull(s.instance_id, 'nocloud') = c.instance_id END;

DROP VIEW interfaces;
CREATE VIEW interfaces AS
SELECT n.domain_id, f.name AS domain, n.position, n.mac, n.type, n.source, n.model, n.target, n.addresses
  FROM interface_fact AS n
  JOIN domain_fact AS f ON f.domain_id = n.domain_id AND f.until_scan IS NULL
 WHERE n.until_scan IS NULL;

-- Other kinds are marked as shared, too, now.
DROP VIEW shared_machine_ids;
CREATE VIEW shared_machine_ids AS
SELECT e.value AS machine_id, count(DISTINCT e.domain_id) AS domains
  FROM identity_fact AS e
 CROSS JOIN root AS r ON r.root_id = e.root_id
 CROSS JOIN effective_guests AS g ON g.guest_id = r.guest_id
 WHERE e.until_scan IS NULL AND e.shared = 1 AND e.kind IN ('machine-id', 'dbus-machine-id')
   AND e.state IN ('valid', 'valid-no-newline', 'valid-uppercase')
 GROUP BY e.value
HAVING min(e.domain_id) <> max(e.domain_id);

-- Values that should be of one domain alone: those in its guest, and those that its definition gives it. A container has
-- no firmware that would tell a UUID.
CREATE VIEW identity_values AS
SELECT e.domain_id, e.root_id, e.kind, e.value, e.path AS place
  FROM identity_fact AS e
  JOIN root AS r ON r.root_id = e.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
 WHERE e.until_scan IS NULL AND e.value IS NOT NULL AND e.kind IN ('machine-id', 'dbus-machine-id')
 UNION ALL
SELECT e.domain_id, e.root_id, e.kind, e.value, e.path
  FROM identity_fact AS e
  JOIN root AS r ON r.root_id = e.root_id
  JOIN key_guests AS g ON g.guest_id = r.guest_id
 WHERE e.until_scan IS NULL AND e.value IS NOT NULL
   AND e.kind NOT IN ('machine-id', 'dbus-machine-id', 'cmdline-machine-id', 'hostname')
 UNION ALL
SELECT d.domain_id, NULL, 'smbios-uuid', ifnull(f.smbios_uuid, d.uuid), NULL
  FROM domain AS d
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
 WHERE f.os_type IS NOT 'exe'
 UNION ALL
SELECT domain_id, NULL, 'vm-genid', genid, NULL
  FROM domain_fact
 WHERE until_scan IS NULL AND genid IS NOT NULL
 UNION ALL
SELECT domain_id, NULL, 'mac-address', mac, 'interface ' || position
  FROM interface_fact
 WHERE until_scan IS NULL AND mac IS NOT NULL;

-- Those that more domains than one may have, but for machine IDs: all that grouping must look at.
CREATE VIEW shared_identity_values AS
SELECT e.domain_id, e.root_id, e.kind, e.value, e.path AS place
  FROM identity_fact AS e
 CROSS JOIN root AS r ON r.root_id = e.root_id
 CROSS JOIN key_guests AS g ON g.guest_id = r.guest_id
 WHERE e.until_scan IS NULL AND e.shared = 1
   AND e.kind NOT IN ('machine-id', 'dbus-machine-id', 'cmdline-machine-id', 'hostname')
 UNION ALL
SELECT d.domain_id, NULL, 'smbios-uuid', d.uuid, NULL
  FROM (SELECT uuid
          FROM domain
         GROUP BY uuid
        HAVING count(*) > 1
         UNION
        SELECT smbios_uuid
          FROM domain_fact
         WHERE until_scan IS NULL AND smbios_uuid IS NOT NULL) AS c
 CROSS JOIN domain AS d ON d.uuid = c.uuid
 CROSS JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
 WHERE f.smbios_uuid IS NULL AND f.os_type IS NOT 'exe'
 UNION ALL
SELECT domain_id, NULL, 'smbios-uuid', smbios_uuid, NULL
  FROM domain_fact
 WHERE until_scan IS NULL AND smbios_uuid IS NOT NULL AND os_type IS NOT 'exe'
 UNION ALL
SELECT f.domain_id, NULL, 'vm-genid', f.genid, NULL
  FROM (SELECT genid
          FROM domain_fact
         WHERE until_scan IS NULL AND genid IS NOT NULL
         GROUP BY genid
        HAVING count(*) > 1) AS c
 CROSS JOIN domain_fact AS f ON f.genid = c.genid AND f.until_scan IS NULL
 UNION ALL
SELECT domain_id, NULL, 'mac-address', mac, 'interface ' || position
  FROM interface_fact
 WHERE until_scan IS NULL AND shared = 1;

CREATE VIEW duplicate_identities AS
SELECT kind, value, count(DISTINCT domain_id) AS domains
  FROM shared_identity_values
 GROUP BY kind, value
HAVING min(domain_id) <> max(domain_id);

-- Keys that several guests can use. A key of which a guest has the public half alone is not its own; where HostKey names
-- just that, an agent holds the other.
CREATE VIEW duplicate_host_keys AS
SELECT k.fingerprint, count(DISTINCT k.domain_id) AS domains
  FROM host_key_fact AS k
 CROSS JOIN root AS r ON r.root_id = k.root_id
 CROSS JOIN key_guests AS g ON g.guest_id = r.guest_id
 WHERE k.until_scan IS NULL AND k.shared = 1 AND (k.has_private = 1 OR k.state = 'ok')
 GROUP BY k.fingerprint
HAVING min(k.domain_id) <> max(k.domain_id);

-- The [keys NAME] sections of the configuration, each with how many keys its file has.
CREATE VIEW key_policies AS
SELECT p.name,
       p.mode,
       p.file,
       (SELECT count(*) FROM key_policy_key WHERE name = p.name) AS keys,
       p.guests,
       p.labels,
       p.hypervisors,
       p.users
  FROM key_policy AS p;

-- Whom each policy binds, by one row for each of its globs of users.
CREATE VIEW key_policy_bindings AS
WITH host AS MATERIALIZED (
  SELECT p.name, p.mode, p.guests, p.users, h.hypervisor_id
    FROM key_policy AS p
   CROSS JOIN hypervisor AS h
   CROSS JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id AND f.until_scan IS NULL
   WHERE (p.hypervisors = '[]' OR h.configured_as IN (SELECT value FROM json_each(p.hypervisors)))
     AND (p.labels = '[]' OR EXISTS (SELECT 1
                                       FROM json_each(p.labels) AS l
                                      WHERE instr(', ' || f.labels || ', ', ', ' || l.value || ', ')))
)
SELECT DISTINCT o.name, o.mode, d.domain_id, u.value AS users
  FROM host AS o
 CROSS JOIN json_each(o.users) AS u
 CROSS JOIN json_each(o.guests) AS g
 CROSS JOIN domain AS d ON d.hypervisor_id = o.hypervisor_id
 CROSS JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL AND f.name GLOB g.value;

-- What a domain was on hypervisors that have it no longer: it has moved.
CREATE VIEW former_domains AS
SELECT d.domain_id, o.domain_id AS former_id
  FROM domain AS o
  JOIN domain AS d ON d.uuid = o.uuid AND d.domain_id <> o.domain_id
 WHERE NOT EXISTS (SELECT 1 FROM domain_fact WHERE domain_id = o.domain_id AND until_scan IS NULL)
   AND EXISTS (SELECT 1 FROM domain_fact WHERE domain_id = d.domain_id AND until_scan IS NULL);

-- What was accepted last of each domain, or of what it was before it moved.
CREATE VIEW accepted_domains AS
SELECT domain_id, max(baseline_id) AS baseline_id
  FROM baseline
 GROUP BY domain_id
 UNION ALL
SELECT o.domain_id, max(b.baseline_id)
  FROM baseline AS b
 CROSS JOIN former_domains AS o ON o.former_id = b.domain_id
 WHERE o.domain_id NOT IN (SELECT domain_id FROM baseline)
 GROUP BY o.domain_id;

CREATE VIEW baselines AS
SELECT n.domain_id,
       d.domain,
       d.hypervisor,
       (SELECT count(*) FROM baseline_key WHERE baseline_id = b.baseline_id) AS keys,
       (SELECT count(DISTINCT user) FROM baseline_key WHERE baseline_id = b.baseline_id) AS users,
       strftime('%Y-%m-%dT%H:%M:%SZ', b.accepted_at, 'unixepoch') AS accepted_at,
       b.accepted_by,
       b.reason,
       b.scan_id,
       b.baseline_id
  FROM accepted_domains AS n
  JOIN baseline AS b ON b.baseline_id = n.baseline_id
  JOIN named_domains AS d ON d.domain_id = n.domain_id;

-- Systems in which somebody looked for keys.
CREATE VIEW key_readings AS
SELECT g.domain_id,
       r.root_id,
       r.root,
       (SELECT count(*)
          FROM root AS o
         CROSS JOIN root_fact AS q ON q.root_id = o.root_id AND q.until_scan IS NULL
         WHERE o.guest_id = g.guest_id) AS systems
  FROM key_guests AS g
 CROSS JOIN root AS r ON r.guest_id = g.guest_id
 CROSS JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL AND p.status = 'ok'
 WHERE EXISTS (SELECT 1 FROM account_fact WHERE root_id = r.root_id AND until_scan IS NULL)
    OR EXISTS (SELECT 1 FROM sshd_fact WHERE root_id = r.root_id AND until_scan IS NULL);

-- Those of which somebody accepted the keys, and which systems of the baseline each is held against: the one of its name,
-- or the only one, whatever it is called; an agent and a disk name it differently. Where there is none, it may be any.
CREATE VIEW baseline_systems AS
WITH pair AS MATERIALIZED (
  SELECT r.domain_id, r.root_id, b.baseline_id, s.value AS root,
         s.value = r.root OR r.systems = 1 AND (SELECT count(*) FROM json_each(b.roots)) = 1 AS is_same
    FROM accepted_domains AS a
   CROSS JOIN baseline AS b ON b.baseline_id = a.baseline_id
   CROSS JOIN key_readings AS r ON r.domain_id = a.domain_id
   CROSS JOIN json_each(b.roots) AS s
)
SELECT domain_id, root_id, baseline_id, root, is_same
  FROM pair AS p
 WHERE is_same OR NOT EXISTS (SELECT 1 FROM pair WHERE root_id = p.root_id AND is_same);

PRAGMA user_version = 7;
