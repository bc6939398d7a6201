-- SPDX-License-Identifier: Apache-2.0
-- rule: cloud-init.instance-id-duplicate
-- severity: medium
-- title: Two or more guests are one instance to cloud-init
-- why: cloud-init does its work once for each instance ID. A clone that keeps its template's takes itself for it: no new
--   SSH host keys, no host name, no users. IDs that cloud-init itself gives to every guest, such as "nocloud", say nothing.
WITH
candidate (instance_id) AS MATERIALIZED (
  SELECT instance_id
    FROM cloud_init_fact
   WHERE until_scan IS NULL
     AND instance_id NOT IN (SELECT instance_id FROM placeholder_instances)
   GROUP BY instance_id
  HAVING min(root_id) <> max(root_id)
),
holding AS MATERIALIZED (
  SELECT c.instance_id, i.since_scan, i.datasource, i.manual_cache_clean, s.root, s.road, s.marks, s.domain_id, s.domain,
         s.hypervisor, s.uuid, s.state, s.is_template
    FROM candidate AS c
   CROSS JOIN cloud_init_fact AS i ON i.instance_id = c.instance_id AND i.until_scan IS NULL
   CROSS JOIN key_systems AS s ON s.root_id = i.root_id
),
-- Domains of one UUID on several hypervisors are one guest, unless they are on other disks: the least of them stands
-- for all.
seen_twice AS MATERIALIZED (
  SELECT a.instance_id, a.domain_id, min(b.domain_id) AS guest
    FROM (SELECT instance_id, uuid FROM holding GROUP BY instance_id, uuid HAVING min(domain_id) <> max(domain_id)) AS t
    JOIN holding AS a ON a.instance_id = t.instance_id AND a.uuid = t.uuid
    JOIN holding AS b ON b.instance_id = t.instance_id AND b.uuid = t.uuid
   WHERE NOT EXISTS (SELECT 1
                       FROM twins
                      WHERE domain_id = a.domain_id AND twin_id = b.domain_id AND storage = 'different')
   GROUP BY a.instance_id, a.domain_id
),
-- One row per domain, however many systems of it are that instance.
member AS MATERIALIZED (
  SELECT h.*, ifnull(t.guest, h.domain_id) AS guest,
         row_number() OVER (PARTITION BY h.instance_id, h.domain_id ORDER BY h.root) AS nth
    FROM holding AS h
    LEFT JOIN seen_twice AS t ON t.instance_id = h.instance_id AND t.domain_id = h.domain_id
),
placed AS (
  SELECT *,
         row_number() OVER (PARTITION BY instance_id ORDER BY is_template DESC, domain, guest, hypervisor) AS place
    FROM member
   WHERE nth = 1
),
told AS (
  SELECT p.instance_id,
         count(DISTINCT p.guest) AS guests,
         group_concat(p.domain, ', ') FILTER (WHERE p.place <= 5) AS names,
         json_group_array(json_object(
           'domain', p.domain, 'domain_id', p.domain_id, 'hypervisor', p.hypervisor, 'uuid', p.uuid,
           'state', p.state, 'template', json(iif(p.is_template, 'true', 'false')),
           'root', p.root, 'road', p.road, 'marks', p.marks,
           'datasource', p.datasource,
           'manual_cache_clean', json(iif(p.manual_cache_clean = 1, 'true', 'false')),
           'since', strftime('%Y-%m-%dT%H:%M:%SZ', s.collected_at, 'unixepoch'))) FILTER (WHERE p.place <= 1000) AS members
    FROM (SELECT * FROM placed ORDER BY instance_id, place) AS p
    JOIN scan AS s ON s.scan_id = p.since_scan
   GROUP BY p.instance_id
  HAVING count(DISTINCT p.guest) > 1
)
SELECT instance_id AS subject,
       NULL AS domain_id,
       printf('%d guests are instance %s to cloud-init: %s%s', guests, instance_id, names, iif(guests > 5, ', …', ''))
         AS detail,
       json_object(
         'instance_id', instance_id,
         'count', guests,
         'consequence', 'a clone is not set up: it keeps host keys, host name and users of its template',
         'members', json(members)) AS evidence
  FROM told;
