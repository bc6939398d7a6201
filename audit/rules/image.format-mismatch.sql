-- SPDX-License-Identifier: Apache-2.0
-- rule: image.format-mismatch
-- severity: high
-- title: An image is of another format than declared
-- why: a guest can write a qcow2 header to its own raw disk; whoever then opens the image by its looks follows the
--   backing file that the guest chose, into any file of the host.
SELECT u.subject,
       u.domain_id,
       u.path || ': ' || ifnull(g.detail, printf('declared as %s, but it begins as %s does',
                                                 g.declared_format, g.magic_format)) AS detail,
       json_object(
         'path', u.path,
         'hypervisor', u.hypervisor,
         'declared_format', g.declared_format,
         'format', g.format,
         'magic_format', g.magic_format,
         'status', g.status,
         'said', g.detail,
         'user_count', u.user_count,
         'users', (SELECT json_group_array(json_object('domain', domain, 'target', target, 'overlay', overlay))
                     FROM (SELECT domain, target, overlay
                             FROM image_users
                            WHERE image_id = u.image_id
                            ORDER BY overlay, domain, domain_id, target
                            LIMIT 100))) AS evidence
  FROM image_fact AS g
  JOIN used_images AS u ON u.image_id = g.image_id
 WHERE g.until_scan IS NULL
   AND (g.status = 'format-mismatch'
        OR g.declared_format = 'raw' AND g.magic_format <> 'raw');
