-- SPDX-License-Identifier: Apache-2.0
-- rule: image.corrupt
-- severity: high
-- title: An image is corrupt
-- why: its header contradicts itself, or QEMU has marked it corrupt; QEMU then refuses to write to it.
SELECT u.subject,
       u.domain_id,
       printf('%s: %s', u.path,
              iif(g.corrupt, 'marked corrupt in its header',
                  ifnull(g.detail, 'its header contradicts itself'))) AS detail,
       json_object(
         'path', u.path,
         'hypervisor', u.hypervisor,
         'format', g.format,
         'status', g.status,
         'said', g.detail,
         'marked', json(iif(g.corrupt, 'true', 'false')),
         'user_count', u.user_count,
         'users', (SELECT json_group_array(json_object('domain', domain, 'target', target, 'overlay', overlay))
                     FROM (SELECT domain, target, overlay
                             FROM image_users
                            WHERE image_id = u.image_id
                            ORDER BY overlay, domain, domain_id, target
                            LIMIT 100))) AS evidence
  FROM image_fact AS g
  JOIN used_images AS u ON u.image_id = g.image_id
 WHERE g.until_scan IS NULL AND (g.status = 'corrupt' OR g.corrupt = 1);
