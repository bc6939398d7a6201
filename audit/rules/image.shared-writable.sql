-- SPDX-License-Identifier: Apache-2.0
-- rule: image.shared-writable
-- severity: high
-- title: An image is written to while others use it
-- why: two guests writing to one file system destroy it, and writing to an image changes every overlay on it.
--   What is meant to be shared is marked shareable or read-only.
WITH
-- Paths that several domains name, whose file has several paths, or that other images back onto.
suspect (path) AS MATERIALIZED (
  SELECT image_path
    FROM disk_fact
   WHERE until_scan IS NULL AND image_path IS NOT NULL
   GROUP BY image_path
  HAVING min(domain_id) <> max(domain_id)
   UNION
  SELECT i.path
    FROM image_fact AS g
    JOIN image AS i ON i.image_id = g.image_id
   WHERE g.until_scan IS NULL
     AND g.file_id IN (SELECT file_id
                         FROM image_fact
                        WHERE until_scan IS NULL AND file_id IS NOT NULL
                        GROUP BY file_id
                       HAVING count(*) > 1)
   UNION
  SELECT backing_image
    FROM image_fact
   WHERE until_scan IS NULL AND backing_image IS NOT NULL
),
use AS MATERIALIZED (
  SELECT d.hypervisor_id, ifnull(g.file_id, k.image_path) AS file, k.image_path AS path,
         k.domain_id, f.name AS domain, k.target, f.state,
         ifnull(k.shareable, 0) AS is_shareable,
         k.device IN ('disk', 'lun') AND ifnull(k.readonly, 0) = 0 AND ifnull(k.transient, 0) = 0 AS is_writer,
         ifnull(f.state NOT IN ('shut off', 'crashed'), 0) AS is_active
    FROM suspect AS s
   CROSS JOIN disk_fact AS k ON k.image_path = s.path AND k.until_scan IS NULL
    JOIN domain AS d ON d.domain_id = k.domain_id
    JOIN domain_fact AS f ON f.domain_id = k.domain_id AND f.until_scan IS NULL
    LEFT JOIN image AS i ON i.hypervisor_id = d.hypervisor_id AND i.path = k.image_path
    LEFT JOIN image_fact AS g ON g.image_id = i.image_id AND g.until_scan IS NULL
),
-- The overlays of a file, by whichever of its paths they name it.
overlay AS MATERIALIZED (
  SELECT o.hypervisor_id, ifnull(b.file_id, g.backing_image) AS file, count(*) AS overlays
    FROM image_fact AS g
    JOIN image AS o ON o.image_id = g.image_id
    LEFT JOIN image AS i ON i.hypervisor_id = o.hypervisor_id AND i.path = g.backing_image
    LEFT JOIN image_fact AS b ON b.image_id = i.image_id AND b.until_scan IS NULL
   WHERE g.until_scan IS NULL AND g.backing_image IS NOT NULL
   GROUP BY 1, 2
),
shared AS (
  SELECT u.hypervisor_id,
         min(u.path) AS path,
         ifnull(max(o.overlays), 0) AS overlays,
         count(DISTINCT u.domain_id) AS domains,
         count(DISTINCT CASE WHEN u.is_writer THEN u.domain_id END) AS writers,
         min(u.is_shareable) AS all_shareable,
         max(u.is_writer AND u.is_active) AS is_written,
         min(CASE WHEN u.is_writer THEN u.domain_id END) AS writer_id,
         min(CASE WHEN u.is_writer THEN u.domain END) AS writer,
         group_concat(u.domain, ', ') FILTER (WHERE u.place <= 5) AS names,
         json_group_array(json_object(
           'domain', u.domain, 'domain_id', u.domain_id, 'target', u.target, 'state', u.state, 'path', u.path,
           'writes', json(iif(u.is_writer, 'true', 'false')),
           'shareable', json(iif(u.is_shareable, 'true', 'false')))) FILTER (WHERE u.place <= 100) AS users
    FROM (SELECT *, row_number() OVER (PARTITION BY hypervisor_id, file
                                       ORDER BY domain, domain_id, target) AS place
            FROM use
           ORDER BY hypervisor_id, file, place) AS u
    LEFT JOIN overlay AS o ON o.hypervisor_id = u.hypervisor_id AND o.file = u.file
   GROUP BY u.hypervisor_id, u.file
)
SELECT h.name || ':' || s.path AS subject,
       iif(s.domains = 1, s.writer_id, NULL) AS domain_id,
       iif(s.domains > 1 AND NOT s.all_shareable,
           printf('%s is used by %d domains and not marked shareable: %s%s', s.path, s.domains, s.names,
                  iif(s.domains > 5, ', …', '')),
           printf('%s writes to %s, which backs %d %s', s.writer, s.path, s.overlays,
                  iif(s.overlays = 1, 'image', 'images'))) AS detail,
       json_object(
         'path', s.path,
         'hypervisor', h.name,
         'domain_count', s.domains,
         'writer_count', s.writers,
         'overlay_count', s.overlays,
         'users', json(s.users)) AS evidence
  FROM shared AS s
  JOIN hypervisors AS h ON h.hypervisor_id = s.hypervisor_id
 WHERE s.writers > 0
   AND (s.domains > 1 AND NOT s.all_shareable
        -- a base whose domain is off is not being written: that is how templates are kept
        OR s.overlays > 0 AND s.is_written);
