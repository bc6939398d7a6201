-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.missing
-- severity: low
-- title: A guest has no /etc/machine-id
-- why: without the file systemd takes the next boot for the first one, presets all units anew and may ask
--   questions; with a read-only /etc the guest does not boot. Templates may lack it; an empty file is safer there, too.
-- fix: machine-id.renew
SELECT s.subject,
       s.domain_id,
       printf('%s: %s is %s; the next boot takes %s', s.domain, e.path,
              iif(e.state = 'dangling', 'a link to nothing', 'missing'),
              CASE WHEN n.source = 'unknown' THEN 'another one'
                   WHEN n.value IS NULL THEN 'a random ID'
                   ELSE printf('the %s %s', n.source, n.value) END) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'path', e.path,
         'state', e.state,
         'replaced_by', n.source,
         'next_value', n.value) AS evidence
  FROM identity_fact AS e
 CROSS JOIN systems AS s ON s.root_id = e.root_id
  JOIN next_machine_ids AS n ON n.root_id = e.root_id
 WHERE e.kind = 'machine-id' AND e.until_scan IS NULL AND e.state IN ('missing', 'dangling')
   AND e.domain_id NOT IN (SELECT domain_id FROM templates);
