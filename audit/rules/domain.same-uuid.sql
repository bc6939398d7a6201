-- SPDX-License-Identifier: Apache-2.0
-- rule: domain.same-uuid
-- severity: high
-- title: One domain UUID is defined on several hypervisors
-- why: after a migration without undefine the old definition stays; started, both write to one disk or two guests
--   go by one identity.
-- fix: domain.undefine
WITH
twice AS MATERIALIZED (
  SELECT d.uuid
    FROM domain AS d
    JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
    JOIN hypervisor AS h ON h.hypervisor_id = d.hypervisor_id
   -- test:///default has the same domain everywhere
   WHERE NOT (lower(h.driver) = 'test' AND d.uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f')
   GROUP BY d.uuid
  HAVING min(d.hypervisor_id) <> max(d.hypervisor_id)
),
member AS MATERIALIZED (
  SELECT d.uuid, d.domain_id, f.name AS domain, h.name AS hypervisor, f.state, f.state_reason,
         ifnull(f.state NOT IN ('shut off', 'crashed'), 0) AS is_active,
         f.since_scan,
         max(f.since_scan, ifnull(c.scan_id, 0)) AS last_scan,
         (SELECT json_group_array(json_object('target', target, 'source', source, 'file_id', file_id))
            FROM (SELECT target, source, file_id FROM own_disks WHERE domain_id = d.domain_id ORDER BY target)) AS disks
    FROM twice AS t
    JOIN domain AS d ON d.uuid = t.uuid
    JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
    JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
    LEFT JOIN last_complete_scan AS c ON c.hypervisor_id = d.hypervisor_id
   WHERE NOT (lower(h.driver) = 'test' AND d.uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f')
),
pair AS MATERIALIZED (
  SELECT a.uuid, a.domain_id, b.domain_id AS twin_id, t.storage,
         a.is_active AND b.is_active AS are_active,
         -- The side that is not running any more or not yet; or it arrived after the other was last looked at.
         a.is_active AND b.is_active
           AND (a.state_reason IS 'migrating' OR b.state_reason IS 'migrating'
                OR a.state_reason IS 'post-copy' OR b.state_reason IS 'post-copy'
                OR a.state_reason IS 'migrated' AND a.since_scan > b.last_scan
                OR b.state_reason IS 'migrated' AND b.since_scan > a.last_scan) AS is_migration
    FROM member AS a
    JOIN member AS b ON b.uuid = a.uuid AND b.domain_id > a.domain_id
    JOIN twins AS t ON t.domain_id = a.domain_id AND t.twin_id = b.domain_id
),
judged AS MATERIALIZED (
  SELECT uuid,
         CASE WHEN min(storage) = max(storage) THEN min(storage)
              WHEN max(storage = 'same') THEN 'same for some'
              ELSE 'unknown' END AS storage,
         CASE WHEN min(storage = 'different') THEN 'different-disks'
              WHEN max(are_active AND NOT is_migration AND storage = 'same') THEN 'split-brain'
              WHEN max(are_active AND NOT is_migration) THEN 'several-running'
              WHEN max(is_migration) THEN 'migrating' END AS verdict
    FROM pair
   GROUP BY uuid
),
told AS (
  SELECT uuid,
         count(*) AS domains,
         sum(is_active) AS active,
         min(domain) AS domain,
         group_concat(hypervisor, ', ') AS hypervisors,
         json_group_array(json_object(
           'domain', domain, 'domain_id', domain_id, 'hypervisor', hypervisor, 'state', state,
           'reason', state_reason, 'disks', json(disks))) AS members
    FROM (SELECT * FROM member ORDER BY uuid, hypervisor)
   GROUP BY uuid
),
verdicts AS (
  SELECT t.*, j.storage, ifnull(j.verdict, iif(t.active = 1, 'stale-definition', 'none-running')) AS verdict
    FROM told AS t
    JOIN judged AS j ON j.uuid = t.uuid
)
SELECT uuid AS subject,
       NULL AS domain_id,
       printf('%s is defined on %s: %s', domain, hypervisors,
              CASE verdict
              WHEN 'different-disks' THEN 'on other disks each, so the definition was copied with its UUID: these are '
                                          || domains || ' guests, or one that was migrated with its storage'
              WHEN 'split-brain' THEN 'running on several at once, on the same disks'
              WHEN 'several-running' THEN 'running on several at once'
              WHEN 'migrating' THEN 'it is being migrated, or was since one of them was scanned'
              WHEN 'stale-definition' THEN 'one is running, so any other is likely stale'
              ELSE 'none is running' END) AS detail,
       json_object(
         'uuid', uuid,
         'count', domains,
         'verdict', verdict,
         'storage', storage,
         'members', json(members)) AS evidence
  FROM verdicts;
