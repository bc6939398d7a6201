-- SPDX-License-Identifier: Apache-2.0
-- rule: host-key.weak
-- severity: medium
-- title: A guest has a weak SSH host key
-- why: a DSA key has 1024 bits, and its signatures SHA-1; an RSA key of less than 2048 bits can be broken by who is
--   willing to pay for it. Who breaks it passes for the guest.
-- fix: host-key.renew
SELECT s.subject || ':' || k.path AS subject,
       s.domain_id,
       printf('%s: %s is %s key of %s bits', s.domain, k.path,
              iif(k.algorithm = 'ssh-dss', 'a DSA', 'an RSA'), ifnull(k.bits, 'unknown')) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'path', k.path,
         'algorithm', k.algorithm,
         'bits', k.bits,
         'fingerprint', k.fingerprint,
         'comment', iif(typeof(k.comment) = 'blob', 'x''' || hex(k.comment) || '''', k.comment),
         'configured', json(CASE k.configured WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)) AS evidence
  FROM host_key_fact AS k
 CROSS JOIN key_systems AS s ON s.root_id = k.root_id
 WHERE k.until_scan IS NULL
   AND (k.algorithm = 'ssh-dss' OR k.algorithm = 'ssh-rsa' AND k.bits < 2048)
   AND (k.has_private = 1 OR k.state = 'ok');
