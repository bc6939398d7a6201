-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.foreign
-- severity: high
-- title: A guest's machine ID is the UUID of another domain
-- why: systemd makes a virtual machine's first ID of the domain's UUID, so this guest is a copy of that domain;
--   and whenever that domain is reset it gets the same ID again.
-- fix: machine-id.renew
WITH
-- What the firmware of each domain says.
issued (id, domain_id, source) AS (
  SELECT replace(d.uuid, '-', ''), d.domain_id, 'uuid'
    FROM domain AS d
    JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
   UNION ALL
  SELECT lower(replace(smbios_uuid, '-', '')), domain_id, 'smbios'
    FROM domain_fact
   WHERE until_scan IS NULL AND smbios_uuid IS NOT NULL
),
-- From the domains to the index of IDs: one look-up each.
hit AS MATERIALIZED (
  SELECT e.root_id, e.path, e.value, i.domain_id AS owner_id, i.source
    FROM issued AS i
   CROSS JOIN identity_fact AS e ON e.value = i.id
   WHERE e.until_scan IS NULL AND e.value IS NOT NULL AND e.kind IN ('machine-id', 'dbus-machine-id')
     AND e.domain_id <> i.domain_id
)
SELECT subject,
       domain_id,
       printf('%s has the machine ID %s, which is the UUID of %s', domain, min(value), min(owner)) AS detail,
       json_object(
         'domain', domain,
         'hypervisor', hypervisor,
         'uuid', uuid,
         'root', root,
         'matches', json_group_array(json_object(
           'path', path, 'machine_id', value, 'owner', owner, 'owner_domain_id', owner_id,
           'owner_hypervisor', owner_hypervisor, 'owner_uuid', owner_uuid, 'by', source))) AS evidence
  FROM (SELECT s.*, h.path, h.value, h.owner_id, h.source,
               f.name AS owner, d.uuid AS owner_uuid, o.name AS owner_hypervisor
          FROM hit AS h
          JOIN systems AS s ON s.root_id = h.root_id
          JOIN domain AS d ON d.domain_id = h.owner_id
          JOIN domain_fact AS f ON f.domain_id = h.owner_id AND f.until_scan IS NULL
          JOIN hypervisors AS o ON o.hypervisor_id = d.hypervisor_id
         -- the same UUID on another hypervisor is the domain's own
         WHERE h.value <> s.product_id AND h.value <> replace(s.uuid, '-', '')
         ORDER BY s.root_id, h.path, o.name, f.name, d.uuid, h.source)
 GROUP BY root_id;
