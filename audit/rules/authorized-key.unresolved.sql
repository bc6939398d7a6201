-- SPDX-License-Identifier: Apache-2.0
-- rule: authorized-key.unresolved
-- severity: info
-- title: Nobody can say offline who may log in to a guest
-- why: keys come from a command or an authority, or a file of them could not be read, or only in part. Keys that are
--   listed are there, but nothing concludes that others are not: such a guest is neither compliant nor lacking a key.
WITH
-- Policies that want keys to be there, and baselines: what could not be told of them.
demand AS MATERIALIZED (
  SELECT domain_id, name, users FROM key_policy_bindings WHERE mode <> 'forbidden'
),
accepted AS MATERIALIZED (
  SELECT domain_id FROM accepted_domains
),
-- A system that a policy or a baseline binds, and in which nobody looked for keys.
unread AS (
  SELECT r.root_id
    FROM (SELECT domain_id FROM demand UNION SELECT domain_id FROM accepted) AS w
   CROSS JOIN key_guests AS g ON g.domain_id = w.domain_id
   CROSS JOIN root AS r ON r.guest_id = g.guest_id
   CROSS JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL
   -- as in key_readings
   WHERE p.status <> 'ok'
      OR NOT EXISTS (SELECT 1 FROM sshd_fact WHERE root_id = r.root_id AND until_scan IS NULL)
         AND NOT EXISTS (SELECT 1 FROM account_fact WHERE root_id = r.root_id AND until_scan IS NULL)
),
source (root_id, user, source, state, detail, place) AS (
  SELECT root_id, user, source, state, detail, place FROM unclear_key_sources
   UNION ALL
  SELECT root_id, '', NULL, 'not-read', 'its keys were never read', NULL FROM unread
   UNION ALL
  SELECT root_id, '', NULL, 'not-accepted', 'the keys accepted are those of ' || group_concat(root, ', '), NULL
    FROM baseline_systems
   WHERE NOT is_same
   GROUP BY root_id
),
told AS (
  SELECT root_id, user, min(state) AS state, count(*) AS sources,
         json_group_array(json_object(
           'source', source, 'state', state, 'detail', detail, 'place', place)) AS list
    FROM (SELECT * FROM source ORDER BY root_id, user, source)
   GROUP BY root_id, user
)
SELECT s.subject || iif(t.user = '', '', ':' || t.user) AS subject,
       s.domain_id,
       printf('%s: who may log in%s could not be told: %s%s', s.domain, iif(t.user = '', '', ' as ' || t.user),
              ifnull(json_extract(t.list, '$[0].source') || ' (' || json_extract(t.list, '$[0].state') || ')',
                     json_extract(t.list, '$[0].detail')),
              iif(t.sources > 1, printf(', and %d more', t.sources - 1), '')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'user', nullif(t.user, ''),
         'sources', json(t.list),
         'could_not_be_told', json((SELECT json_group_array(name)
                                      FROM (SELECT DISTINCT name
                                              FROM demand
                                             WHERE domain_id = s.domain_id
                                               AND (t.user = '' OR t.user GLOB users)
                                             ORDER BY name))),
         'baseline', json(iif(s.domain_id IN (SELECT domain_id FROM accepted), 'true', 'false'))) AS evidence
  FROM told AS t
 CROSS JOIN key_systems AS s ON s.root_id = t.root_id;
