-- SPDX-License-Identifier: Apache-2.0
-- rule: host-key.missing
-- severity: medium
-- title: sshd is to start, and has no host key that it can use
-- why: without one sshd ends at once and nobody gets in. Some systems make missing or empty keys when it starts, which no
--   client knows then; broken ones nobody replaces. Keys that cloud-init is yet to make are not missed, nor those of
--   templates.
-- fix: host-key.renew
WITH
keyless AS MATERIALIZED (
  SELECT d.root_id, d.state AS config_state
    FROM sshd_fact AS d
   WHERE d.until_scan IS NULL AND d.enabled = 1 AND d.state IN ('ok', 'missing')
     -- What cannot be read may be a key. An agent may have the private half of a public one; sshd refuses by the mode only
     -- what is root's.
     AND NOT EXISTS (SELECT 1
                       FROM host_key_fact
                      WHERE root_id = d.root_id AND until_scan IS NULL
                        AND (state = 'ok' AND (has_private = 0 OR safe IS NOT 0 OR uid <> 0) OR state = 'unreadable'))
),
-- cloud-init makes them in its first boot as an instance.
awaited AS MATERIALIZED (
  SELECT n.root_id
    FROM keyless AS n
    JOIN cloud_init_fact AS c ON c.root_id = n.root_id AND c.until_scan IS NULL
    JOIN root AS r ON r.root_id = n.root_id
    JOIN guest AS g ON g.guest_id = r.guest_id
   WHERE c.installed = 1 AND c.disabled IS NOT 1
     AND (c.has_run = 0
          OR c.manual_cache_clean IS NOT 1
             AND EXISTS (SELECT 1
                           FROM seed_fact
                          WHERE domain_id = g.domain_id AND until_scan IS NULL AND instance_id <> c.instance_id
                            AND place NOT GLOB 'instance *'))
)
SELECT s.subject,
       s.domain_id,
       s.domain || ': ' || CASE WHEN files = '[]' THEN 'sshd is to start, and there is no host key'
                                ELSE printf('sshd is to start, and can use none of its host keys: %s', words) END
         AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'os', s.os_id,
         'sshd_config', s.config_state,
         'files', json(files)) AS evidence
  FROM (SELECT s.*, n.config_state,
               (SELECT json_group_array(json_object(
                         'path', path, 'state', state, 'said', detail,
                         'configured', json(CASE configured WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
                         'refused', json(iif(state = 'ok', 'true', 'false'))))
                  FROM (SELECT *
                          FROM host_key_fact
                         WHERE root_id = s.root_id AND until_scan IS NULL
                         ORDER BY path)) AS files,
               (SELECT group_concat(path || ' ' || CASE state WHEN 'ok' THEN 'has an unsafe mode'
                                                              ELSE 'is ' || state END, ', ')
                  FROM (SELECT *
                          FROM host_key_fact
                         WHERE root_id = s.root_id AND until_scan IS NULL
                         ORDER BY path
                         LIMIT 8)) AS words
          FROM keyless AS n
         CROSS JOIN key_systems AS s ON s.root_id = n.root_id
         WHERE n.root_id NOT IN (SELECT root_id FROM awaited)
           AND NOT s.is_template) AS s;
