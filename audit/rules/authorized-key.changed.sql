-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.changed
-- severity: medium
-- title: A guest's authorized keys have changed since they were first read
-- why: no policy or baseline says what keys this guest is to have, so that nothing but the change itself can be told:
--   somebody was let in, or is so no longer. 'virt-ledger accept DOMAIN --keys' takes the keys as they are for right.
WITH
-- Systems that were read for keys before some of today's were there, and when first.
fresh AS MATERIALIZED (
  SELECT k.root_id,
         min(ifnull((SELECT min(since_scan) FROM sshd_fact WHERE root_id = k.root_id), k.newest),
             ifnull((SELECT min(since_scan) FROM account_fact WHERE root_id = k.root_id), k.newest)) AS read_scan
    FROM (SELECT root_id, max(first_scan) AS newest
            FROM authorized_key_fact
           WHERE until_scan IS NULL
           GROUP BY root_id) AS k
   WHERE read_scan < k.newest
),
-- Lines that came. A key that the user had by another line, as good, until then has only moved; and one in a file that
-- could not be read before may have been there.
came AS MATERIALIZED (
  SELECT k.root_id, k.user, k.fingerprint, k.key_file, k.entry, k.since_scan, k.first_scan AS scan_id, 'added' AS what
    FROM fresh AS r
   CROSS JOIN authorized_key_fact AS k ON k.root_id = r.root_id AND k.first_scan > r.read_scan
   WHERE k.until_scan IS NULL AND k.fingerprint IS NOT NULL
     AND NOT EXISTS (SELECT 1
                       FROM authorized_key_fact AS o
                      -- by the index of keys: one user may have very many
                      WHERE o.fingerprint = k.fingerprint AND o.domain_id = k.domain_id AND +o.root_id = k.root_id
                        AND +o.user = k.user AND o.cert_authority IS k.cert_authority AND o.options IS k.options
                        AND o.since_scan < k.first_scan AND (o.until_scan IS NULL OR o.until_scan >= k.first_scan))
     AND NOT EXISTS (SELECT 1
                       FROM key_source_fact AS c
                      WHERE c.root_id = k.root_id AND c.user IN ('', k.user) AND c.until_scan = k.first_scan
                        AND c.state IN ('unreadable', 'truncated'))
),
-- Lines that went, the last of each key with these options.
went AS MATERIALIZED (
  SELECT k.root_id, k.user, k.fingerprint, k.key_file, k.entry, max(k.since_scan) AS since_scan,
         k.until_scan AS scan_id, 'removed' AS what
    FROM authorized_key_fact AS k
   WHERE k.until_scan IS NOT NULL AND k.fingerprint IS NOT NULL
     AND NOT EXISTS (SELECT 1
                       FROM authorized_key_fact AS o
                      WHERE o.fingerprint = k.fingerprint AND o.domain_id = k.domain_id AND +o.root_id = k.root_id
                        AND +o.user = k.user AND o.until_scan IS NULL AND o.cert_authority IS k.cert_authority
                        AND o.options IS k.options)
     AND NOT EXISTS (SELECT 1
                       FROM unclear_key_sources AS c
                      WHERE c.root_id = k.root_id AND c.user IN ('', k.user)
                        AND c.state IN ('unreadable', 'truncated'))
   GROUP BY k.root_id, k.user, k.fingerprint, k.entry
),
change AS MATERIALIZED (
  SELECT c.*, k.domain_id, k.uid, k.algorithm, k.bits, k.line, k.cert_authority, k.options, k.comment, k.effective,
         k.reason, w.collected_at, w.ingested_at,
         (SELECT max(scan_id)
            FROM scan
           WHERE hypervisor_id = w.hypervisor_id AND scan_id < c.scan_id AND status = 'complete') AS last_scan
    FROM (SELECT * FROM came UNION ALL SELECT * FROM went) AS c
    JOIN authorized_key_fact AS k ON k.root_id = c.root_id AND k.user = c.user AND k.key_file = c.key_file
         AND k.entry = c.entry AND k.since_scan = c.since_scan
    JOIN scan AS w ON w.scan_id = c.scan_id
   WHERE k.domain_id NOT IN (SELECT domain_id FROM accepted_domains)
),
-- Of those of whom a policy speaks, its rules tell.
bound AS MATERIALIZED (
  SELECT *
    FROM key_policy_bindings
   WHERE domain_id IN (SELECT domain_id FROM change)
),
told AS (
  SELECT root_id, user, fingerprint, max(uid) AS uid, max(algorithm) AS algorithm, max(bits) AS bits,
         max(what = 'added') AS is_added,
         json_group_array(json_object(
           'what', what, 'file', key_file, 'line', line,
           'cert_authority', json(iif(cert_authority, 'true', 'false')),
           'options', iif(typeof(options) = 'blob', 'x''' || hex(options) || '''', options),
           'comment', iif(typeof(comment) = 'blob', 'x''' || hex(comment) || '''', comment),
           'effective', json(CASE effective WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
           'reason', reason,
           'last_scan', last_scan,
           'first_scan', scan_id,
           'since', strftime('%Y-%m-%dT%H:%M:%SZ', collected_at, 'unixepoch'))) AS changes
    FROM (SELECT *
            FROM change AS c
           WHERE NOT EXISTS (SELECT 1
                               FROM bound AS b
                              WHERE b.domain_id = c.domain_id AND c.user GLOB b.users
                                AND (b.mode = 'exact'
                                     OR EXISTS (SELECT 1
                                                  FROM key_policy_key
                                                 WHERE name = b.name AND fingerprint = c.fingerprint)))
             AND NOT EXISTS (SELECT 1
                               FROM changes AS j
                               JOIN domain_fact AS f ON f.domain_id = c.domain_id AND f.until_scan IS NULL
                              WHERE j.domain = f.name AND instr(j.target, c.key_file) > 0
                                AND j.at <= strftime('%Y-%m-%dT%H:%M:%SZ', c.ingested_at, 'unixepoch')
                                AND j.at >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', collected_at, 'unixepoch')
                                               FROM scan
                                              WHERE scan_id = c.last_scan))
           ORDER BY root_id, user, fingerprint, what, key_file, line)
   GROUP BY root_id, user, fingerprint
)
SELECT s.subject || ':' || t.user || ':' || t.fingerprint AS subject,
       s.domain_id,
       iif(t.is_added, 'medium', 'low') AS severity,
       printf('%s: the key %s of %s was %s %s, line %d, as of scan %d (%s)', s.domain, t.fingerprint, t.user,
              iif(json_extract(t.changes, '$[0].what') = 'added', 'added to', 'removed from'),
              json_extract(t.changes, '$[0].file'), json_extract(t.changes, '$[0].line'),
              json_extract(t.changes, '$[0].first_scan'), json_extract(t.changes, '$[0].since')) AS detail,
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
         'changes', json(t.changes)) AS evidence
  FROM told AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
