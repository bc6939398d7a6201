-- SPDX-License-Identifier: Apache-2.0
-- rule: cloud-init.failed
-- severity: medium
-- title: cloud-init has failed, or cannot make out what it is told
-- why: what it was to set up (users, keys, network, packages) is done in part or not at all. What could not be read here
--   for another reason is info: whether the guest is as declared is then unknown, and no other rule says that it is not.
WITH
trouble AS (
  SELECT root_id, 1 AS rank, 'medium' AS severity, 'last run' AS place, 'failed' AS status, NULL AS said,
         'its last run failed' || ifnull(' in ' || replace(failed_stages, ' ', ', '), '') AS words
    FROM cloud_init_fact
   WHERE until_scan IS NULL AND failed = 1
   UNION ALL
  SELECT root_id, 2, iif(config_status = 'malformed', 'medium', 'info'), 'configuration', config_status, config_detail,
         printf('its configuration is %s', config_status)
    FROM cloud_init_fact
   WHERE until_scan IS NULL AND config_status NOT IN ('ok', 'missing')
   UNION ALL
  SELECT root_id, 3, iif(status = 'malformed', 'medium', 'info'), place, status, detail, printf('%s is %s', place, status)
    FROM applied_seeds
   WHERE status NOT IN ('ok', 'missing')
),
told AS (
  SELECT root_id,
         max(severity = 'medium') AS is_failure,
         group_concat(words || ifnull(' (' || said || ')', ''), '; ') AS words,
         json_group_array(json_object('place', place, 'status', status, 'said', said)) AS list
    FROM (SELECT * FROM trouble ORDER BY root_id, rank, place)
   GROUP BY root_id
)
SELECT s.subject,
       s.domain_id,
       iif(t.is_failure, 'medium', 'info') AS severity,
       printf('%s: cloud-init: %s', s.domain, t.words) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'instance_id', c.instance_id,
         'datasource', c.datasource,
         'finished', json(CASE c.finished WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
         'failed_stages', c.failed_stages,
         'trouble', json(t.list)) AS evidence
  FROM told AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id
  JOIN cloud_init_fact AS c ON c.root_id = t.root_id AND c.until_scan IS NULL;
