-- SPDX-License-Identifier: Apache-2.0
-- rule: image.backing-format-missing
-- severity: medium
-- title: An overlay does not say the format of its backing image
-- why: the format would have to be guessed from bytes that a guest may have written; libvirt since 6.0 refuses such
--   a chain.
-- fix: image.rebase
SELECT u.subject,
       u.domain_id,
       printf('%s names no format for its backing file %s', u.path, g.backing) AS detail,
       json_object(
         'path', u.path,
         'hypervisor', u.hypervisor,
         'format', g.format,
         'backing_path', g.backing,
         'backing_image', g.backing_image,
         'status', g.status,
         'user_count', u.user_count,
         'users', (SELECT json_group_array(json_object('domain', domain, 'target', target, 'overlay', overlay))
                     FROM (SELECT domain, target, overlay
                             FROM image_users
                            WHERE image_id = u.image_id
                            ORDER BY overlay, domain, domain_id, target
                            LIMIT 100))) AS evidence
  FROM (SELECT *, iif(typeof(backing_path) = 'blob', 'x''' || hex(backing_path) || '''', backing_path) AS backing
          FROM image_fact
         WHERE until_scan IS NULL
           AND (status = 'backing-format-missing'
                OR format = 'qcow2' AND backing_path IS NOT NULL AND backing_format IS NULL)) AS g
  JOIN used_images AS u ON u.image_id = g.image_id;
