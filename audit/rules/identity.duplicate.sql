-- SPDX-License-Identifier: Apache-2.0
-- rule: identity.duplicate
-- severity: medium
-- title: Several guests have one identity that should be of one alone
-- why: what a clone keeps of its template makes others take both for one, each kind in its way: `consequence` says
--   which, and how serious it is. Machine IDs and host keys have rules of their own.
WITH
-- Values of a kind that is worth a word, where more than one domain has them.
holding AS MATERIALIZED (
  SELECT kind, value, domain_id, root_id, place
    FROM shared_identity_values
   WHERE identity_severity(kind) IS NOT NULL
),
holder AS MATERIALIZED (
  SELECT h.kind, h.value, h.domain_id, d.uuid
    FROM (SELECT DISTINCT kind, value, domain_id FROM holding) AS h
   CROSS JOIN domain AS d ON d.domain_id = h.domain_id
),
-- Domains of one UUID on several hypervisors are one guest, unless they are on other disks: the least of them stands
-- for all.
seen_twice AS MATERIALIZED (
  SELECT a.kind, a.value, a.domain_id, min(b.domain_id) AS guest
    FROM (SELECT kind, value, uuid FROM holder GROUP BY kind, value, uuid HAVING count(*) > 1) AS t
    JOIN holder AS a ON a.kind = t.kind AND a.value = t.value AND a.uuid = t.uuid
    JOIN holder AS b ON b.kind = t.kind AND b.value = t.value AND b.uuid = t.uuid
   WHERE NOT EXISTS (SELECT 1
                       FROM twins
                      WHERE domain_id = a.domain_id AND twin_id = b.domain_id AND storage = 'different')
   GROUP BY a.kind, a.value, a.domain_id
),
placed AS MATERIALIZED (
  SELECT h.kind, h.value, h.domain_id, ifnull(t.guest, h.domain_id) AS guest,
         row_number() OVER (PARTITION BY h.kind, h.value ORDER BY ifnull(t.guest, h.domain_id), h.domain_id) AS place
    FROM holder AS h
    LEFT JOIN seen_twice AS t ON t.kind = h.kind AND t.value = h.value AND t.domain_id = h.domain_id
),
grouped AS MATERIALIZED (
  SELECT kind, value, count(DISTINCT guest) AS guests
    FROM placed
   GROUP BY kind, value
  HAVING count(DISTINCT guest) > 1
),
-- Who they are is asked of those alone that are named: a kind may be of all guests.
named AS MATERIALIZED (
  SELECT p.kind, p.value, p.domain_id, p.place, g.guests
    FROM placed AS p
    JOIN grouped AS g ON g.kind = p.kind AND g.value = p.value
   WHERE p.place <= 1000
),
located AS MATERIALIZED (
  SELECT n.kind, n.value, n.domain_id, n.guests, n.place,
         json_group_array(json_object('root', r.root, 'place', h.place)) FILTER (WHERE h.place IS NOT NULL) AS places
    FROM (SELECT * FROM holding ORDER BY kind, value, domain_id, root_id, place) AS h
    JOIN named AS n ON n.kind = h.kind AND n.value = h.value AND n.domain_id = h.domain_id
    LEFT JOIN root AS r ON r.root_id = h.root_id
   GROUP BY n.kind, n.value, n.domain_id
),
told AS (
  SELECT l.kind, l.value, l.guests,
         group_concat(d.domain, ', ') FILTER (WHERE l.place <= 5) AS names,
         json_group_array(json_object(
           'domain', d.domain, 'domain_id', l.domain_id, 'hypervisor', d.hypervisor, 'uuid', d.uuid, 'state', d.state,
           'template', json(iif(d.is_template, 'true', 'false')),
           'places', json(l.places))) AS members
    FROM (SELECT * FROM located ORDER BY kind, value, place) AS l
   CROSS JOIN named_domains AS d ON d.domain_id = l.domain_id
   GROUP BY l.kind, l.value
)
SELECT kind || ' ' || shown AS subject,
       NULL AS domain_id,
       identity_severity(kind) AS severity,
       printf('%d guests have the %s %s: %s%s', guests, kind, shown, names, iif(guests > 5, ', …', '')) AS detail,
       json_object(
         'kind', kind,
         'value', shown,
         'count', guests,
         'consequence', identity_consequence(kind),
         'members', json(members)) AS evidence
  -- The digest of a secret is told so far that one can tell it from others.
  FROM (SELECT *,
               iif(length(value) = 64 AND value NOT GLOB '*[^0-9a-f]*', 'sha256:' || substr(value, 1, 16) || '…',
                   value) AS shown
          FROM told);
