-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.duplicate
-- severity: high
-- title: Two or more guests have the same D-Bus machine ID
-- why: DHCP clients derive their client ID from it, so such guests are given one lease though their MACs
--   differ; journals, monitoring and inventories take them for one machine.
-- fix: machine-id.renew
WITH RECURSIVE
-- Values that more than one domain has: answered by the index alone.
candidate (value) AS MATERIALIZED (
  SELECT value
    FROM identity_fact
   WHERE until_scan IS NULL AND shared = 1 AND kind IN ('machine-id', 'dbus-machine-id')
   GROUP BY value
  HAVING min(domain_id) <> max(domain_id)
),
-- The files that hold them: what systemd or libdbus reads there, however it is written. Zeros are no ID.
holding AS MATERIALIZED (
  SELECT e.value, e.kind, e.path, e.state AS file_state, e.since_scan, s.root, s.road, s.marks, s.domain_id,
         s.hypervisor_id, s.domain, s.hypervisor, s.uuid, s.state, s.fs_uuid, s.product_id, s.image_path
    FROM candidate AS c
   CROSS JOIN identity_fact AS e ON e.value = c.value
    JOIN systems AS s ON s.root_id = e.root_id
   WHERE e.until_scan IS NULL AND e.value IS NOT NULL AND e.kind IN ('machine-id', 'dbus-machine-id')
     AND e.value <> '00000000000000000000000000000000'
),
-- Domains of one UUID on several hypervisors are one guest, unless they are on other disks: the least of them stands
-- for all.
sighted AS MATERIALIZED (
  SELECT DISTINCT value, uuid, domain_id FROM holding
),
seen_twice AS MATERIALIZED (
  SELECT a.value, a.domain_id, min(b.domain_id) AS guest
    FROM (SELECT value, uuid FROM sighted GROUP BY value, uuid HAVING count(*) > 1) AS t
    JOIN sighted AS a ON a.value = t.value AND a.uuid = t.uuid
    JOIN sighted AS b ON b.value = t.value AND b.uuid = t.uuid
   WHERE NOT EXISTS (SELECT 1
                       FROM twins
                      WHERE domain_id = a.domain_id AND twin_id = b.domain_id AND storage = 'different')
   GROUP BY a.value, a.domain_id
),
-- The images below each root that holds one. Data disks and CD-ROMs say nothing of descent.
chain (value, domain_id, hypervisor_id, depth, path) AS (
  SELECT value, domain_id, hypervisor_id, 0, image_path
    FROM holding
   WHERE image_path IS NOT NULL
   UNION
  SELECT c.value, c.domain_id, c.hypervisor_id, c.depth + 1, g.backing_image
    FROM chain AS c
    JOIN image AS i ON i.hypervisor_id = c.hypervisor_id AND i.path = c.path
    JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
   WHERE g.backing_image IS NOT NULL AND c.depth < 32
),
-- One file may have two paths.
layer AS MATERIALIZED (
  SELECT c.*, ifnull(g.file_id, c.path) AS file
    FROM chain AS c
    LEFT JOIN image AS i ON i.hypervisor_id = c.hypervisor_id AND i.path = c.path
    LEFT JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
),
-- Files that several domains of a group stand on, the one that most of them share first, and of these the nearest.
common AS MATERIALIZED (
  SELECT value, path, domains, deepest
    FROM (SELECT value, min(path) AS path, count(DISTINCT domain_id) AS domains, max(depth) AS deepest,
                 row_number() OVER (
                   PARTITION BY value
                   ORDER BY max(depth) = 0, count(DISTINCT domain_id) DESC, avg(depth), min(path)) AS place
            FROM layer
           GROUP BY value, hypervisor_id, file
          HAVING count(DISTINCT domain_id) > 1)
   WHERE place = 1
),
-- How many domains' images a file is below.
below AS MATERIALIZED (
  SELECT value, hypervisor_id, file, count(DISTINCT domain_id) AS domains
    FROM layer
   WHERE depth > 0
   GROUP BY value, hypervisor_id, file
),
backing AS MATERIALIZED (
  SELECT t.value, t.domain_id, max(b.domains) AS domains
    FROM layer AS t
    JOIN below AS b ON b.value = t.value AND b.hypervisor_id = t.hypervisor_id AND b.file = t.file
   WHERE t.depth = 0
   GROUP BY t.value, t.domain_id
),
-- Copies of a disk have one file system UUID.
copied AS MATERIALIZED (
  SELECT value, max(domains) AS domains
    FROM (SELECT h.value, count(DISTINCT ifnull(t.guest, h.domain_id)) AS domains
            FROM holding AS h
            LEFT JOIN seen_twice AS t ON t.value = h.value AND t.domain_id = h.domain_id
           WHERE h.fs_uuid IS NOT NULL
           GROUP BY h.value, h.fs_uuid)
   WHERE domains > 1
   GROUP BY value
),
-- One row per domain, however many files and systems of it hold the value.
member AS MATERIALIZED (
  SELECT h.value, h.domain_id, h.hypervisor_id, h.domain, h.hypervisor, h.uuid, h.state,
         h.value = h.product_id AS is_own,
         h.domain_id IN (SELECT domain_id FROM templates) AS is_template,
         (SELECT min(since_scan) FROM domain_fact WHERE domain_id = h.domain_id) AS first_scan,
         min(h.image_path) AS image,
         json_group_array(DISTINCT h.fs_uuid) FILTER (WHERE h.fs_uuid IS NOT NULL) AS fs_uuids,
         json_group_array(json_object(
           'root', h.root, 'path', h.path, 'kind', h.kind, 'state', h.file_state,
           'road', h.road, 'marks', h.marks,
           'since', strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch'))) AS files
    FROM (SELECT * FROM holding ORDER BY value, domain_id, root, path) AS h
    JOIN scan AS s ON s.scan_id = h.since_scan
   GROUP BY h.value, h.domain_id
),
-- Who was there when the others were not yet: seen first, and the others missing from a complete scan since.
aged AS MATERIALIZED (
  SELECT m.*,
         ifnull(t.guest, m.domain_id) AS guest,
         min(m.first_scan) OVER (PARTITION BY m.value) AS oldest_scan,
         ifnull((SELECT max(scan_id)
                   FROM scan
                  WHERE hypervisor_id = m.hypervisor_id AND status = 'complete' AND scan_id < m.first_scan), 0)
           AS missing_scan,
         ifnull(b.domains, 0) AS backs
    FROM member AS m
    LEFT JOIN backing AS b ON b.value = m.value AND b.domain_id = m.domain_id
    LEFT JOIN seen_twice AS t ON t.value = m.value AND t.domain_id = m.domain_id
),
grouped AS MATERIALIZED (
  SELECT value,
         count(DISTINCT guest) AS guests,
         count(DISTINCT CASE WHEN is_own THEN guest END) = 1 AS has_own,
         max(backs) AS most_backs,
         count(DISTINCT CASE WHEN is_template THEN guest END) = 1 AS has_template,
         count(DISTINCT CASE WHEN first_scan = oldest_scan THEN guest END) = 1
           AND sum(first_scan > oldest_scan AND missing_scan < oldest_scan) = 0 AS has_oldest
    FROM aged
   GROUP BY value
  HAVING count(DISTINCT guest) > 1
),
reasoned AS (
  SELECT a.*,
         g.guests,
         CASE WHEN a.is_own AND g.has_own THEN 1
              WHEN a.backs > 0 AND a.backs = g.most_backs THEN 2
              WHEN a.is_template AND g.has_template THEN 3
              WHEN a.first_scan = a.oldest_scan AND g.has_oldest THEN 4
              ELSE 5 END AS reason
    FROM aged AS a
    JOIN grouped AS g ON g.value = a.value
),
-- A guest has the best reason of its sightings, and a name, which is that of the first one.
named AS (
  SELECT *,
         min(reason) OVER (PARTITION BY value, guest) AS guest_reason,
         first_value(domain) OVER (PARTITION BY value, guest ORDER BY domain, hypervisor) AS guest_name,
         row_number() OVER (PARTITION BY value, guest ORDER BY domain, hypervisor) AS sighting
    FROM reasoned
),
-- The original is the one guest whose reason is the best; two of them leave it open.
judged AS (
  SELECT *,
         guest_reason < 5 AND guest_reason = best
           AND min(guest) OVER same_reason = max(guest) OVER same_reason AS is_original
    FROM (SELECT *, min(guest_reason) OVER (PARTITION BY value) AS best FROM named)
  WINDOW same_reason AS (PARTITION BY value, guest_reason)
),
placed AS (
  SELECT *,
         dense_rank() OVER (PARTITION BY value ORDER BY is_original DESC, guest_name, uuid, guest) AS guest_place,
         row_number() OVER (PARTITION BY value
                                ORDER BY is_original DESC, guest_name, uuid, guest, sighting) AS place
    FROM judged
),
told AS (
  SELECT p.value,
         max(p.guests) AS guests,
         group_concat(p.domain, ', ') FILTER (WHERE p.guest_place <= 5 AND p.sighting = 1) AS names,
         max(CASE WHEN p.is_original THEN p.guest_name END) AS original,
         max(CASE WHEN p.is_original THEN p.guest_reason END) AS reason,
         json_group_array(json_object(
           'domain', p.domain, 'domain_id', p.domain_id, 'hypervisor', p.hypervisor, 'uuid', p.uuid,
           'state', p.state, 'template', json(iif(p.is_template, 'true', 'false')),
           'original', json(iif(p.is_original, 'true', 'false')),
           'image', p.image,
           'lineage', json((WITH RECURSIVE up (path, depth) AS (
                              SELECT p.image, 0
                               UNION ALL
                              SELECT g.backing_image, u.depth + 1
                                FROM up AS u
                                JOIN image AS i ON i.hypervisor_id = p.hypervisor_id AND i.path = u.path
                                JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
                               WHERE u.depth < 32)
                            SELECT json_group_array(path) FROM up WHERE path IS NOT NULL)),
           'fs_uuids', json(p.fs_uuids),
           'files', json(p.files),
           'macs', json((SELECT json_group_array(mac)
                           FROM (SELECT mac
                                   FROM interface_fact
                                  WHERE domain_id = p.domain_id AND until_scan IS NULL AND mac IS NOT NULL
                                  ORDER BY position))),
           'first_seen', (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', collected_at, 'unixepoch')
                            FROM scan
                           WHERE scan_id = p.first_scan))) FILTER (WHERE p.place <= 1000) AS members
    FROM (SELECT * FROM placed ORDER BY value, place) AS p
   GROUP BY p.value
),
verdicts AS (
  SELECT t.*,
         c.path AS common_image,
         CASE WHEN c.deepest > 0 THEN 'cloned'
              WHEN c.deepest = 0 THEN 'same-image'
              WHEN f.value IS NOT NULL THEN 'copied-disk'
              ELSE 'unknown' END AS verdict,
         ifnull(c.domains, f.domains) AS verdict_members,
         CASE t.reason WHEN 1 THEN 'its own UUID is the ID'
                       WHEN 2 THEN 'its image backs the others'
                       WHEN 3 THEN 'it is the only template'
                       WHEN 4 THEN 'it was there before the others' END AS original_because
    FROM told AS t
    LEFT JOIN common AS c ON c.value = t.value
    LEFT JOIN copied AS f ON f.value = t.value
)
SELECT value AS subject,
       NULL AS domain_id,
       printf('%d guests share %s…: %s%s (%s%s)', guests, substr(value, 1, 8), names,
              iif(guests > 5, ', …', ''),
              CASE verdict WHEN 'cloned' THEN 'cloned from ' || common_image
                           WHEN 'same-image' THEN 'defined on one image, ' || common_image
                           WHEN 'copied-disk' THEN 'copies of one disk'
                           ELSE 'no common image known' END,
              ifnull('; ' || original || ' looks like the original', '')) AS detail,
       json_object(
         'machine_id', value,
         'count', guests,
         'verdict', verdict,
         'verdict_members', verdict_members,
         'common_image', common_image,
         'original', original,
         'original_because', original_because,
         'consequence', 'same DHCP client ID: one lease for all of them though their MACs differ',
         'members', json(members)) AS evidence
  FROM verdicts;
