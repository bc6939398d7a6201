-- SPDX-License-Identifier: Apache-2.0
-- rule: image.orphan
-- severity: info
-- title: A volume is used by no domain
-- why: it may be left over, and takes room; it may also be an image that is installed from now and then.
WITH
-- Files with several paths: a pool may know by another name what a disk uses.
alias AS MATERIALIZED (
  SELECT i.hypervisor_id, i.path, g.file_id
    FROM image_fact AS g
    JOIN image AS i ON i.image_id = g.image_id
   WHERE g.until_scan IS NULL
     AND g.file_id IN (SELECT file_id
                         FROM image_fact
                        WHERE until_scan IS NULL AND file_id IS NOT NULL
                        GROUP BY file_id
                       HAVING count(*) > 1)
)
SELECT h.name || ':' || i.path AS subject,
       NULL AS domain_id,
       printf('volume %s of pool %s is used by no domain', ifnull(g.volume, i.path), g.pool) AS detail,
       json_object(
         'path', i.path,
         'hypervisor', h.name,
         'pool', g.pool,
         'volume', g.volume,
         'status', g.status,
         'format', ifnull(g.format, g.magic_format),
         'virtual_size', g.virtual_size,
         'allocated', g.allocated) AS evidence
  FROM image_fact AS g
 CROSS JOIN image AS i ON i.image_id = g.image_id
  -- only a complete scan has seen all domains that might use it
 CROSS JOIN last_complete_scan AS c ON c.hypervisor_id = i.hypervisor_id AND c.scan_id >= g.since_scan
  JOIN hypervisors AS h ON h.hypervisor_id = i.hypervisor_id
 WHERE g.until_scan IS NULL AND g.pool IS NOT NULL
   AND NOT EXISTS (
         WITH RECURSIVE above (path) AS (
           SELECT i.path
            UNION
           SELECT path FROM alias WHERE hypervisor_id = i.hypervisor_id AND file_id = g.file_id
            UNION
           SELECT o.path
             FROM above AS a
            CROSS JOIN image_fact AS b ON b.backing_image = a.path AND b.until_scan IS NULL
            CROSS JOIN image AS o ON o.image_id = b.image_id AND o.hypervisor_id = i.hypervisor_id)
         SELECT 1
           FROM above AS a
          CROSS JOIN disk_fact AS k ON k.image_path = a.path AND k.until_scan IS NULL
          CROSS JOIN domain AS d ON d.domain_id = k.domain_id AND d.hypervisor_id = i.hypervisor_id);
