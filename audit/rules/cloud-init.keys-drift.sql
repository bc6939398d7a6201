-- SPDX-License-Identifier: Apache-2.0
-- rule: cloud-init.keys-drift
-- severity: medium
-- title: A key that cloud-init was told to let in is not in the guest
-- why: its owner cannot log in any more, or logs in with other options than were declared: somebody changed the file by
--   hand. Keys beyond those that were declared are authorized-key.unexpected's business. Seeds that the guest has not gone
--   by yet declare nothing.
WITH
declared AS (
  SELECT a.domain_id, a.root_id, a.place, c.instance_id, k.user AS declared_for, k.entry, k.fingerprint, k.algorithm, k.comment,
         iif(k.user = 'default', c.default_user, k.user) AS user
    FROM applied_seeds AS a
   CROSS JOIN seed_key_fact AS k ON k.domain_id = a.domain_id AND k.road = a.road AND k.place = a.place
         AND k.until_scan IS NULL
   CROSS JOIN cloud_init_fact AS c ON c.root_id = a.root_id AND c.until_scan IS NULL
   WHERE a.status = 'ok' AND k.fingerprint IS NOT NULL
),
drift AS MATERIALIZED (
  SELECT root_id, instance_id, user, declared_for, entry, fingerprint, algorithm, comment,
         EXISTS (SELECT 1
                   FROM authorized_key_fact
                  WHERE fingerprint = d.fingerprint AND domain_id = d.domain_id AND until_scan IS NULL
                    AND +root_id = d.root_id AND +user = d.user)
           AS is_there,
         json_group_array(place) AS places
    FROM (SELECT * FROM declared ORDER BY root_id, user, entry, place) AS d
   WHERE user IS NOT NULL
     AND NOT EXISTS (SELECT 1
                       FROM authorized_key_fact
                      -- by the index of keys: one user may have very many
                      WHERE fingerprint = d.fingerprint AND domain_id = d.domain_id AND until_scan IS NULL
                        AND +root_id = d.root_id AND +user = d.user AND entry = d.entry)
   GROUP BY root_id, user, entry
),
told AS (
  SELECT root_id, instance_id, count(*) AS keys,
         json_group_array(json_object(
           'user', user, 'declared_for', declared_for, 'algorithm', algorithm, 'fingerprint', fingerprint,
           'comment', iif(typeof(comment) = 'blob', 'x''' || hex(comment) || '''', comment),
           'state', iif(is_there, 'other-options', 'missing'), 'declared_in', json(places))) AS list
    FROM (SELECT * FROM drift ORDER BY root_id, is_there, user, entry)
   GROUP BY root_id
)
SELECT s.subject,
       s.domain_id,
       printf('%s: cloud-init was told to let in %s by %s%s, which %s%s', s.domain,
              json_extract(t.list, '$[0].user'), json_extract(t.list, '$[0].fingerprint'),
              ifnull(' (' || json_extract(t.list, '$[0].comment') || ')', ''),
              iif(json_extract(t.list, '$[0].state') = 'missing', 'is not there', 'has other options'),
              iif(t.keys > 1, printf('; and %d more', t.keys - 1), '')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'instance_id', t.instance_id,
         'keys', json(t.list),
         -- where such a key may be all the same
         'unread', json((SELECT json_group_array(json_object('user', user, 'source', source, 'state', state))
                           FROM (SELECT user, source, state
                                   FROM key_source_fact
                                  WHERE root_id = s.root_id AND until_scan IS NULL AND state NOT IN ('ok', 'missing')
                                  ORDER BY user, source
                                  LIMIT 100)))) AS evidence
  FROM told AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
