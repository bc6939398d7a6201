-- SPDX-License-Identifier: Apache-2.0
-- rule: cloud-init.users-drift
-- severity: medium
-- title: A user that cloud-init was told to make is not in the guest
-- why: somebody removed or locked out the account, or the guest is a clone that was not set up. Only accounts that
--   somebody could log in as are compared: no system users, none without a shell. Accounts beyond those that were declared
--   are none of cloud-init's business.
WITH
declared AS (
  SELECT a.root_id, iif(u.name = 'default', c.default_user, u.name) AS name, a.place, u.name = 'default' AS is_default,
         c.instance_id
    FROM applied_seeds AS a
   CROSS JOIN seed_user_fact AS u ON u.domain_id = a.domain_id AND u.road = a.road AND u.place = a.place
         AND u.until_scan IS NULL
   CROSS JOIN cloud_init_fact AS c ON c.root_id = a.root_id AND c.until_scan IS NULL
   WHERE a.status = 'ok' AND u.is_system IS NOT 1
     AND ifnull(u.shell, '') NOT GLOB '*/nologin' AND ifnull(u.shell, '') NOT GLOB '*/false'
),
missing AS MATERIALIZED (
  SELECT root_id, name, max(is_default) AS is_default, instance_id, json_group_array(place) AS places
    FROM (SELECT DISTINCT * FROM declared ORDER BY root_id, name, place) AS d
   WHERE name IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM account_fact WHERE root_id = d.root_id AND name = d.name AND until_scan IS NULL)
     -- without any account passwd(5) could not be read
     AND EXISTS (SELECT 1 FROM account_fact WHERE root_id = d.root_id AND until_scan IS NULL)
   GROUP BY root_id, name
)
SELECT s.subject,
       s.domain_id,
       printf('%s: nobody can log in as %s, which cloud-init was told to make', s.domain, m.names) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'instance_id', m.instance_id,
         'missing', json(m.list)) AS evidence
  FROM (SELECT root_id, instance_id, group_concat(name, ', ') AS names,
               json_group_array(json_object('user', name, 'default', json(iif(is_default, 'true', 'false')),
                                            'declared_in', json(places))) AS list
          FROM (SELECT * FROM missing ORDER BY root_id, name)
         GROUP BY root_id) AS m
 CROSS JOIN key_systems AS s ON s.root_id = m.root_id;
