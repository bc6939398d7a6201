-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.weak
-- severity: medium
-- title: A guest lets in by a weak SSH key
-- why: a DSA key has 1024 bits, and its signatures SHA-1; an RSA key of less than 2048 bits can be broken by who is
--   willing to pay for it. Who breaks it logs in. That today's sshd may refuse such a key is no reason to keep it: the
--   next change of its configuration may let it in.
-- fix: authorized-key.remove
WITH
told AS (
  SELECT root_id, user, fingerprint, max(uid) AS uid, max(algorithm) AS algorithm, max(bits) AS bits,
         min(comment) AS comment, max(effective) AS effective, json_group_array(json_object(
           'file', key_file, 'line', line, 'cert_authority', json(iif(cert_authority, 'true', 'false')),
           'options', options, 'comment', comment,
           'effective', json(CASE effective WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END), 'reason', reason,
           'first_scan', first_scan, 'since', since)) AS lines
    FROM (SELECT *
            FROM authorized_key_lines
           WHERE algorithm LIKE 'ssh-dss%' OR algorithm LIKE 'ssh-rsa%' AND bits < 2048
           ORDER BY root_id, user, fingerprint, key_file, line)
   GROUP BY root_id, user, fingerprint
)
SELECT s.subject || ':' || t.user || ':' || t.fingerprint AS subject,
       s.domain_id,
       printf('%s: %s has %s key of %s bits%s in %s, line %d%s', s.domain, t.user,
              iif(t.algorithm LIKE 'ssh-dss%', 'a DSA', 'an RSA'), ifnull(t.bits, 'unknown'), ifnull(' (' || t.comment || ')', ''),
              json_extract(t.lines, '$[0].file'), json_extract(t.lines, '$[0].line'),
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
         'lines', json(t.lines)) AS evidence
  FROM told AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
