-- SPDX-License-Identifier: Apache-2.0
-- What the rules about host keys and cloud-init have in common.

-- What they look for among all keys and all guests.
CREATE INDEX host_key_fact_weak ON host_key_fact (root_id)
  WHERE until_scan IS NULL AND (algorithm = 'ssh-dss' OR algorithm = 'ssh-rsa' AND bits < 2048);
CREATE INDEX host_key_fact_unsafe ON host_key_fact (root_id) WHERE until_scan IS NULL AND safe = 0;
CREATE INDEX cloud_init_fact_failed ON cloud_init_fact (root_id) WHERE until_scan IS NULL AND failed = 1;

-- Domains as evidence names them.
CREATE VIEW named_domains AS
SELECT d.domain_id,
       d.uuid,
       f.name AS domain,
       h.name AS hypervisor,
       f.state,
       f.template_evidence IS NOT NULL
         OR EXISTS (SELECT 1
                      FROM disk_fact AS k
                     CROSS JOIN image_fact AS o ON o.backing_image = k.image_path AND o.until_scan IS NULL
                     CROSS JOIN image AS i ON i.image_id = o.image_id AND i.hypervisor_id = d.hypervisor_id
                     WHERE k.domain_id = d.domain_id AND k.until_scan IS NULL) AS is_template
  FROM domain AS d
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;

-- Systems of templates, one row per reason. A data disk that others back onto makes none of the system beside it; what an
-- agent's system is on is not known.
CREATE VIEW template_systems AS
SELECT DISTINCT r.root_id, t.reason
  FROM templates AS t
 CROSS JOIN key_guests AS g ON g.domain_id = t.domain_id
 CROSS JOIN root AS r ON r.guest_id = g.guest_id
 WHERE t.image_path IS NULL
    OR g.road = 'agent'
    OR EXISTS (SELECT 1
                 FROM disk_fact AS k
                WHERE k.domain_id = t.domain_id AND k.image_path = t.image_path AND k.until_scan IS NULL
                  AND k.target = substr(r.root, 1, length(k.target))
                  AND ltrim(substr(r.root, length(k.target) + 1), 'p0123456789') = '');

-- Seeds that a system has gone by: those of the instance that cloud-init takes it for. What is in the guest is one system's;
-- a seed that names no instance is "nocloud" to cloud-init, and what it keeps of its instance that instance's.
CREATE VIEW applied_seeds AS
SELECT c.root_id,
       s.domain_id,
       s.road,
       s.place,
       s.status,
       s.detail,
       s.hostname,
       s.preserve_hostname
  FROM seed_places AS p
 CROSS JOIN seed_fact AS s ON s.domain_id = p.domain_id AND s.road = p.road AND s.place = p.place AND s.until_scan IS NULL
 CROSS JOIN key_guests AS g ON g.domain_id = s.domain_id
 CROSS JOIN root AS r ON r.guest_id = g.guest_id
 CROSS JOIN cloud_init_fact AS c ON c.root_id = r.root_id AND c.until_scan IS NULL AND c.has_run = 1
 WHERE CASE WHEN s.place GLOB 'instance *'
              THEN instr(s.place, ' ' || r.root || ':') = 9 AND ifnull(s.instance_id, c.instance_id) IS c.instance_id
            WHEN s.place GLOB 'directory *'
              THEN instr(s.place, ' ' || r.root || ':') = 10 AND ifnull(s.instance_id, 'nocloud') = c.instance_id
            ELSE ifnull(s.instance_id, 'nocloud') = c.instance_id END;

PRAGMA user_version = 9;
