-- SPDX-License-Identifier: Apache-2.0
-- rule: guest.unreadable
-- severity: info
-- title: A guest could not be read
-- why: what is unread is not compliant, only unknown: no other rule has seen the inside of this guest. A guest that
--   is running or saved counts only as long as it was never read: what was read of it before stays known.
WITH
-- Domains without a word about their guest, where a complete scan had one to say.
unread AS (
  SELECT d.domain_id, 'disk' AS road, NULL AS place, iif(f.status = 'ok', 'not-read', f.status) AS status, f.detail
    FROM domain_fact AS f
   CROSS JOIN domain AS d ON d.domain_id = f.domain_id
   CROSS JOIN last_complete_scan AS c ON c.hypervisor_id = d.hypervisor_id AND c.scan_id >= f.since_scan
   WHERE f.until_scan IS NULL
     AND NOT EXISTS (SELECT 1
                       FROM guest AS g
                       JOIN guest_fact AS s ON s.guest_id = g.guest_id AND s.until_scan IS NULL
                      WHERE g.domain_id = f.domain_id)
   UNION ALL
  SELECT g.domain_id, g.road, NULL, s.status, s.detail
    FROM guest_fact AS s
    JOIN guest AS g ON g.guest_id = s.guest_id
   WHERE s.until_scan IS NULL AND s.status <> 'ok'
     AND NOT (s.status IN ('running', 'saved')
              AND EXISTS (SELECT 1
                            FROM root AS r
                            JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL
                           WHERE r.guest_id = g.guest_id))
   UNION ALL
  SELECT g.domain_id, g.road, r.root, p.status, p.detail
    FROM root_fact AS p
    JOIN root AS r ON r.root_id = p.root_id
    JOIN guest AS g ON g.guest_id = r.guest_id
   WHERE p.until_scan IS NULL AND p.status <> 'ok'
   UNION ALL
  SELECT e.domain_id, g.road, r.root || ':' || e.path, e.state, NULL
    FROM identity_fact AS e
    JOIN root AS r ON r.root_id = e.root_id
    JOIN guest AS g ON g.guest_id = r.guest_id
   WHERE e.until_scan IS NULL AND e.state = 'unreadable'
)
SELECT h.name || '/' || d.uuid || '/' || u.road || ifnull('/' || u.place, '') AS subject,
       u.domain_id,
       f.name || ifnull(' (' || u.place || ')', '') || ': '
         || CASE WHEN instr(u.detail, u.status) THEN u.detail ELSE u.status || ifnull(': ' || u.detail, '') END AS detail,
       json_object(
         'domain', f.name,
         'hypervisor', h.name,
         'uuid', d.uuid,
         'state', f.state,
         'road', u.road,
         'place', u.place,
         'status', u.status,
         'said', u.detail) AS evidence
  FROM unread AS u
  JOIN domain AS d ON d.domain_id = u.domain_id
  JOIN domain_fact AS f ON f.domain_id = u.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;
