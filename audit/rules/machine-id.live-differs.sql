-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.live-differs
-- severity: medium
-- title: A running guest goes by another machine ID than its disk holds
-- why: the next boot gives the guest the identity that is on its disk: leases, journals and inventories then see
--   another machine. An ID was written to the disk and not taken up yet, or the running one is of this boot only.
WITH
-- Both have answered, to the last attempt.
both AS MATERIALIZED (
  SELECT a.domain_id, a.guest_id AS agent_id, w.guest_id AS disk_id
    FROM guest AS a
    JOIN guest_fact AS s ON s.guest_id = a.guest_id AND s.until_scan IS NULL AND s.status = 'ok'
    JOIN guest AS w ON w.domain_id = a.domain_id AND w.road = 'disk'
    JOIN guest_fact AS t ON t.guest_id = w.guest_id AND t.until_scan IS NULL AND t.status = 'ok'
   WHERE a.road = 'agent'
),
said AS MATERIALIZED (
  SELECT b.domain_id, r.guest_id = b.agent_id AS is_live, r.root_id, r.root, p.marks, e.kind, e.path, e.value
    FROM both AS b
    JOIN root AS r ON r.guest_id IN (b.agent_id, b.disk_id)
    JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL
    JOIN identity_fact AS e ON e.root_id = r.root_id AND e.until_scan IS NULL
   WHERE e.kind IN ('machine-id', 'dbus-machine-id') AND e.state IN ('valid', 'valid-no-newline', 'valid-uppercase')
),
-- Of several systems on the disks, the one that runs is told by its ID: none has it.
differing AS MATERIALIZED (
  SELECT l.domain_id, l.kind, l.path, l.value, ' ' || ifnull(l.marks, '') || ' ' AS live_marks,
         json_group_array(json_object('root', d.root, 'machine_id', d.value, 'marks', d.marks)) AS stored,
         group_concat(DISTINCT d.value) AS stored_values,
         max(instr(' ' || ifnull(d.marks, '') || ' ', ' torn-possible ') > 0) AS is_torn,
         iif(count(*) > 1, NULL,
             coalesce((SELECT min(value)
                         FROM identity_fact
                        WHERE root_id = d.root_id AND kind = 'cmdline-machine-id' AND until_scan IS NULL
                          AND l.kind = 'machine-id'),
                      d.value)) AS next_value
    FROM said AS l
    JOIN (SELECT * FROM said WHERE NOT is_live ORDER BY root) AS d ON d.domain_id = l.domain_id AND d.kind = l.kind
   WHERE l.is_live
   GROUP BY l.root_id, l.kind, l.path
  HAVING max(d.value = l.value) = 0
),
told AS (
  SELECT domain_id,
         max(is_torn) AS is_torn,
         max(kind = 'machine-id' AND instr(live_marks, ' transient-machine-id ') > 0) AS is_transient,
         max(printf('%s is %s by the agent and %s on the disk%s', path, value, replace(stored_values, ',', ' or '),
                    ifnull('; the next boot goes by ' || next_value, ''))) FILTER (WHERE place = 1) AS words,
         json_group_array(json_object(
           'path', path, 'kind', kind, 'agent', value, 'agent_marks', nullif(trim(live_marks), ''),
           'disk', json(stored), 'next_boot', next_value)) AS files
    FROM (SELECT *, row_number() OVER (PARTITION BY domain_id ORDER BY kind DESC) AS place
            FROM differing
           ORDER BY domain_id, place)
   GROUP BY domain_id
)
SELECT h.name || '/' || d.uuid AS subject,
       d.domain_id,
       f.name || ': ' || t.words
         || iif(t.is_transient, '; the running one is of this boot only: something is mounted over the file', '')
         || iif(t.is_torn, '; the disk was read while in use, which alone proves nothing: read it when the guest is off',
                '') AS detail,
       json_object(
         'domain', f.name,
         'hypervisor', h.name,
         'uuid', d.uuid,
         'state', f.state,
         'transient', json(iif(t.is_transient, 'true', 'false')),
         'torn_possible', json(iif(t.is_torn, 'true', 'false')),
         'files', json(t.files)) AS evidence
  FROM told AS t
  JOIN domain AS d ON d.domain_id = t.domain_id
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;
