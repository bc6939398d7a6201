-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.split
-- severity: high
-- title: The two machine ID files of a guest disagree
-- why: systemd reads /etc/machine-id first and libdbus reads /var/lib/dbus/machine-id first, so the guest
--   has two identities: its journal and its DHCP lease go by one, its applications by the other.
-- fix: machine-id.sync
SELECT s.subject,
       s.domain_id,
       printf('%s: %s says %s, %s says %s', s.domain, m.path, m.value, b.path, b.value) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'machine_id', m.value,
         'dbus_machine_id', b.value,
         -- the one that is made of the domain's UUID is likely the younger: a clone's own
         'own', CASE s.product_id WHEN m.value THEN 'machine_id' WHEN b.value THEN 'dbus_machine_id' END) AS evidence
  FROM identity_fact AS m
  JOIN identity_fact AS b ON b.root_id = m.root_id AND b.kind = 'dbus-machine-id' AND b.until_scan IS NULL
 CROSS JOIN systems AS s ON s.root_id = m.root_id
 WHERE m.kind = 'machine-id' AND m.until_scan IS NULL AND b.value <> m.value;
