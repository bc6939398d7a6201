-- SPDX-License-Identifier: Apache-2.0
-- rule: template.carries-machine-id
-- severity: high
-- title: A template has a machine ID
-- why: every guest cloned from it starts with that ID. The file should be empty, and a D-Bus copy that is no link
--   should be gone: it brings the old ID back.
-- fix: machine-id.reset
WITH
template AS MATERIALIZED (
  SELECT DISTINCT domain_id FROM templates
)
SELECT s.subject,
       s.domain_id,
       printf('template %s carries %s in %s (template by %s)', s.domain,
              json_extract(files, '$[0].machine_id'), json_extract(files, '$[0].path'),
              json_extract(reasons, '$[0]')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'state', s.state,
         'template_by', json(reasons),
         'image', s.image_path,
         'overlays', json(ifnull(overlays, '[]')),
         'overlay_count', overlay_count,
         'files', json(files)) AS evidence
  FROM (SELECT s.*,
               (SELECT json_group_array(reason)
                  FROM (SELECT DISTINCT reason
                          FROM templates
                         WHERE domain_id = s.domain_id AND ifnull(image_path = s.image_path, image_path IS NULL)
                         ORDER BY reason DESC)) AS reasons,
               (SELECT json_group_array(json_object('path', path, 'machine_id', value, 'state', state))
                  FROM (SELECT path, value, state
                          FROM identity_fact
                         WHERE root_id = s.root_id AND kind IN ('machine-id', 'dbus-machine-id')
                           AND until_scan IS NULL AND value IS NOT NULL
                         ORDER BY path)) AS files,
               (SELECT json_group_array(overlay)
                  FROM (SELECT n.overlay
                          FROM image AS i
                          JOIN image_users AS n ON n.image_id = i.image_id
                         WHERE i.hypervisor_id = s.hypervisor_id AND i.path = s.image_path
                           AND n.overlay IS NOT NULL
                         ORDER BY n.overlay
                         LIMIT 100)) AS overlays,
               (SELECT count(n.overlay)
                  FROM image AS i
                  JOIN image_users AS n ON n.image_id = i.image_id
                 WHERE i.hypervisor_id = s.hypervisor_id AND i.path = s.image_path) AS overlay_count
          FROM template AS t
          JOIN systems AS s ON s.domain_id = t.domain_id) AS s
 WHERE reasons <> '[]' AND files <> '[]';
