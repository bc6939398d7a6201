-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.cmdline
-- severity: medium
-- title: The kernel command line of a guest sets its machine ID
-- why: systemd.machine_id= outranks /etc/machine-id and is written back to it at each boot; clones inherit it, and
--   renewing the file does not help as long as it is there.
-- fix: machine-id.reset
SELECT s.subject,
       s.domain_id,
       printf('%s: %s sets systemd.machine_id=%s at each boot%s', s.domain, min(e.path), e.value,
              iif(count(*) > 1, printf(' (and in %d more)', count(*) - 1), '')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'machine_id', (SELECT value
                          FROM identity_fact
                         WHERE root_id = s.root_id AND kind = 'machine-id' AND until_scan IS NULL),
         'settings', json_group_array(json_object('path', e.path, 'machine_id', e.value))) AS evidence
  FROM (SELECT root_id, path, value
          FROM identity_fact
         -- `firmware` has no value: it makes each clone another ID
         WHERE kind = 'cmdline-machine-id' AND until_scan IS NULL AND value IS NOT NULL
         ORDER BY root_id, path, value) AS e
 CROSS JOIN systems AS s ON s.root_id = e.root_id
 GROUP BY s.root_id;
