-- SPDX-License-Identifier: Apache-2.0
-- rule: agent.hostile
-- severity: medium
-- title: A guest's agent breaks its protocol
-- why: a QEMU guest agent does not answer at such length, of such types, or without end; whoever holds the other end
--   of the channel is broken, or tries to harm whoever asks. Nothing it said was believed.
SELECT h.name || '/' || d.uuid AS subject,
       d.domain_id,
       f.name || ifnull(': ' || s.detail, ': it breaks its protocol') AS detail,
       json_object(
         'domain', f.name,
         'hypervisor', h.name,
         'uuid', d.uuid,
         'state', f.state,
         'road', g.road,
         'said', s.detail) AS evidence
  FROM guest_fact AS s
  JOIN guest AS g ON g.guest_id = s.guest_id
  JOIN domain AS d ON d.domain_id = g.domain_id
  JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id
 WHERE s.until_scan IS NULL AND s.status = 'agent-hostile';
