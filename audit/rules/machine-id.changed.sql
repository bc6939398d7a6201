-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.changed
-- severity: medium
-- title: A guest's machine ID has changed, and no change of ours did it
-- why: somebody gave the guest another ID, restored another disk, or put another guest in its place; what went by the
--   old one (leases, journals, inventories, licences) does not know the guest any more.
WITH
-- Files whose ID once ended, whatever the road into the guest did since.
ended AS MATERIALIZED (
  SELECT DISTINCT root_id, kind, path
    FROM identity_fact
   WHERE until_scan IS NOT NULL AND value IS NOT NULL AND kind IN ('machine-id', 'dbus-machine-id')
),
-- Every ID that such a file has held, but for those of one boot only.
held AS MATERIALIZED (
  SELECT e.*
    FROM ended AS k
   CROSS JOIN identity_fact AS e ON e.root_id = k.root_id AND e.kind = k.kind AND e.path = k.path
   WHERE e.state IN ('valid', 'valid-no-newline', 'valid-uppercase')
     AND NOT EXISTS (SELECT 1
                       FROM root_fact AS p
                      WHERE p.root_id = e.root_id AND p.since_scan <= e.since_scan
                        AND (p.until_scan IS NULL OR p.until_scan > e.since_scan)
                        AND e.kind = 'machine-id' AND ' ' || p.marks || ' ' LIKE '% transient-machine-id %')
),
newest AS MATERIALIZED (
  SELECT root_id, kind, path, max(since_scan) AS since_scan, value, domain_id
    FROM held
   -- a link's content is that of the file it names
   WHERE kind = 'machine-id' OR link IS NULL AND same_file_as IS NULL
   GROUP BY root_id, kind, path
),
-- The last one that was another, and the first scan after it.
change AS MATERIALIZED (
  SELECT n.root_id, n.kind, n.path, n.domain_id, n.value,
         p.value AS old_value, max(p.since_scan) AS old_scan, p.until_scan AS old_until
    FROM newest AS n
    JOIN held AS p ON p.root_id = n.root_id AND p.kind = n.kind AND p.path = n.path
         AND p.since_scan < n.since_scan AND p.value <> n.value
   GROUP BY n.root_id, n.kind, n.path
),
dated AS (
  SELECT c.*,
         max(c.old_scan, ifnull((SELECT max(scan_id)
                                   FROM scan
                                  WHERE hypervisor_id = d.hypervisor_id AND status = 'complete'
                                    AND scan_id < c.old_until), 0)) AS last_scan,
         (SELECT min(since_scan)
            FROM held
           WHERE root_id = c.root_id AND kind = c.kind AND path = c.path AND since_scan > c.old_scan) AS first_scan
    FROM change AS c
    JOIN domain AS d ON d.domain_id = c.domain_id
),
-- It counts while the guest goes by the new one, whichever road says so.
current AS (
  SELECT s.*, c.path, c.kind, c.value, c.old_value, c.last_scan, c.first_scan, r.root AS seen_root, g.road AS seen_by,
         strftime('%Y-%m-%dT%H:%M:%SZ', o.collected_at, 'unixepoch') AS last_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', w.collected_at, 'unixepoch') AS first_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', w.ingested_at, 'unixepoch') AS known_at
    FROM dated AS c
    JOIN root AS r ON r.root_id = c.root_id
    JOIN guest AS g ON g.guest_id = r.guest_id
    JOIN systems AS s ON s.domain_id = c.domain_id AND (s.root_id = c.root_id OR s.road <> g.road)
    JOIN identity_fact AS e ON e.root_id = s.root_id AND e.kind = c.kind AND e.path = c.path AND e.until_scan IS NULL
         AND e.value = c.value
    JOIN scan AS o ON o.scan_id = c.last_scan
    JOIN scan AS w ON w.scan_id = c.first_scan
)
SELECT subject,
       domain_id,
       printf('%s: %s was %s at scan %d (%s) and is %s since scan %d (%s)', domain,
              json_extract(changes, '$[0].path'), json_extract(changes, '$[0].before'),
              json_extract(changes, '$[0].last_scan'), json_extract(changes, '$[0].last_at'),
              json_extract(changes, '$[0].after'), json_extract(changes, '$[0].first_scan'),
              json_extract(changes, '$[0].first_at')) AS detail,
       json_object(
         'domain', domain,
         'hypervisor', hypervisor,
         'uuid', uuid,
         'root', root,
         'road', road,
         'marks', marks,
         'changes', json(changes)) AS evidence
  FROM (SELECT subject, domain_id, domain, hypervisor, uuid, root, road, marks,
               json_group_array(json_object(
                 'path', path, 'kind', kind, 'before', old_value, 'after', value, 'road', seen_by, 'root', seen_root,
                 'last_scan', last_scan, 'last_at', last_at, 'first_scan', first_scan, 'first_at', first_at)) AS changes
          FROM (SELECT *
                  FROM current AS c
                 WHERE NOT EXISTS (SELECT 1
                                     FROM changes AS j
                                    WHERE j.domain = c.domain AND instr(j.target, c.path) > 0
                                      AND j.at BETWEEN c.last_at AND c.known_at)
                 ORDER BY root_id, kind DESC, seen_by <> road, seen_by, seen_root)
         GROUP BY root_id);
