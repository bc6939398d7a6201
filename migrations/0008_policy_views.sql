-- SPDX-License-Identifier: Apache-2.0
-- The views of policies and baselines, and what the rules about authorized keys have in common.

-- Whether a key is one of a policy's.
CREATE INDEX key_policy_key_by_key ON key_policy_key (name, fingerprint);
-- What rules look for among all keys.
CREATE INDEX authorized_key_fact_ignored ON authorized_key_fact (root_id) WHERE until_scan IS NULL AND effective = 0;
CREATE INDEX authorized_key_fact_weak ON authorized_key_fact (root_id)
  WHERE until_scan IS NULL AND (algorithm LIKE 'ssh-dss%' OR algorithm LIKE 'ssh-rsa%' AND bits < 2048);
CREATE INDEX key_source_fact_unclear ON key_source_fact (root_id, user)
  WHERE until_scan IS NULL AND state NOT IN ('ok', 'missing', 'not-regular');

CREATE VIEW key_policies AS
SELECT p.name,
       p.mode,
       p.file,
       (SELECT count(*) FROM key_policy_key WHERE name = p.name) AS keys,
       p.guests,
       p.labels,
       p.hypervisors,
       p.users
  FROM key_policy AS p;

-- Whom each policy binds, by one row for each of its globs of users.
CREATE VIEW key_policy_bindings AS
WITH host AS MATERIALIZED (
  SELECT p.name, p.mode, p.guests, p.users, h.hypervisor_id
    FROM key_policy AS p
   CROSS JOIN hypervisor AS h
   CROSS JOIN hypervisor_fact AS f ON f.hypervisor_id = h.hypervisor_id AND f.until_scan IS NULL
   WHERE (p.hypervisors = '[]' OR h.configured_as IN (SELECT value FROM json_each(p.hypervisors)))
     AND (p.labels = '[]' OR EXISTS (SELECT 1
                                       FROM json_each(p.labels) AS l
                                      WHERE instr(', ' || f.labels || ', ', ', ' || l.value || ', ')))
)
SELECT DISTINCT o.name, o.mode, d.domain_id, u.value AS users
  FROM host AS o
 CROSS JOIN json_each(o.users) AS u
 CROSS JOIN json_each(o.guests) AS g
 CROSS JOIN domain AS d ON d.hypervisor_id = o.hypervisor_id
 CROSS JOIN domain_fact AS f ON f.domain_id = d.domain_id AND f.until_scan IS NULL AND f.name GLOB g.value;

-- What was accepted last of each domain.
CREATE VIEW baselines AS
SELECT n.domain_id,
       f.name AS domain,
       h.name AS hypervisor,
       (SELECT count(*) FROM baseline_key WHERE baseline_id = b.baseline_id) AS keys,
       (SELECT count(DISTINCT user) FROM baseline_key WHERE baseline_id = b.baseline_id) AS users,
       strftime('%Y-%m-%dT%H:%M:%SZ', b.accepted_at, 'unixepoch') AS accepted_at,
       b.accepted_by,
       b.reason,
       b.scan_id,
       b.baseline_id
  FROM (SELECT domain_id, max(baseline_id) AS baseline_id FROM baseline GROUP BY domain_id) AS n
  JOIN baseline AS b ON b.baseline_id = n.baseline_id
  JOIN domain AS d ON d.domain_id = n.domain_id
  JOIN domain_fact AS f ON f.domain_id = n.domain_id AND f.until_scan IS NULL
  JOIN hypervisors AS h ON h.hypervisor_id = d.hypervisor_id;

-- Sources of keys of which nobody can say what they hold. A user without a name is everybody.
CREATE VIEW unclear_key_sources AS
SELECT root_id, user, source, state, detail, place
  FROM key_source_fact
 WHERE until_scan IS NULL AND state NOT IN ('ok', 'missing', 'not-regular');

-- Systems in which somebody looked for keys, and as which of several a baseline knows each.
CREATE VIEW key_readings AS
SELECT g.domain_id,
       r.root_id,
       iif((SELECT count(*)
              FROM root AS o
             CROSS JOIN root_fact AS q ON q.root_id = o.root_id AND q.until_scan IS NULL
             WHERE o.guest_id = g.guest_id) > 1, r.root, '') AS baseline_root
  FROM key_guests AS g
 CROSS JOIN root AS r ON r.guest_id = g.guest_id
 CROSS JOIN root_fact AS p ON p.root_id = r.root_id AND p.until_scan IS NULL AND p.status = 'ok'
 WHERE EXISTS (SELECT 1 FROM account_fact WHERE root_id = r.root_id AND until_scan IS NULL)
    OR EXISTS (SELECT 1 FROM sshd_fact WHERE root_id = r.root_id AND until_scan IS NULL);

-- Lines of authorized_keys files, as evidence tells of them: bytes that are no text in hexadecimal digits.
CREATE VIEW authorized_key_lines AS
SELECT k.root_id,
       k.domain_id,
       k.user,
       k.uid,
       k.key_file,
       k.entry,
       k.line,
       k.algorithm,
       k.bits,
       k.fingerprint,
       ifnull(k.cert_authority, 0) AS cert_authority,
       iif(typeof(k.options) = 'blob', 'x''' || hex(k.options) || '''', k.options) AS options,
       iif(typeof(k.comment) = 'blob', 'x''' || hex(k.comment) || '''', k.comment) AS comment,
       k.effective,
       k.reason,
       k.first_scan,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', collected_at, 'unixepoch')
          FROM scan
         WHERE scan_id = k.first_scan) AS since
  FROM authorized_key_fact AS k
 WHERE k.until_scan IS NULL;

PRAGMA user_version = 8;
