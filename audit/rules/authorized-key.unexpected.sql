-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.unexpected
-- severity: high
-- title: A guest has an authorized key that nobody declared
-- why: an exact policy or an accepted baseline says which keys there are to be, and this one is none of them: somebody
--   let somebody in. Where it is meant to be, add it to the policy's file, or accept the guest anew.
-- fix: authorized-key.remove
WITH
bound AS MATERIALIZED (
  SELECT * FROM key_policy_bindings
),
accepted AS MATERIALIZED (
  SELECT domain_id, baseline_id FROM accepted_domains
),
counterpart AS MATERIALIZED (
  SELECT root_id, root FROM baseline_systems
),
-- All keys of guests of which somebody said what there is to be.
line AS MATERIALIZED (
  SELECT l.root_id, l.domain_id, l.user, l.key_file, l.entry, l.fingerprint, l.options,
         ifnull(l.cert_authority, 0) AS cert_authority, a.baseline_id
    FROM (SELECT domain_id FROM bound WHERE mode = 'exact' UNION SELECT domain_id FROM accepted) AS w
   CROSS JOIN key_readings AS r ON r.domain_id = w.domain_id
   CROSS JOIN authorized_key_fact AS l ON l.root_id = r.root_id AND l.until_scan IS NULL AND l.fingerprint IS NOT NULL
    LEFT JOIN accepted AS a ON a.domain_id = w.domain_id
),
-- What the policies of its user say of each. A key that is required is allowed; one that is forbidden has its own rule.
judged AS (
  SELECT l.root_id, l.user, l.key_file, l.entry, l.fingerprint, l.cert_authority, l.options, l.baseline_id,
         max(b.mode IS 'exact') AS is_exact,
         max(p.name IS NOT NULL
             AND (b.mode = 'forbidden' OR p.options IS NULL OR p.options IS l.options)) AS is_known
    FROM line AS l
    LEFT JOIN bound AS b ON b.domain_id = l.domain_id AND l.user GLOB b.users
    LEFT JOIN key_policy_key AS p ON p.name = b.name AND p.fingerprint = l.fingerprint
         AND p.cert_authority = l.cert_authority
   GROUP BY l.root_id, l.user, l.key_file, l.entry
),
stray AS MATERIALIZED (
  SELECT root_id, user, key_file, entry, iif(is_exact, NULL, baseline_id) AS baseline_id
    FROM judged AS j
   WHERE NOT is_known
     AND (is_exact
          OR baseline_id IS NOT NULL
             AND NOT EXISTS (SELECT 1
                               FROM counterpart AS c
                              -- by the index of keys: one user may have very many
                              CROSS JOIN baseline_key AS k ON k.baseline_id = j.baseline_id AND +k.root = c.root
                              WHERE c.root_id = j.root_id AND +k.user = j.user AND k.fingerprint = j.fingerprint
                                AND k.cert_authority = j.cert_authority AND k.options IS j.options))
),
told AS (
  SELECT root_id, domain_id, user, fingerprint, baseline_id, max(uid) AS uid, max(algorithm) AS algorithm,
         max(bits) AS bits, max(effective) AS effective, min(comment) AS comment,
         json_group_array(json_object(
           'file', key_file, 'line', line, 'cert_authority', json(iif(cert_authority, 'true', 'false')),
           'options', options, 'comment', comment,
           'effective', json(CASE effective WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END), 'reason', reason,
           'first_scan', first_scan, 'since', since)) AS lines
    FROM (SELECT l.*, t.baseline_id
            FROM stray AS t
           CROSS JOIN authorized_key_lines AS l
                   ON l.root_id = t.root_id AND l.user = t.user AND l.key_file = t.key_file AND l.entry = t.entry
           ORDER BY l.root_id, l.user, l.fingerprint, l.key_file, l.line)
   GROUP BY root_id, user, fingerprint
),
-- Against what: the exact policies of the user, or the baseline.
measured AS (
  SELECT t.*,
         (SELECT json_group_array(json_object('policy', name, 'file', file))
            FROM (SELECT DISTINCT y.name, y.file
                    FROM bound AS b
                    JOIN key_policy AS y ON y.name = b.name
                   WHERE b.domain_id = t.domain_id AND b.mode = 'exact' AND t.user GLOB b.users
                   ORDER BY y.name)) AS policies,
         -- declared, but as something else
         (SELECT json_group_array(json_object(
                   'policy', name, 'place', file || ':' || line,
                   'options', iif(typeof(options) = 'blob', 'x''' || hex(options) || '''', options),
                   'cert_authority', json(iif(cert_authority, 'true', 'false'))))
            FROM (SELECT DISTINCT p.*, y.file
                    FROM bound AS b
                    JOIN key_policy AS y ON y.name = b.name
                    JOIN key_policy_key AS p ON p.name = b.name AND p.fingerprint = t.fingerprint
                   WHERE b.domain_id = t.domain_id AND b.mode <> 'forbidden' AND t.user GLOB b.users
                   ORDER BY p.name, p.line)) AS otherwise
    FROM told AS t
)
SELECT s.subject || ':' || t.user || ':' || t.fingerprint AS subject,
       s.domain_id,
       printf('%s: %s has the key %s%s in %s, line %d, which %s%s', s.domain, t.user, t.fingerprint,
              ifnull(' (' || t.comment || ')', ''), json_extract(t.lines, '$[0].file'),
              json_extract(t.lines, '$[0].line'),
              iif(t.baseline_id IS NULL, json_extract(t.policies, '$[0].policy') || ' does not list',
                  printf('was not there when %s accepted its keys at %s', a.accepted_by, a.accepted_at)),
              CASE WHEN t.otherwise <> '[]' THEN '; it is declared, but not so'
                   WHEN t.effective = 0 THEN '; sshd does not take it as things are'
                   ELSE '' END) AS detail,
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
         'policies', json(iif(t.baseline_id IS NULL, t.policies, '[]')),
         'baseline', json(iif(t.baseline_id IS NULL, 'null',
                              json_object('accepted_at', a.accepted_at, 'accepted_by', a.accepted_by,
                                          'reason', a.reason, 'scan', a.scan_id))),
         'declared_otherwise', json(t.otherwise),
         'lines', json(t.lines)) AS evidence
  FROM measured AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id
  LEFT JOIN baselines AS a ON a.baseline_id = t.baseline_id;
