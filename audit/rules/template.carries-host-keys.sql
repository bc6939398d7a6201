-- SPDX-License-Identifier: Apache-2.0
-- rule: template.carries-host-keys
-- severity: medium
-- title: A template has SSH host keys
-- why: every guest cloned from it starts with them, and can pass for the others. Where cloud-init replaces them at the
--   first boot of a clone it is low: they stay where that has no instance ID of its own. Of base images without a domain
--   only the machine ID is read, so that they are not seen here.
-- fix: host-key.reset
WITH
template AS MATERIALIZED (
  SELECT root_id, json_group_array(reason) AS reasons
    FROM (SELECT * FROM template_systems ORDER BY root_id, reason DESC)
   GROUP BY root_id
),
carrying AS (
  SELECT s.*,
         t.reasons,
         (SELECT json_group_array(json_object(
                   'path', path, 'algorithm', algorithm, 'bits', bits, 'fingerprint', fingerprint, 'state', state,
                   'comment', iif(typeof(comment) = 'blob', 'x''' || hex(comment) || '''', comment)))
            FROM (SELECT *
                    FROM host_key_fact
                   WHERE root_id = s.root_id AND until_scan IS NULL AND has_private = 1
                   ORDER BY path)) AS keys,
         EXISTS (SELECT 1
                   FROM cloud_init_fact
                  WHERE root_id = s.root_id AND until_scan IS NULL AND installed = 1 AND disabled IS NOT 1
                    AND ssh_deletekeys IS NOT 0
                    -- with it cloud-init goes on as the instance that it was
                    AND (has_run = 0 OR manual_cache_clean IS NOT 1)) AS is_replaced
    FROM template AS t
   CROSS JOIN key_systems AS s ON s.root_id = t.root_id
)
SELECT subject,
       domain_id,
       iif(is_replaced, 'low', 'medium') AS severity,
       printf('template %s carries %s%s (template by %s)%s', domain, json_extract(keys, '$[0].path'),
              iif(json_array_length(keys) > 1, printf(' and %d more', json_array_length(keys) - 1), ''),
              json_extract(reasons, '$[0]'),
              iif(is_replaced, '; cloud-init replaces them in clones', '')) AS detail,
       json_object(
         'domain', domain,
         'hypervisor', hypervisor,
         'uuid', uuid,
         'root', root,
         'road', road,
         'marks', marks,
         'state', state,
         'template_by', json(reasons),
         'replaced_by_cloud_init', json(iif(is_replaced, 'true', 'false')),
         'keys', json(keys)) AS evidence
  FROM carrying
 WHERE keys <> '[]';
