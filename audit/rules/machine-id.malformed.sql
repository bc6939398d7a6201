-- SPDX-License-Identifier: Apache-2.0
-- rule: machine-id.malformed
-- severity: medium
-- title: A machine ID file holds no machine ID
-- why: systemd takes 32 hexadecimal digits and at most a newline, and replaces anything else at the next boot;
--   zeros alone it keeps, but its programs then find no ID. What looks right to the eye (dashes, CR LF, a blank
--   at the end) is not.
-- fix: machine-id.renew
SELECT s.subject || ':' || e.path AS subject,
       s.domain_id,
       printf('%s: %s is %s; %s', s.domain, e.path, e.form,
              CASE WHEN e.kind = 'dbus-machine-id' AND e.state = 'null' THEN 'libdbus takes it for an ID all the same'
                   WHEN e.kind = 'dbus-machine-id' AND e.value IS NOT NULL
                     THEN 'systemd passes it over, libdbus reads ' || e.value
                   WHEN e.kind = 'dbus-machine-id' THEN 'systemd and libdbus pass it over'
                   WHEN e.state = 'null' THEN 'systemd keeps it and has no ID'
                   WHEN e.state = 'not-regular' THEN 'systemd cannot use it'
                   WHEN n.source = 'unknown' THEN 'the next boot replaces it'
                   WHEN n.value IS NULL THEN 'the next boot replaces it by a random ID'
                   ELSE printf('the next boot replaces it by the %s %s', n.source, n.value) END) AS detail,
       json_object(
         'domain', s.domain,
         'hypervisor', s.hypervisor,
         'uuid', s.uuid,
         'root', s.root,
         'road', s.road,
         'marks', s.marks,
         'path', e.path,
         'state', e.state,
         'form', e.form,
         'first_bytes_hex', lower(hex(substr(e.raw, 1, 64))),
         'replaced_by', iif(e.kind = 'machine-id' AND e.state = 'malformed', n.source, NULL),
         'next_value', iif(e.kind = 'machine-id' AND e.state = 'malformed', n.value, NULL)) AS evidence
  FROM (SELECT *,
               CASE WHEN state = 'null' THEN 'all zero'
                    WHEN state = 'not-regular' THEN 'no regular file'
                    WHEN CAST(raw AS TEXT) LIKE '________-____-____-____-____________%' THEN 'a UUID with dashes'
                    WHEN instr(raw, x'0d') THEN 'ended by CR LF'
                    WHEN trim(CAST(raw AS TEXT), char(9, 10, 32)) <> rtrim(CAST(raw AS TEXT), char(10))
                      THEN 'surrounded by blanks'
                    WHEN length(raw) < 32 THEN 'too short'
                    ELSE 'not 32 hexadecimal digits' END AS form
          FROM identity_fact
         WHERE until_scan IS NULL AND state IN ('malformed', 'null', 'not-regular')
           AND (kind = 'machine-id'
                -- a link's content is that of the file it names
                OR kind = 'dbus-machine-id' AND link IS NULL AND same_file_as IS NULL)) AS e
 CROSS JOIN systems AS s ON s.root_id = e.root_id
       -- which an agent does not tell
       AND NOT (e.kind = 'dbus-machine-id' AND s.road = 'agent'
                AND EXISTS (SELECT 1
                              FROM identity_fact
                             WHERE root_id = e.root_id AND kind = 'machine-id' AND until_scan IS NULL AND raw = e.raw))
  JOIN next_machine_ids AS n ON n.root_id = e.root_id;
