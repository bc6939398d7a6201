-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.missing
-- severity: medium
-- title: A guest lacks an authorized key that was declared
-- why: somebody who is to get in, or the machine that deploys and backs up, does not. A key that is there but that sshd
--   does not take is missing, too, to a policy. Where keys come from what nobody can know offline, nothing is said.
-- fix: authorized-key.add
WITH
bound AS MATERIALIZED (
  SELECT *, users GLOB '*[*?[]*' AS is_glob FROM key_policy_bindings WHERE mode <> 'forbidden'
),
system AS MATERIALIZED (
  SELECT r.*
    FROM (SELECT DISTINCT domain_id FROM bound) AS w
   CROSS JOIN key_readings AS r ON r.domain_id = w.domain_id
),
-- Whom a policy means: those it names, and of those its globs match the people, and root, who can log in.
person (name, mode, domain_id, root_id, user) AS MATERIALIZED (
  SELECT b.name, b.mode, s.domain_id, s.root_id, b.users
    FROM bound AS b
    JOIN system AS s ON s.domain_id = b.domain_id
   WHERE NOT b.is_glob
   UNION
  SELECT b.name, b.mode, s.domain_id, s.root_id, a.name
    FROM bound AS b
    JOIN system AS s ON s.domain_id = b.domain_id
    JOIN account_fact AS a ON a.root_id = s.root_id AND a.until_scan IS NULL AND a.name GLOB b.users
   WHERE b.is_glob AND a.login <> 'no' AND (a.uid = 0 OR a.uid >= 1000)
),
-- What is to be there. A baseline has nothing to say of users whom an exact policy binds.
demand AS (
  SELECT p.domain_id, p.root_id, p.user, k.fingerprint, k.cert_authority, k.options, k.algorithm, k.comment,
         k.options IS NULL AS is_any,
         p.name, y.file || ':' || k.line AS place, NULL AS baseline_id
    FROM person AS p
    JOIN key_policy AS y ON y.name = p.name
    JOIN key_policy_key AS k ON k.name = p.name
   UNION ALL
  SELECT s.domain_id, s.root_id, k.user, k.fingerprint, k.cert_authority, k.options, NULL, k.comment, 0, NULL, k.key_file || ':' || k.line,
         s.baseline_id
    FROM baseline_systems AS s
    JOIN baseline_key AS k ON k.baseline_id = s.baseline_id AND k.root = s.root
   WHERE s.is_same
     AND NOT EXISTS (SELECT 1
                       FROM bound AS b
                      WHERE b.domain_id = s.domain_id AND b.mode = 'exact' AND k.user GLOB b.users)
),
lacking AS MATERIALIZED (
  SELECT *
    FROM demand AS d
   WHERE NOT EXISTS (SELECT 1
                       FROM authorized_key_fact AS k
                      -- by the index of keys: one user may have very many
                      WHERE k.domain_id = d.domain_id AND +k.root_id = d.root_id AND +k.user = d.user
                        AND k.until_scan IS NULL AND k.fingerprint = d.fingerprint AND ifnull(k.cert_authority, 0) = d.cert_authority
                        AND (d.is_any OR k.options IS d.options)
                        -- what could not be told counts as well
                        AND (d.baseline_id IS NOT NULL OR k.effective IS NOT 0))
     AND NOT EXISTS (SELECT 1
                       FROM unclear_key_sources AS c
                      WHERE c.root_id = d.root_id AND c.user IN ('', d.user))
),
told AS (
  SELECT d.domain_id, d.root_id, d.user, d.fingerprint, max(d.algorithm) AS algorithm, max(d.baseline_id) AS baseline_id,
         min(d.name) AS name,
         min(iif(typeof(d.comment) = 'blob', 'x''' || hex(d.comment) || '''', d.comment)) AS comment,
         json_group_array(json_object(
           'policy', d.name, 'place', d.place,
           'options', iif(typeof(d.options) = 'blob', 'x''' || hex(d.options) || '''', d.options),
           'cert_authority', json(iif(d.cert_authority, 'true', 'false')),
           'accepted_at', a.accepted_at, 'accepted_by', a.accepted_by, 'reason', a.reason, 'scan', a.scan_id))
           AS declared
    FROM (SELECT * FROM lacking ORDER BY root_id, user, fingerprint, name IS NULL, name, place) AS d
    LEFT JOIN baselines AS a ON a.baseline_id = d.baseline_id
   GROUP BY d.root_id, d.user, d.fingerprint
),
-- Where the key is all the same: with other options, or such that sshd does not take it.
compared AS (
  SELECT t.*,
         (SELECT json_group_array(json_object(
                   'file', key_file, 'line', line, 'cert_authority', json(iif(cert_authority, 'true', 'false')),
                   'options', options, 'comment', comment,
                   'effective', json(CASE effective WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END), 'reason', reason,
                   'first_scan', first_scan, 'since', since))
            FROM (SELECT *
                    FROM authorized_key_lines
                   WHERE domain_id = t.domain_id AND +root_id = t.root_id AND +user = t.user AND fingerprint = t.fingerprint
                   ORDER BY key_file, line)) AS lines,
         (SELECT login FROM account_fact WHERE root_id = t.root_id AND name = t.user AND until_scan IS NULL) AS login
    FROM told AS t
)
SELECT s.subject || ':' || t.user || ':' || t.fingerprint AS subject,
       s.domain_id,
       printf('%s: %s lacks the key %s%s, %s%s', s.domain, t.user, t.fingerprint, ifnull(' (' || t.comment || ')', ''),
              iif(t.name IS NULL,
                  printf('which %s accepted at %s in %s', json_extract(t.declared, '$[0].accepted_by'),
                         json_extract(t.declared, '$[0].accepted_at'), json_extract(t.declared, '$[0].place')),
                  printf('which %s (%s) declares', t.name, json_extract(t.declared, '$[0].place'))),
              CASE WHEN t.lines = '[]' AND t.login IS NULL THEN '; nobody of that name could log in'
                   WHEN t.lines = '[]' THEN ''
                   WHEN json_extract(t.lines, '$[0].effective') = 0
                     THEN printf('; it is in %s, line %d, but sshd does not take it: %s',
                                 json_extract(t.lines, '$[0].file'), json_extract(t.lines, '$[0].line'),
                                 ifnull(json_extract(t.lines, '$[0].reason'), 'for an unknown reason'))
                   ELSE printf('; it is in %s, line %d, but not as declared', json_extract(t.lines, '$[0].file'),
                               json_extract(t.lines, '$[0].line')) END) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'user', t.user,
         'algorithm', t.algorithm,
         'fingerprint', t.fingerprint,
         'comment', t.comment,
         'login', t.login,
         'declared_by', json(t.declared),
         'lines', json(t.lines)) AS evidence
  FROM compared AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
