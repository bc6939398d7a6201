-- SPDX-License-Identifier: Apache-2.0
-- rule: host-key.unsafe-mode
-- severity: high
-- title: A private SSH host key is open to others, or sshd refuses it
-- why: sshd passes over a key of root that others have any right to, so that clients meet another key or none; one
--   that belongs to another user it takes whatever its mode is, and that user can pass for the guest.
SELECT s.subject || ':' || k.path AS subject,
       s.domain_id,
       printf('%s: %s has mode %04o and belongs to user %d: %s', s.domain, k.path, k.mode, k.uid,
              CASE WHEN k.mode & 4 THEN 'everybody in the guest can read it'
                   WHEN k.mode & 2 THEN 'everybody in the guest can replace it'
                   WHEN k.uid <> 0 THEN 'that user can read and replace it'
                   ELSE 'others than root have rights to it' END)
         || iif(k.uid = 0, ', and sshd refuses it', '') AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'path', k.path,
         'algorithm', k.algorithm,
         'fingerprint', k.fingerprint,
         'mode', printf('%04o', k.mode),
         'uid', k.uid,
         'gid', k.gid,
         'refused', json(iif(k.uid = 0, 'true', 'false'))) AS evidence
  FROM host_key_fact AS k
 CROSS JOIN key_systems AS s ON s.root_id = k.root_id
 WHERE k.until_scan IS NULL AND k.safe = 0 AND k.has_private = 1;
