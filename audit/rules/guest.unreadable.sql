-- SPDX-License-Identifier: Apache-2.0
-- rule: guest.unreadable
-- severity: info
-- title: A guest could not be read
-- why: what is unread is not compliant, only unknown: no other rule has seen the inside of this guest. Of several
--   roads into it one is enough. A guest that is running or saved, and is not read so, counts only as long as it was
--   never read: what was read of it before stays known.
WITH
-- Guests that need no other road: read by the last attempt, or left alone because of what was read before.
read AS (
  SELECT e.domain_id, e.guest_id
    FROM effective_guests AS e
    JOIN guest_fact AS s ON s.guest_id = e.guest_id AND s.until_scan IS NULL
   WHERE s.status IN ('ok', 'running', 'saved')
),
unread AS (
  -- Domains without a word about their guest, where a complete scan had one to say.
  SELECT d.domain_id, NULL AS road, NULL AS place, iif(f.status = 'ok', 'not-read', f.status) AS status, f.detail
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
     AND NOT EXISTS (SELECT 1 FROM read WHERE domain_id = g.domain_id)
   UNION ALL
  SELECT g.domain_id, g.road, r.root, p.status, p.detail
    FROM root_fact AS p
    JOIN root AS r ON r.root_id = p.root_id
    JOIN effective_guests AS g ON g.guest_id = r.guest_id
   WHERE p.until_scan IS NULL AND p.status <> 'ok'
   UNION ALL
  SELECT g.domain_id, g.road, r.root || ':' || e.path, e.state, NULL
    FROM identity_fact AS e
    JOIN root AS r ON r.root_id = e.root_id
    JOIN effective_guests AS g ON g.guest_id = r.guest_id
   WHERE e.until_scan IS NULL AND e.state = 'unreadable'
),
-- The disk first: what is wrong with that stays when the guest is off, too.
told AS (
  SELECT domain_id,
         json_group_array(json_object('road', road, 'place', place, 'status', status, 'said', detail)) AS unread,
         group_concat(ifnull(road || ifnull(' ' || place, '') || ': ', '')
                      || iif(instr(detail, status), detail, status || ifnull(': ' || detail, '')), '; ') AS words
    FROM (SELECT * FROM unread ORDER BY domain_id, road <> 'disk', road, place)
   GROUP BY domain_id
)
SELECT h.name || '/' || d.uuid AS subject,
       t.domain_id,
       f.name || ': ' || t.words AS detail,
       json_object(
         'domain', f.name,
         'hypervisor', h.name,
         'uuid', d.uuid,
         'state', f.state,
         'unread', json(t.unread)) AS evidence
  FROM told AS t
  JOIN domain AS d ON d.domain_id = t.domain_id
  JOIN domain_fact AS f ON f.domain_id = t.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;
