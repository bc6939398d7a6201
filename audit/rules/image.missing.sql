-- SPDX-License-Identifier: Apache-2.0
-- rule: image.missing
-- severity: medium
-- title: An image that a domain needs is missing
-- why: the domain does not start, and what is in its guest is unknown.
SELECT u.subject,
       u.domain_id,
       printf('%s is missing; %d %s it', u.path, u.user_count,
              iif(u.user_count = 1, 'user needs', 'users need')) AS detail,
       json_object(
         'path', u.path,
         'hypervisor', u.hypervisor,
         'pool', g.pool,
         'volume', g.volume,
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
 WHERE g.until_scan IS NULL AND g.status = 'missing' AND u.user_count > 0
 UNION ALL
-- A backing image that has no row of its own.
SELECT h.name || ':' || b.path,
       NULL,
       printf('%s is missing; %d %s onto it', b.path, b.user_count,
              iif(b.user_count = 1, 'image backs', 'images back')),
       json_object(
         'path', b.path,
         'hypervisor', h.name,
         'user_count', b.user_count,
         'users', json(b.users))
  FROM (SELECT i.hypervisor_id, g.backing_image AS path, count(*) AS user_count,
               json_group_array(json_object('overlay', i.path)) AS users
          FROM image_fact AS g
          JOIN image AS i ON i.image_id = g.image_id
         WHERE g.until_scan IS NULL AND g.backing_image IS NOT NULL
           AND 'backing-missing' IN (g.status, g.chain)
           AND NOT EXISTS (SELECT 1
                             FROM image AS o
                             JOIN image_fact AS f ON f.image_id = o.image_id AND f.until_scan IS NULL
                            WHERE o.hypervisor_id = i.hypervisor_id AND o.path = g.backing_image)
         GROUP BY i.hypervisor_id, g.backing_image) AS b
  JOIN hypervisors AS h ON h.hypervisor_id = b.hypervisor_id;
