-- SPDX-License-Identifier: Apache-2.0
-- rule: host-key.changed
-- severity: medium
-- title: A guest's SSH host key has changed, and no change of ours did it
-- why: clients that know the old key refuse to connect; somebody made new keys, restored another disk, or put another
--   guest in its place. cloud-init makes new keys when its instance ID changes: then the change is explained, and info.
WITH
-- Every key that a file has held, of files of which one has ended; none in between does not matter.
held AS MATERIALIZED (
  SELECT e.root_id, e.path, e.since_scan, e.until_scan, e.fingerprint, e.algorithm, e.configured, e.domain_id
    FROM (SELECT DISTINCT root_id, path
            FROM host_key_fact
           WHERE until_scan IS NOT NULL AND fingerprint IS NOT NULL) AS k
   CROSS JOIN host_key_fact AS e ON e.root_id = k.root_id AND e.path = k.path
   WHERE e.fingerprint IS NOT NULL AND (e.has_private = 1 OR e.state = 'ok')
),
newest AS MATERIALIZED (
  SELECT root_id, path, max(since_scan) AS since_scan, until_scan, fingerprint, algorithm, configured, domain_id
    FROM held
   GROUP BY root_id, path
),
change AS MATERIALIZED (
  -- The last one that was another, where the newest is still there.
  SELECT n.root_id, n.path, n.domain_id, n.fingerprint, n.algorithm,
         p.fingerprint AS old_fingerprint, p.algorithm AS old_algorithm,
         max(p.since_scan) AS old_scan, p.until_scan AS old_until
    FROM newest AS n
    JOIN held AS p ON p.root_id = n.root_id AND p.path = n.path AND p.since_scan < n.since_scan
         AND p.fingerprint <> n.fingerprint
   WHERE n.until_scan IS NULL
   GROUP BY n.root_id, n.path
   UNION ALL
  -- One that went without another: its file is gone or broken. Where HostKey lines say so it is no longer used.
  SELECT n.root_id, n.path, n.domain_id, NULL, NULL, n.fingerprint, n.algorithm, n.since_scan, n.until_scan
    FROM newest AS n
    JOIN sshd_fact AS d ON d.root_id = n.root_id AND d.until_scan IS NULL AND d.enabled = 1
    LEFT JOIN host_key_fact AS k ON k.root_id = n.root_id AND k.path = n.path AND k.until_scan IS NULL
   WHERE n.until_scan IS NOT NULL
     AND iif(k.path IS NULL, n.configured IS NOT 1, k.state <> 'unreadable')
     AND NOT EXISTS (SELECT 1
                       FROM host_key_fact
                      WHERE root_id = n.root_id AND until_scan IS NULL
                        AND (k.path IS NULL AND configured = 1
                             OR fingerprint = n.fingerprint AND (has_private = 1 OR state = 'ok')))
),
dated AS MATERIALIZED (
  SELECT c.*,
         max(c.old_scan, ifnull((SELECT max(scan_id)
                                   FROM scan
                                  WHERE hypervisor_id = d.hypervisor_id AND status = 'complete'
                                    AND scan_id < c.old_until), 0)) AS last_scan,
         ifnull((SELECT min(since_scan)
                   FROM held
                  WHERE root_id = c.root_id AND path = c.path AND since_scan > c.old_scan
                    AND fingerprint <> c.old_fingerprint), c.old_until) AS first_scan
    FROM change AS c
    JOIN domain AS d ON d.domain_id = c.domain_id
),
-- Which instance cloud-init took the guest for, by the last scan of the old key and by the first of the new.
instanced AS MATERIALIZED (
  SELECT c.*,
         (SELECT instance_id
            FROM cloud_init_fact
           WHERE root_id = c.root_id AND since_scan <= c.last_scan
             AND (until_scan IS NULL OR until_scan > c.last_scan)) AS old_instance,
         i.instance_id AS new_instance,
         c.fingerprint IS NOT NULL AND i.instance_id IS NOT NULL AND i.ssh_deletekeys IS NOT 0 AS may_explain
    FROM dated AS c
    LEFT JOIN cloud_init_fact AS i ON i.root_id = c.root_id AND i.since_scan <= c.first_scan
         AND (i.until_scan IS NULL OR i.until_scan > c.first_scan)
),
current AS (
  SELECT s.*, c.path, c.algorithm, c.fingerprint, c.old_algorithm, c.old_fingerprint, c.last_scan, c.first_scan,
         c.old_instance, c.new_instance, c.may_explain AND c.new_instance IS NOT c.old_instance AS is_explained,
         strftime('%Y-%m-%dT%H:%M:%SZ', o.collected_at, 'unixepoch') AS last_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', w.collected_at, 'unixepoch') AS first_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', w.ingested_at, 'unixepoch') AS known_at
    FROM instanced AS c
   -- a template is to lose its keys
   CROSS JOIN key_systems AS s ON s.root_id = c.root_id AND (c.fingerprint IS NOT NULL OR NOT s.is_template)
    JOIN scan AS o ON o.scan_id = c.last_scan
    JOIN scan AS w ON w.scan_id = c.first_scan
),
told AS (
  SELECT subject, domain_id, domain, hypervisor, uuid, root, road, marks,
         min(is_explained) AS is_explained,
         count(*) AS changes,
         json_group_array(json_object(
           'path', path, 'algorithm', ifnull(algorithm, old_algorithm),
           'before', old_fingerprint, 'after', fingerprint,
           'last_scan', last_scan, 'last_at', last_at, 'first_scan', first_scan, 'first_at', first_at,
           'explained', json(iif(is_explained, 'true', 'false')),
           'instance_before', old_instance, 'instance_after', new_instance)) AS list
    FROM (SELECT *
            FROM current AS c
           WHERE NOT EXISTS (SELECT 1
                               FROM changes AS j
                              WHERE j.domain = c.domain AND instr(j.target, c.path) > 0
                                AND j.at BETWEEN c.last_at AND c.known_at)
           ORDER BY root_id, is_explained, path)
   GROUP BY root_id
)
SELECT subject,
       domain_id,
       iif(is_explained, 'info', 'medium') AS severity,
       printf('%s: %s was %s at scan %d (%s) and is %s since scan %d (%s)%s%s', domain,
              json_extract(list, '$[0].path'), json_extract(list, '$[0].before'),
              json_extract(list, '$[0].last_scan'), json_extract(list, '$[0].last_at'),
              ifnull(json_extract(list, '$[0].after'), 'gone'), json_extract(list, '$[0].first_scan'),
              json_extract(list, '$[0].first_at'),
              iif(changes > 1, printf(', and %d more', changes - 1), ''),
              iif(is_explained, '; cloud-init has made it anew for instance '
                                || json_extract(list, '$[0].instance_after'),
                  '')) AS detail,
       json_object(
         'domain', domain,
         'hypervisor', hypervisor,
         'uuid', uuid,
         'root', root,
         'road', road,
         'marks', marks,
         'explained', json(iif(is_explained, 'true', 'false')),
         'changes', json(list)) AS evidence
  FROM told;
