-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.ignored
-- severity: low
-- title: A guest has an authorized key that sshd does not take
-- why: somebody believes that this key lets them in, or that it no longer does. Both are surprised when the reason goes
--   away: a mode is set right, an account unlocked, a line repaired.
-- fix: authorized-key.remove
WITH
-- Of each user and key, where no line of it lets in; a line without a key stands for itself.
told AS (
  SELECT root_id, user, key, max(uid) AS uid, max(algorithm) AS algorithm, max(bits) AS bits,
         max(fingerprint) AS fingerprint,
         json_group_array(json_object(
           'file', key_file, 'line', line, 'cert_authority', json(iif(cert_authority, 'true', 'false')),
           'options', options, 'comment', comment,
           'effective', json(CASE effective WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END), 'reason', reason,
           'first_scan', first_scan, 'since', since)) AS lines
    FROM (SELECT ifnull(l.fingerprint, l.entry) AS key, l.*
            FROM (SELECT DISTINCT root_id, user
                    FROM authorized_key_fact
                   WHERE until_scan IS NULL AND effective = 0) AS i
           CROSS JOIN authorized_key_lines AS l ON l.root_id = i.root_id AND l.user = i.user
           ORDER BY l.root_id, l.user, key, l.key_file, l.line)
   GROUP BY root_id, user, key
  HAVING min(effective IS 0)
)
SELECT s.subject || ':' || t.user || ':' || t.key AS subject,
       s.domain_id,
       printf('%s: %s, line %d, does not let %s in: %s', s.domain, json_extract(t.lines, '$[0].file'),
              json_extract(t.lines, '$[0].line'), t.user, ifnull(json_extract(t.lines, '$[0].reason'), 'for an unknown reason')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'user', t.user,
         'uid', t.uid,
         'algorithm', t.algorithm,
         'bits', t.bits,
         'fingerprint', t.fingerprint,
         'lines', json(t.lines)) AS evidence
  FROM told AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
