-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.foreign
-- severity: high
-- title: A guest's machine ID is the UUID of another domain or of a host
-- why: systemd makes a virtual machine's first ID of the domain's UUID, so this guest is a copy of that domain;
--   and whenever that domain is reset it gets the same ID again. A container sees the UUID of its host, and so does
--   every other container there.
-- fix: machine-id.renew
WITH
-- What the firmware of each domain and of each host says.
issued (id, domain_id, host, source) AS (
  SELECT replace(d.uuid, '-', ''), d.domain_id, NULL, 'uuid'
    FROM domain AS d
    JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
   UNION ALL
  SELECT lower(replace(smbios_uuid, '-', '')), domain_id, NULL, 'smbios'
    FROM domain_fact
   WHERE until_scan IS NULL AND smbios_uuid IS NOT NULL
   UNION ALL
  SELECT replace(host_uuid, '-', ''), NULL, min(hostname), 'host'
    FROM hypervisor
   WHERE host_uuid <> ''
   GROUP BY host_uuid
),
-- From the domains to the index of IDs: one look-up each.
hit AS MATERIALIZED (
  SELECT e.root_id, e.path, e.value, i.domain_id AS owner_id, i.host, i.source
    FROM issued AS i
   CROSS JOIN identity_fact AS e ON e.value = i.id
   WHERE e.until_scan IS NULL AND e.value IS NOT NULL AND e.kind IN ('machine-id', 'dbus-machine-id')
     AND e.domain_id IS NOT i.domain_id
),
match AS (
  SELECT s.*, t.path, t.value, t.owner_id, t.source, ifnull(t.host, f.name) AS owner, d.uuid AS owner_uuid,
         o.name AS owner_hypervisor
    FROM hit AS t
   CROSS JOIN systems AS s ON s.root_id = t.root_id
    LEFT JOIN domain AS d ON d.domain_id = t.owner_id
    LEFT JOIN domain_fact AS f ON f.domain_id = t.owner_id AND f.until_scan IS NULL
    LEFT JOIN hypervisors AS o ON o.hypervisor_id = d.hypervisor_id
   -- the same UUID on another hypervisor is the domain's own
   WHERE t.source = 'host' OR t.value <> s.product_id AND t.value <> replace(s.uuid, '-', '')
   ORDER BY s.root_id, t.path, o.name, f.name, d.uuid, t.source
)
SELECT subject,
       domain_id,
       printf('%s has the machine ID %s, which is the UUID of %s', domain, min(value),
              ifnull('the host ' || min(owner) FILTER (WHERE source = 'host'), min(owner))) AS detail,
       json_object(
         'domain', domain,
         'hypervisor', hypervisor,
         'uuid', uuid,
         'root', root,
         'road', road,
         'marks', marks,
         'matches', json_group_array(json_object(
           'path', path, 'machine_id', value, 'owner', owner, 'owner_domain_id', owner_id,
           'owner_hypervisor', owner_hypervisor, 'owner_uuid', owner_uuid, 'by', source))) AS evidence
  FROM match
 GROUP BY root_id;
