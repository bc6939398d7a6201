-- SPDX-License-Identifier: Apache-2.0
-- rule: domain.same-uuid
-- severity: high
-- title: One domain UUID is defined on several hypervisors
-- why: after a migration without undefine the old definition stays; started, both write to one disk or two guests
--   go by one identity.
-- fix: domain.undefine
WITH
twice AS MATERIALIZED (
  SELECT d.uuid
    FROM domain AS d
    JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
    JOIN hypervisor AS h ON h.hypervisor_id = d.hypervisor_id
   -- test:///default has the same domain everywhere
   WHERE NOT (lower(h.driver) = 'test' AND d.uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f')
   GROUP BY d.uuid
  HAVING min(d.hypervisor_id) <> max(d.hypervisor_id)
),
member AS MATERIALIZED (
  SELECT d.uuid, d.domain_id, f.name AS domain, h.name AS hypervisor, f.state,
         ifnull(f.state NOT IN ('shut off', 'crashed'), 0) AS is_active,
         (SELECT json_group_array(image_path)
            FROM (SELECT image_path
                    FROM disk_fact
                   WHERE domain_id = d.domain_id AND until_scan IS NULL AND image_path IS NOT NULL
                     AND device IN ('disk', 'lun')
                   ORDER BY target)) AS images
    FROM twice AS t
    JOIN domain AS d ON d.uuid = t.uuid
    JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
    JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
   WHERE NOT (lower(h.driver) = 'test' AND d.uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f')
),
told AS (
  SELECT uuid,
         count(*) AS domains,
         sum(is_active) AS active,
         min(images) = max(images) AND min(images) <> '[]' AS is_same,
         min(domain) AS domain,
         group_concat(hypervisor, ', ') AS hypervisors,
         json_group_array(json_object(
           'domain', domain, 'domain_id', domain_id, 'hypervisor', hypervisor, 'state', state,
           'images', json(images))) AS members
    FROM (SELECT * FROM member ORDER BY uuid, hypervisor)
   GROUP BY uuid
)
SELECT uuid AS subject,
       NULL AS domain_id,
       printf('%s is defined on %s: %s, %s', domain, hypervisors,
              CASE WHEN active > 1 THEN 'running on several at once'
                   WHEN active = 1 THEN 'one is running, so any other is likely stale'
                   ELSE 'none is running' END,
              iif(is_same, 'with the same image paths', 'with different images')) AS detail,
       json_object(
         'uuid', uuid,
         'count', domains,
         'verdict', CASE WHEN active > 1 THEN 'several-running' WHEN active = 1 THEN 'stale-definition'
                         ELSE 'none-running' END,
         'same_images', json(iif(is_same, 'true', 'false')),
         'members', json(members)) AS evidence
  FROM told;
