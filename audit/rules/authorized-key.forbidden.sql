-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.forbidden
-- severity: high
-- title: A guest has an authorized key that a policy forbids
-- why: the key of somebody who left, or one that is known to others, is still there. Whether sshd takes it as things are
--   does not matter, nor which options it has.
-- fix: authorized-key.remove
WITH
bound AS MATERIALIZED (
  SELECT name, domain_id, users FROM key_policy_bindings WHERE mode = 'forbidden'
),
-- From the few keys of policies to the index of keys.
hit AS MATERIALIZED (
  SELECT DISTINCT k.root_id, k.user, k.fingerprint, k.key_file, k.entry, y.name, y.file || ':' || p.line AS place
    FROM key_policy AS y
   CROSS JOIN key_policy_key AS p ON p.name = y.name
   CROSS JOIN authorized_key_fact AS k ON k.fingerprint = p.fingerprint AND k.until_scan IS NULL
   CROSS JOIN bound AS b ON b.domain_id = k.domain_id AND b.name = y.name AND k.user GLOB b.users
   WHERE y.mode = 'forbidden' AND ifnull(k.cert_authority, 0) = p.cert_authority
),
ban AS (
  SELECT root_id, user, fingerprint, json_group_array(json_object('policy', name, 'place', place)) AS policies
    FROM (SELECT DISTINCT root_id, user, fingerprint, name, place
            FROM hit
           ORDER BY root_id, user, fingerprint, name, place)
   GROUP BY root_id, user, fingerprint
),
told AS (
  SELECT root_id, user, fingerprint, max(uid) AS uid, max(algorithm) AS algorithm, max(bits) AS bits,
         max(effective) AS effective, min(comment) AS comment, json_group_array(json_object(
           'file', key_file, 'line', line, 'cert_authority', json(iif(cert_authority, 'true', 'false')),
           'options', options, 'comment', comment,
           'effective', json(CASE effective WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END), 'reason', reason,
           'first_scan', first_scan, 'since', since)) AS lines
    FROM (SELECT l.*
            FROM (SELECT DISTINCT root_id, user, key_file, entry FROM hit) AS t
           CROSS JOIN authorized_key_lines AS l
                   ON l.root_id = t.root_id AND l.user = t.user AND l.key_file = t.key_file AND l.entry = t.entry
           ORDER BY l.root_id, l.user, l.fingerprint, l.key_file, l.line)
   GROUP BY root_id, user, fingerprint
)
SELECT s.subject || ':' || t.user || ':' || t.fingerprint AS subject,
       s.domain_id,
       printf('%s: %s has the key %s%s in %s, line %d, which %s (%s) forbids%s', s.domain, t.user, t.fingerprint,
              ifnull(' (' || t.comment || ')', ''),
              json_extract(t.lines, '$[0].file'), json_extract(t.lines, '$[0].line'),
              json_extract(b.policies, '$[0].policy'), json_extract(b.policies, '$[0].place'),
              iif(t.effective = 0, '; sshd does not take it as things are', '')) AS detail,
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
         'forbidden_by', json(b.policies),
         'lines', json(t.lines)) AS evidence
  FROM told AS t
  JOIN ban AS b ON b.root_id = t.root_id AND b.user = t.user AND b.fingerprint = t.fingerprint
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
