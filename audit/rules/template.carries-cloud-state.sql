-- SPDX-License-Identifier: Apache-2.0
-- rule: template.carries-cloud-state
-- severity: low
-- title: A template has run cloud-init
-- why: its clones start with its instance ID, its logs and whatever it was told; a clone that has no instance ID of its
--   own takes itself for the template and is not set up, nor is any with `manual_cache_clean`: then it is medium.
-- fix: cloud-init.clean
WITH
template AS MATERIALIZED (
  SELECT root_id, json_group_array(reason) AS reasons
    FROM (SELECT * FROM template_systems ORDER BY root_id, reason DESC)
   GROUP BY root_id
),
carrying AS (
  SELECT s.*, c.instance_id, c.datasource, c.cloud_dir,
         c.manual_cache_clean = 1
           -- an ID that the clone gets, too
           OR c.instance_id IN (SELECT instance_id FROM placeholder_instances) AS is_kept,
         c.manual_cache_clean,
         t.reasons
    FROM template AS t
   CROSS JOIN key_systems AS s ON s.root_id = t.root_id
    JOIN cloud_init_fact AS c ON c.root_id = s.root_id AND c.until_scan IS NULL AND c.has_run = 1
)
SELECT subject,
       domain_id,
       iif(is_kept, 'medium', 'low') AS severity,
       printf('template %s has run cloud-init as instance %s (template by %s)%s', domain,
              ifnull(instance_id, 'unknown'), json_extract(reasons, '$[0]'),
              iif(is_kept, '; clones may take themselves for it', '')) AS detail,
       json_object(
         'domain', domain,
         'hypervisor', hypervisor,
         'uuid', uuid,
         'root', root,
         'road', road,
         'marks', marks,
         'state', state,
         'template_by', json(reasons),
         'instance_id', instance_id,
         'datasource', datasource,
         'cloud_dir', cloud_dir,
         'manual_cache_clean', json(CASE manual_cache_clean WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END))
         AS evidence
  FROM carrying;
