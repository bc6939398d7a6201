-- SPDX-License-Identifier: Apache-2.0
-- rule: cloud-init.secrets-in-user-data
-- severity: low
-- title: What cloud-init was told holds secrets
-- why: a seed stays where it is when it has done its work: on a volume that is attached, in the domain's definition, in
--   /var/lib/cloud. Whoever can read it has the secrets. Passwords, private keys and tokens are medium, hashes of
--   passwords low, contents of files and commands info, for nobody has looked into them. The ledger has names only.
WITH
named AS MATERIALIZED (
  SELECT s.domain_id, s.place, s.road, n.value AS name,
         CASE WHEN n.value GLOB '*write_files*' OR n.value GLOB '*bootcmd' OR n.value GLOB '*runcmd'
                   OR n.value GLOB '*lxd.preseed' OR n.value GLOB '*random_seed.data' THEN 0
              WHEN n.value GLOB '*passwd' AND n.value NOT GLOB '*plain*' THEN 1
              ELSE 2 END AS weight
    FROM seed_fact AS s
    JOIN seed_places AS p ON p.domain_id = s.domain_id AND p.road = s.road AND p.place = s.place
    JOIN json_each('[' || replace(json_quote(s.secrets), ' ', '","') || ']') AS n
   WHERE s.until_scan IS NULL AND s.secrets <> ''
),
-- The worst of them first.
place AS (
  SELECT domain_id, place, road, max(weight) AS weight, count(*) AS secrets,
         json_group_array(name) FILTER (WHERE nth <= 100) AS names
    FROM (SELECT *, row_number() OVER (PARTITION BY domain_id, place ORDER BY weight DESC, name) AS nth
            FROM named
           ORDER BY domain_id, place, nth)
   GROUP BY domain_id, place
),
told AS (
  SELECT domain_id, max(weight) AS weight, sum(secrets) AS secrets, group_concat(place, ', ') AS places,
         json_group_array(json_object('place', place, 'road', road, 'count', secrets, 'secrets', json(names))) AS list
    FROM (SELECT * FROM place ORDER BY domain_id, weight DESC, place)
   GROUP BY domain_id
)
SELECT d.hypervisor || '/' || d.uuid AS subject,
       t.domain_id,
       CASE t.weight WHEN 2 THEN 'medium' WHEN 1 THEN 'low' ELSE 'info' END AS severity,
       printf('%s: cloud-init was told %s%s, by %s', d.domain, json_extract(t.list, '$[0].secrets[0]'),
              iif(t.secrets > 1, printf(' and %d more', t.secrets - 1), ''), t.places) AS detail,
       json_object(
         'domain', d.domain,
         'hypervisor', d.hypervisor,
         'uuid', d.uuid,
         'state', d.state,
         'seeds', json(t.list)) AS evidence
  FROM told AS t
 CROSS JOIN named_domains AS d ON d.domain_id = t.domain_id;
