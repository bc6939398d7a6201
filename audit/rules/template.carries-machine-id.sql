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
         'road', s.road,
         'marks', s.marks,
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
         CROSS JOIN systems AS s ON s.domain_id = t.domain_id) AS s
 WHERE reasons <> '[]' AND files <> '[]'
 UNION ALL
-- Templates without a domain of their own. What one overlay alone has, and with the same ID, is rather the earlier
-- state of one guest: an external snapshot.
SELECT u.subject,
       NULL,
       printf('image %s carries %s in %s (%s onto it)', i.path, g.machine_id, g.machine_id_path,
              iif(overlay_count = 1, '1 image backs', overlay_count || ' images back')),
       json_object(
         'hypervisor', h.name,
         'template_by', json_array('backing'),
         'image', i.path,
         'overlays', json((SELECT json_group_array(overlay)
                             FROM (SELECT overlay
                                     FROM image_users
                                    WHERE image_id = i.image_id AND overlay IS NOT NULL
                                    ORDER BY overlay
                                    LIMIT 100))),
         'overlay_count', overlay_count,
         'files', json_array(json_object('path', g.machine_id_path, 'machine_id', g.machine_id)))
  FROM (SELECT c.image_id, c.machine_id, c.machine_id_path,
               (SELECT count(overlay) FROM image_users WHERE image_id = c.image_id) AS overlay_count
          FROM image_fact AS c
         WHERE c.until_scan IS NULL AND c.machine_id IS NOT NULL) AS g
  JOIN image AS i ON i.image_id = g.image_id
  JOIN used_images AS u ON u.image_id = g.image_id
  JOIN hypervisors AS h ON h.hypervisor_id = i.hypervisor_id
 -- A scan of some domains alone takes the disks of the others for such.
 WHERE NOT EXISTS (SELECT 1 FROM image_users WHERE image_id = g.image_id AND domain_id IS NOT NULL)
   AND (overlay_count > 1
        OR EXISTS (SELECT 1
                     FROM image_users AS n
                     JOIN disk_fact AS k ON k.image_path = n.overlay AND k.until_scan IS NULL
                     JOIN domain AS d ON d.domain_id = k.domain_id AND d.hypervisor_id = i.hypervisor_id
                     JOIN effective_roots AS r ON r.domain_id = d.domain_id
                     JOIN identity_fact AS e ON e.root_id = r.root_id
                    WHERE n.image_id = g.image_id AND e.kind = 'machine-id' AND e.until_scan IS NULL
                      AND e.value <> g.machine_id));
