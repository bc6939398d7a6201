-- SPDX-License-Identifier: Apache-2.0
-- rule: host-key.duplicate
-- severity: high
-- title: Two or more guests have the same SSH host key
-- why: whoever becomes root on one of them can pass for all others, and clients that have checked one trust them all.
--   Clones of a template whose keys were not removed are the usual cause. Pairs that share a key on purpose go into a
--   [shared-host-keys NAME] section of the configuration.
-- fix: host-key.renew
WITH RECURSIVE
-- Where the keys are that more than one domain has.
holding AS MATERIALIZED (
  SELECT k.fingerprint, k.algorithm, k.bits, k.path, k.comment, k.state AS file_state, k.first_scan, k.root_id,
         s.root, s.road, s.marks, s.domain_id, s.hypervisor_id, s.domain, s.hypervisor, s.uuid, s.state,
         s.is_template
    FROM duplicate_host_keys AS c
   CROSS JOIN host_key_fact AS k ON k.fingerprint = c.fingerprint AND k.until_scan IS NULL AND k.shared = 1
   CROSS JOIN key_systems AS s ON s.root_id = k.root_id
   -- a public half alone lets nobody pass for the guest, unless HostKey names it and an agent has the other
   WHERE k.has_private = 1 OR k.state = 'ok'
),
-- Domains of one UUID on several hypervisors are one guest, unless they are on other disks: the least of them stands
-- for all.
sighted AS MATERIALIZED (
  SELECT DISTINCT fingerprint, uuid, domain_id FROM holding
),
seen_twice AS MATERIALIZED (
  SELECT a.fingerprint, a.domain_id, min(b.domain_id) AS guest
    FROM (SELECT fingerprint, uuid FROM sighted GROUP BY fingerprint, uuid HAVING count(*) > 1) AS t
    JOIN sighted AS a ON a.fingerprint = t.fingerprint AND a.uuid = t.uuid
    JOIN sighted AS b ON b.fingerprint = t.fingerprint AND b.uuid = t.uuid
   WHERE NOT EXISTS (SELECT 1
                       FROM twins
                      WHERE domain_id = a.domain_id AND twin_id = b.domain_id AND storage = 'different')
   GROUP BY a.fingerprint, a.domain_id
),
-- What each system stands on: its image and those below, its file system, its machine ID.
chain (root_id, domain_id, hypervisor_id, depth, path) AS (
  SELECT h.root_id, h.domain_id, h.hypervisor_id, 0, k.image_path
    FROM (SELECT DISTINCT root_id, root, domain_id, hypervisor_id FROM holding) AS h
    JOIN disk_fact AS k ON k.domain_id = h.domain_id AND k.until_scan IS NULL AND k.device IN ('disk', 'lun')
         AND k.image_path IS NOT NULL AND k.target = substr(h.root, 1, length(k.target))
         AND ltrim(substr(h.root, length(k.target) + 1), 'p0123456789') = ''
   UNION
  SELECT c.root_id, c.domain_id, c.hypervisor_id, c.depth + 1, g.backing_image
    FROM chain AS c
    JOIN image AS i ON i.hypervisor_id = c.hypervisor_id AND i.path = c.path
    JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
   WHERE g.backing_image IS NOT NULL AND c.depth < 32
),
-- The image that most of a group's domains stand on, and of these the nearest.
common AS MATERIALIZED (
  SELECT fingerprint, path, deepest
    FROM (SELECT h.fingerprint, c.path, max(c.depth) AS deepest,
                 row_number() OVER (
                   PARTITION BY h.fingerprint
                   ORDER BY max(c.depth) = 0, count(DISTINCT c.domain_id) DESC, avg(c.depth), c.path) AS place
            FROM (SELECT DISTINCT fingerprint, root_id FROM holding) AS h
            JOIN chain AS c ON c.root_id = h.root_id
           GROUP BY h.fingerprint, c.hypervisor_id, c.path
          HAVING count(DISTINCT c.domain_id) > 1)
   WHERE place = 1
),
traced AS MATERIALIZED (
  SELECT h.*,
         ifnull(t.guest, h.domain_id) AS guest,
         p.fs_uuid,
         (SELECT value
            FROM identity_fact
           WHERE root_id = h.root_id AND kind IN ('machine-id', 'dbus-machine-id') AND until_scan IS NULL
             AND value <> '00000000000000000000000000000000'
           ORDER BY kind DESC
           LIMIT 1) AS machine_id
    FROM holding AS h
    JOIN root_fact AS p ON p.root_id = h.root_id AND p.until_scan IS NULL
    LEFT JOIN seen_twice AS t ON t.fingerprint = h.fingerprint AND t.domain_id = h.domain_id
),
-- Guests that have both the key and one of these.
copied_id AS MATERIALIZED (
  SELECT fingerprint, machine_id, count(DISTINCT guest) AS guests
    FROM traced
   WHERE machine_id IS NOT NULL
   GROUP BY fingerprint, machine_id
  HAVING count(DISTINCT guest) > 1
),
copied_disk AS MATERIALIZED (
  SELECT fingerprint, fs_uuid, count(DISTINCT guest) AS guests
    FROM traced
   WHERE fs_uuid IS NOT NULL
   GROUP BY fingerprint, fs_uuid
  HAVING count(DISTINCT guest) > 1
),
-- One row per domain, however many files and systems of it hold the key.
member AS MATERIALIZED (
  SELECT h.fingerprint, h.guest, h.domain_id, h.domain, h.hypervisor, h.uuid, h.state,
         max(h.algorithm) AS algorithm, max(h.bits) AS bits,
         h.is_template,
         min(h.machine_id) AS machine_id,
         max(i.guests) AS id_guests,
         max(d.guests) AS disk_guests,
         json_group_array(json_object(
           'root', h.root, 'path', h.path, 'state', h.file_state,
           'comment', iif(typeof(h.comment) = 'blob', 'x''' || hex(h.comment) || '''', h.comment),
           'road', h.road, 'marks', h.marks,
           'since', strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch'))) AS files
    FROM (SELECT * FROM traced ORDER BY fingerprint, domain_id, root, path) AS h
    JOIN scan AS s ON s.scan_id = h.first_scan
    LEFT JOIN copied_id AS i ON i.fingerprint = h.fingerprint AND i.machine_id = h.machine_id
    LEFT JOIN copied_disk AS d ON d.fingerprint = h.fingerprint AND d.fs_uuid = h.fs_uuid
   GROUP BY h.fingerprint, h.domain_id
),
-- Each member, and the sections that name it.
permitted AS MATERIALIZED (
  SELECT m.fingerprint, m.domain_id, p.name
    FROM shared_host_key AS p
   CROSS JOIN member AS m
   WHERE EXISTS (SELECT 1 FROM json_each(p.guests) WHERE m.domain GLOB value)
),
grouped AS MATERIALIZED (
  SELECT fingerprint,
         count(*) AS domains,
         count(DISTINCT guest) AS guests,
         max(algorithm) AS algorithm,
         max(bits) AS bits,
         max(id_guests) AS id_guests,
         max(disk_guests) AS disk_guests,
         iif(count(DISTINCT CASE WHEN is_template THEN guest END) = 1,
             min(CASE WHEN is_template THEN domain END), NULL) AS template
    FROM member
   GROUP BY fingerprint
  HAVING count(DISTINCT guest) > 1
),
placed AS (
  SELECT m.*,
         row_number() OVER sightings AS sighting,
         dense_rank() OVER (PARTITION BY m.fingerprint ORDER BY m.is_template DESC, g.name, m.guest) AS guest_place,
         row_number() OVER (PARTITION BY m.fingerprint
                                ORDER BY m.is_template DESC, g.name, m.guest, m.domain, m.hypervisor) AS place
    FROM member AS m
    JOIN (SELECT fingerprint, guest, min(domain) AS name FROM member GROUP BY fingerprint, guest) AS g
      ON g.fingerprint = m.fingerprint AND g.guest = m.guest
  WINDOW sightings AS (PARTITION BY m.fingerprint, m.guest ORDER BY m.domain, m.hypervisor)
),
told AS (
  SELECT p.fingerprint,
         group_concat(p.domain, ', ') FILTER (WHERE p.guest_place <= 5 AND p.sighting = 1) AS names,
         json_group_array(json_object(
           'domain', p.domain, 'domain_id', p.domain_id, 'hypervisor', p.hypervisor, 'uuid', p.uuid,
           'state', p.state, 'template', json(iif(p.is_template, 'true', 'false')),
           'machine_id', p.machine_id,
           'machine_id_shared', json(iif(p.id_guests > 1, 'true', 'false')),
           'sections', json((SELECT json_group_array(name)
                               FROM (SELECT name
                                       FROM permitted
                                      WHERE fingerprint = p.fingerprint AND domain_id = p.domain_id
                                      ORDER BY name))),
           'files', json(p.files))) FILTER (WHERE p.place <= 1000) AS members
    FROM (SELECT * FROM placed ORDER BY fingerprint, place) AS p
   GROUP BY p.fingerprint
),
-- Common images, copied file systems and copied machine IDs each point to a clone; two of them leave little doubt.
judged AS (
  SELECT g.*, t.names, t.members, iif(c.deepest > 0, c.path, NULL) AS common_image,
         iif(c.deepest = 0, c.path, NULL) AS same_image,
         ifnull(c.deepest > 0, 0) + (g.id_guests IS NOT NULL) + (g.disk_guests IS NOT NULL) AS signs
    FROM grouped AS g
    JOIN told AS t ON t.fingerprint = g.fingerprint
    LEFT JOIN common AS c ON c.fingerprint = g.fingerprint
   WHERE NOT EXISTS (SELECT 1
                       FROM permitted
                      WHERE fingerprint = g.fingerprint
                      GROUP BY name
                     HAVING count(*) = g.domains)
)
SELECT fingerprint AS subject,
       NULL AS domain_id,
       printf('%d guests share the %s key %s…: %s%s (%s%s)', guests, ifnull(algorithm, 'host'),
              substr(fingerprint, 1, 15), names, iif(guests > 5, ', …', ''),
              CASE WHEN same_image IS NOT NULL THEN 'defined on one image, ' || same_image
                   WHEN common_image IS NOT NULL THEN 'cloned from ' || common_image
                   WHEN disk_guests IS NOT NULL THEN 'copies of one disk'
                   ELSE 'no common image known' END,
              ifnull('; ' || iif(id_guests = guests, 'they', id_guests || ' of them') || ' share a machine ID, too', ''))
         AS detail,
       json_object(
         'fingerprint', fingerprint,
         'algorithm', algorithm,
         'bits', bits,
         'count', guests,
         'verdict', CASE WHEN same_image IS NOT NULL THEN 'same-image'
                         WHEN signs > 1 THEN 'cloned'
                         WHEN signs = 1 THEN 'likely-cloned'
                         ELSE 'unknown' END,
         'common_image', ifnull(common_image, same_image),
         'template', template,
         'sharing_machine_id', ifnull(id_guests, 0),
         'sharing_file_system', ifnull(disk_guests, 0),
         'consequence', 'each of them can pass for every other',
         'members', json(members)) AS evidence
  FROM judged;
