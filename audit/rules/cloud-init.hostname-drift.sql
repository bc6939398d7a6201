-- SPDX-License-Identifier: Apache-2.0
-- rule: cloud-init.hostname-drift
-- severity: low
-- title: A guest has another host name than cloud-init was told
-- why: somebody changed it by hand, or the guest is a clone that was not set up; inventories that go by what was declared
--   do not find it. A short name and the full one are the same; with `preserve_hostname` cloud-init leaves it alone.
WITH
compared AS MATERIALIZED (
  SELECT a.root_id, a.place, a.hostname AS told, p.hostname, c.instance_id,
         lower(a.hostname) = lower(p.hostname)
           -- one of them has no domain
           OR lower(substr(a.hostname, 1, length(p.hostname) + 1)) = lower(p.hostname || '.')
           OR lower(substr(p.hostname, 1, length(a.hostname) + 1)) = lower(a.hostname || '.') AS is_same
    FROM applied_seeds AS a
   CROSS JOIN root_fact AS p ON p.root_id = a.root_id AND p.until_scan IS NULL
   CROSS JOIN cloud_init_fact AS c ON c.root_id = a.root_id AND c.until_scan IS NULL
   WHERE a.status = 'ok' AND a.hostname IS NOT NULL AND p.hostname IS NOT NULL
     AND ifnull(a.preserve_hostname, c.preserve_hostname) IS NOT 1
),
drift AS MATERIALIZED (
  SELECT root_id, hostname, instance_id, json_group_array(json_object('place', place, 'hostname', told)) AS list
    FROM (SELECT * FROM compared ORDER BY root_id, place)
   GROUP BY root_id
  HAVING max(is_same) = 0
)
SELECT s.subject,
       s.domain_id,
       printf('%s: its host name is %s, and cloud-init was told %s', s.domain, d.hostname,
              json_extract(d.list, '$[0].hostname')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'instance_id', d.instance_id,
         'hostname', d.hostname,
         'declared', json(d.list)) AS evidence
  FROM drift AS d
 CROSS JOIN key_systems AS s ON s.root_id = d.root_id;
