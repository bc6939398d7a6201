-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.everywhere
-- severity: info
-- title: One key can become root on many guests
-- why: who has that key has them all. Many are more than keys-everywhere in [audit] of the configuration says: 100.
WITH
allowed (guests) AS MATERIALIZED (
  SELECT ifnull((SELECT value FROM threshold WHERE name = 'authorized-key.everywhere'), 100)
),
many AS MATERIALIZED (
  SELECT fingerprint
    FROM authorized_key_fact
   WHERE until_scan IS NULL AND fingerprint IS NOT NULL
   GROUP BY fingerprint
  HAVING count(DISTINCT domain_id) > (SELECT guests FROM allowed)
),
-- A guest each, by one of the lines that let in.
member AS (
  SELECT k.fingerprint, k.domain_id, k.user, k.key_file, k.line, k.algorithm, k.bits, max(k.cert_authority IS 1) AS is_authority
    FROM many AS m
   CROSS JOIN authorized_key_fact AS k ON k.fingerprint = m.fingerprint AND k.until_scan IS NULL
   CROSS JOIN root AS r ON r.root_id = k.root_id
   CROSS JOIN key_guests AS g ON g.guest_id = r.guest_id
   WHERE k.uid = 0 AND k.effective = 1
   GROUP BY k.fingerprint, k.domain_id
),
placed AS MATERIALIZED (
  SELECT *,
         row_number() OVER (PARTITION BY fingerprint ORDER BY domain_id) AS place,
         count(*) OVER (PARTITION BY fingerprint) AS guests
    FROM member
),
-- Those that are told of by name.
named AS (
  SELECT m.*, d.domain, d.hypervisor, d.uuid
    FROM placed AS m
    JOIN named_domains AS d ON d.domain_id = m.domain_id
   WHERE m.place <= 1000 AND m.guests > (SELECT guests FROM allowed)
   ORDER BY m.fingerprint, m.place
)
SELECT fingerprint AS subject,
       NULL AS domain_id,
       printf('%d guests let %s become root by %s key %s…: %s%s', guests,
              iif(max(is_authority), 'whoever is vouched for', 'its owner'),
              iif(max(is_authority), 'the authority''s', 'the ' || max(algorithm)), substr(fingerprint, 1, 15),
              group_concat(domain, ', ') FILTER (WHERE place <= 5), iif(guests > 5, ', …', '')) AS detail,
       json_object(
         'fingerprint', fingerprint,
         'algorithm', max(algorithm),
         'bits', max(bits),
         'cert_authority', json(iif(max(is_authority), 'true', 'false')),
         'count', guests,
         'members', json_group_array(json_object(
           'domain', domain, 'domain_id', domain_id, 'hypervisor', hypervisor, 'uuid', uuid, 'user', user,
           'file', key_file, 'line', line))) AS evidence
  FROM named
 GROUP BY fingerprint;
