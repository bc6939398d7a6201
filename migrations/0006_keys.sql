-- SPDX-License-Identifier: Apache-2.0
-- SSH keys, accounts, cloud-init, policies of keys. Words and units of columns are those of docs/facts.md.

-- What the sshd of a root is set to, for users that no Match block is about.
CREATE TABLE sshd_fact (
  root_id               INTEGER NOT NULL REFERENCES root,
  since_scan            INTEGER NOT NULL REFERENCES scan,
  until_scan            INTEGER REFERENCES scan,
  enabled               INTEGER CHECK (enabled IN (0, 1)),
  state                 TEXT NOT NULL, -- of its main configuration file
  detail                TEXT,
  permit_root_login     TEXT,
  pubkey_authentication TEXT,
  strict_modes          TEXT,
  authorized_keys_file  TEXT,
  PRIMARY KEY (root_id, since_scan)
) STRICT, WITHOUT ROWID;

CREATE TABLE host_key_fact (
  root_id           INTEGER NOT NULL REFERENCES root,
  path              TEXT NOT NULL, -- in the guest
  since_scan        INTEGER NOT NULL REFERENCES scan,
  until_scan        INTEGER REFERENCES scan,
  first_scan        INTEGER NOT NULL REFERENCES scan, -- since when this key is there, whatever else of it changed
  domain_id         INTEGER NOT NULL REFERENCES domain, -- the root's, for grouping by an index alone
  state             TEXT NOT NULL, -- of the private half
  detail            TEXT,
  configured        INTEGER CHECK (configured IN (0, 1)), -- by a HostKey line
  algorithm         TEXT,
  bits              INTEGER,
  fingerprint       TEXT,
  public_key        TEXT, -- base64 of its blob
  comment           ANY,  -- TEXT, or BLOB when it is not UTF-8
  has_private       INTEGER CHECK (has_private IN (0, 1)),
  safe              INTEGER CHECK (safe IN (0, 1)), -- root's, and nobody else can read it
  mode              INTEGER,
  uid               INTEGER,
  gid               INTEGER,
  modified_at       INTEGER, -- Unix seconds
  public_state      TEXT, -- matches, differs, or what is wrong with the .pub file
  certificate       TEXT,
  certificate_state TEXT,
  certificate_id    ANY, -- as comment
  principals        ANY, -- as comment
  authority         TEXT, -- fingerprint of the key that signed it
  valid_after       INTEGER, -- Unix seconds
  valid_before      INTEGER,
  shared            INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)), -- as identity_fact.shared, of the fingerprint
  PRIMARY KEY (root_id, path, since_scan)
) STRICT, WITHOUT ROWID;
-- Which keys several guests have; as identity_fact_shared.
CREATE INDEX host_key_fact_shared ON host_key_fact (fingerprint, domain_id, until_scan, shared, has_private, state)
  WHERE until_scan IS NULL AND shared = 1;
-- The keys that were, as identity_fact_ended.
CREATE INDEX host_key_fact_ended ON host_key_fact (root_id, path, since_scan, fingerprint, until_scan)
  WHERE until_scan IS NOT NULL AND fingerprint IS NOT NULL;
-- What rules look for among all keys.
CREATE INDEX host_key_fact_weak ON host_key_fact (root_id)
  WHERE until_scan IS NULL AND (algorithm = 'ssh-dss' OR algorithm = 'ssh-rsa' AND bits < 2048);
CREATE INDEX host_key_fact_unsafe ON host_key_fact (root_id) WHERE until_scan IS NULL AND safe = 0;

-- An account that somebody could log in as.
CREATE TABLE account_fact (
  root_id    INTEGER NOT NULL REFERENCES root,
  name       TEXT NOT NULL,
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  uid        INTEGER NOT NULL,
  gid        INTEGER,
  home       ANY, -- TEXT, or BLOB when it is not UTF-8
  shell      ANY,
  password   TEXT, -- set, locked, none; NULL: not known. Never the hash
  expires_at INTEGER, -- Unix seconds
  login      TEXT NOT NULL, -- yes, no, unknown
  reason     TEXT, -- why not
  PRIMARY KEY (root_id, name, since_scan)
) STRICT, WITHOUT ROWID;

-- A line of a file in which sshd looks for keys of a user.
CREATE TABLE authorized_key_fact (
  root_id        INTEGER NOT NULL REFERENCES root,
  user           TEXT NOT NULL,
  key_file       TEXT NOT NULL,
  entry          TEXT NOT NULL, -- tells it from the other lines of its file, and stays when it moves
  since_scan     INTEGER NOT NULL REFERENCES scan,
  until_scan     INTEGER REFERENCES scan,
  first_scan     INTEGER NOT NULL REFERENCES scan, -- since when the entry is there, whatever else of it changed
  domain_id      INTEGER NOT NULL REFERENCES domain, -- the root's
  line           INTEGER NOT NULL,
  uid            INTEGER,
  algorithm      TEXT,
  bits           INTEGER,
  fingerprint    TEXT,
  cert_authority INTEGER CHECK (cert_authority IN (0, 1)),
  options        ANY, -- TEXT, or BLOB when it is not UTF-8
  comment        ANY,
  effective      INTEGER CHECK (effective IN (0, 1)),
  reason         TEXT, -- why not
  PRIMARY KEY (root_id, user, key_file, entry, since_scan)
) STRICT, WITHOUT ROWID;
-- On which guests a key can log in, or could.
CREATE INDEX authorized_key_fact_by_key ON authorized_key_fact (fingerprint, domain_id, until_scan)
  WHERE fingerprint IS NOT NULL;
-- What a scan brought, and what it found gone.
CREATE INDEX authorized_key_fact_first ON authorized_key_fact (first_scan, root_id);
CREATE INDEX authorized_key_fact_ended ON authorized_key_fact (until_scan, root_id)
  WHERE until_scan IS NOT NULL;
-- What rules look for among all keys.
CREATE INDEX authorized_key_fact_ignored ON authorized_key_fact (root_id) WHERE until_scan IS NULL AND effective = 0;
CREATE INDEX authorized_key_fact_weak ON authorized_key_fact (root_id)
  WHERE until_scan IS NULL AND (algorithm LIKE 'ssh-dss%' OR algorithm LIKE 'ssh-rsa%' AND bits < 2048);

-- Where keys come from beside lines that could be read.
CREATE TABLE key_source_fact (
  root_id    INTEGER NOT NULL REFERENCES root,
  user       TEXT NOT NULL, -- '': everybody
  source     TEXT NOT NULL, -- a directive with its value, or a file
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  state      TEXT NOT NULL,
  detail     TEXT,
  place      TEXT, -- FILE:LINE of the configuration that says so
  PRIMARY KEY (root_id, user, source, since_scan)
) STRICT, WITHOUT ROWID;
-- Those of which nobody can say what they hold.
CREATE INDEX key_source_fact_unclear ON key_source_fact (root_id, user)
  WHERE until_scan IS NULL AND state NOT IN ('ok', 'missing', 'not-regular');

-- What cloud-init left in a root, and how it is set up there.
CREATE TABLE cloud_init_fact (
  root_id              INTEGER NOT NULL REFERENCES root,
  since_scan           INTEGER NOT NULL REFERENCES scan,
  until_scan           INTEGER REFERENCES scan,
  cloud_dir            TEXT NOT NULL,
  installed            INTEGER CHECK (installed IN (0, 1)),
  disabled             INTEGER CHECK (disabled IN (0, 1)),
  has_run              INTEGER CHECK (has_run IN (0, 1)),
  instance_id          TEXT,
  previous_instance_id TEXT,
  datasource           TEXT,
  finished             INTEGER CHECK (finished IN (0, 1)),
  failed               INTEGER CHECK (failed IN (0, 1)),
  failed_stages        TEXT,
  manual_cache_clean   INTEGER CHECK (manual_cache_clean IN (0, 1)),
  config_status        TEXT NOT NULL,
  config_detail        TEXT,
  config_sets          TEXT,
  default_user         TEXT,
  ssh_deletekeys       INTEGER CHECK (ssh_deletekeys IN (0, 1)),
  preserve_hostname    INTEGER CHECK (preserve_hostname IN (0, 1)),
  PRIMARY KEY (root_id, since_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX cloud_init_fact_by_instance ON cloud_init_fact (instance_id) WHERE until_scan IS NULL;
CREATE INDEX cloud_init_fact_failed ON cloud_init_fact (root_id) WHERE until_scan IS NULL AND failed = 1;

-- What cloud-init was told, from one place, and by which road that was read; 'xml': the domain's own definition.
CREATE TABLE seed_fact (
  domain_id         INTEGER NOT NULL REFERENCES domain,
  road              TEXT NOT NULL,
  place             TEXT NOT NULL,
  since_scan        INTEGER NOT NULL REFERENCES scan,
  until_scan        INTEGER REFERENCES scan,
  status            TEXT NOT NULL,
  detail            TEXT,
  instance_id       TEXT,
  hostname          TEXT,
  fetched_from      TEXT,
  parts             TEXT,
  sets              TEXT,
  network           TEXT,
  secrets           TEXT, -- names of values that were left out
  ssh_deletekeys    INTEGER CHECK (ssh_deletekeys IN (0, 1)),
  preserve_hostname INTEGER CHECK (preserve_hostname IN (0, 1)),
  PRIMARY KEY (domain_id, road, place, since_scan)
) STRICT, WITHOUT ROWID;

-- A user that a seed declares.
CREATE TABLE seed_user_fact (
  domain_id    INTEGER NOT NULL REFERENCES domain,
  road         TEXT NOT NULL,
  place        TEXT NOT NULL,
  name         TEXT NOT NULL,
  since_scan   INTEGER NOT NULL REFERENCES scan,
  until_scan   INTEGER REFERENCES scan,
  is_system    INTEGER CHECK (is_system IN (0, 1)),
  has_password INTEGER CHECK (has_password IN (0, 1)),
  lock_passwd  INTEGER CHECK (lock_passwd IN (0, 1)),
  groups       TEXT,
  shell        TEXT,
  PRIMARY KEY (domain_id, road, place, name, since_scan)
) STRICT, WITHOUT ROWID;

-- A key that a seed declares for a user.
CREATE TABLE seed_key_fact (
  domain_id   INTEGER NOT NULL REFERENCES domain,
  road        TEXT NOT NULL,
  place       TEXT NOT NULL,
  user        TEXT NOT NULL,
  entry       TEXT NOT NULL,
  since_scan  INTEGER NOT NULL REFERENCES scan,
  until_scan  INTEGER REFERENCES scan,
  algorithm   TEXT,
  bits        INTEGER,
  fingerprint TEXT,
  comment     ANY,
  PRIMARY KEY (domain_id, road, place, user, entry, since_scan)
) STRICT, WITHOUT ROWID;

-- Addresses that libvirt's networks have leased to an interface, separated by blanks.
ALTER TABLE interface_fact ADD COLUMN addresses TEXT;
-- As identity_fact.shared, of the MAC.
ALTER TABLE interface_fact ADD COLUMN shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1));
UPDATE interface_fact
   SET shared = 1
 WHERE until_scan IS NULL
   AND mac IN (SELECT mac
                 FROM interface_fact
                WHERE until_scan IS NULL AND mac IS NOT NULL
                GROUP BY mac
               HAVING min(domain_id) <> max(domain_id));

-- Where to look who else has a value: domains that have or had one, by its hash, which the program's value_hash(kind,
-- value) tells. Small, and written in order: an index of the values themselves would be neither. No reference to the
-- domain, for it would be looked up in no order at all.
CREATE TABLE value_holder (
  hash      INTEGER NOT NULL,
  domain_id INTEGER NOT NULL,
  PRIMARY KEY (hash, domain_id)
) STRICT, WITHOUT ROWID;
INSERT INTO value_holder (hash, domain_id)
SELECT value_hash(kind, value) AS hash, domain_id
  FROM identity_fact
 WHERE until_scan IS NULL AND value_hash(kind, value) <> 0
 UNION
SELECT value_hash('mac-address', mac), domain_id
  FROM interface_fact
 WHERE until_scan IS NULL AND mac IS NOT NULL
 ORDER BY hash, domain_id;

-- Values that several domains have: by the mark `shared`, which rows of all kinds now get but host names and machine
-- IDs of kernel command lines; UUIDs by grouping an index. Machine IDs keep indexes of their own.
DROP INDEX identity_fact_shared;
CREATE INDEX identity_fact_shared ON identity_fact (value, domain_id, until_scan, shared)
  WHERE until_scan IS NULL AND shared = 1 AND kind IN ('machine-id', 'dbus-machine-id');
CREATE INDEX identity_fact_other_shared ON identity_fact (value, kind, domain_id, until_scan, shared)
  WHERE until_scan IS NULL AND shared = 1
    AND kind NOT IN ('machine-id', 'dbus-machine-id', 'cmdline-machine-id', 'hostname');
CREATE INDEX domain_by_uuid ON domain (uuid);
CREATE INDEX domain_fact_by_smbios_uuid ON domain_fact (smbios_uuid, until_scan)
  WHERE until_scan IS NULL AND smbios_uuid IS NOT NULL;
CREATE INDEX domain_fact_by_genid ON domain_fact (genid, until_scan) WHERE until_scan IS NULL AND genid IS NOT NULL;
CREATE INDEX interface_fact_shared ON interface_fact (mac, domain_id, until_scan, shared)
  WHERE until_scan IS NULL AND shared = 1;

-- The [keys NAME] sections of the configuration, as of the last audit: which keys whom may log in with, and where.
CREATE TABLE key_policy (
  name        TEXT PRIMARY KEY,
  mode        TEXT NOT NULL CHECK (mode IN ('exact', 'required', 'forbidden')),
  file        TEXT NOT NULL, -- in authorized_keys format
  guests      TEXT NOT NULL, -- JSON array of globs of domain names; any of them
  labels      TEXT NOT NULL, -- JSON array of labels of the hypervisor; empty: all
  hypervisors TEXT NOT NULL, -- JSON array of names of hypervisors' sections; empty: all
  users       TEXT NOT NULL  -- JSON array of globs of user names
) STRICT, WITHOUT ROWID;

CREATE TABLE key_policy_key (
  name           TEXT NOT NULL REFERENCES key_policy,
  line           INTEGER NOT NULL, -- of its file
  fingerprint    TEXT NOT NULL,
  cert_authority INTEGER NOT NULL CHECK (cert_authority IN (0, 1)),
  options        ANY, -- NULL: whatever options the key has in the guest
  algorithm      TEXT NOT NULL,
  comment        ANY,
  PRIMARY KEY (name, line)
) STRICT, WITHOUT ROWID;
-- Whether a key is one of a policy's.
CREATE INDEX key_policy_key_by_key ON key_policy_key (name, fingerprint);

-- The [shared-host-keys NAME] sections: guests that have one host key on purpose.
CREATE TABLE shared_host_key (
  name   TEXT PRIMARY KEY,
  guests TEXT NOT NULL -- JSON array of globs of domain names
) STRICT, WITHOUT ROWID;

-- Numbers of the configuration that rules ask for, as of the last audit.
CREATE TABLE threshold (
  name  TEXT PRIMARY KEY, -- authorized-key.everywhere: guests
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody accepted as a guest's authorized keys. The newest of a domain counts.
CREATE TABLE baseline (
  baseline_id INTEGER PRIMARY KEY,
  domain_id   INTEGER NOT NULL REFERENCES domain,
  scan_id     INTEGER REFERENCES scan, -- the newest scan when it was accepted
  accepted_at INTEGER NOT NULL, -- Unix seconds
  accepted_by TEXT NOT NULL,
  reason      TEXT NOT NULL,
  roots       TEXT NOT NULL -- JSON array of the systems that it is about
) STRICT;
CREATE INDEX baseline_by_domain ON baseline (domain_id);

CREATE TABLE baseline_key (
  baseline_id    INTEGER NOT NULL REFERENCES baseline,
  root           TEXT NOT NULL, -- one of the baseline's
  user           TEXT NOT NULL,
  key_file       TEXT NOT NULL,
  entry          TEXT NOT NULL,
  line           INTEGER NOT NULL,
  fingerprint    TEXT,
  cert_authority INTEGER CHECK (cert_authority IN (0, 1)),
  options        ANY,
  comment        ANY,
  PRIMARY KEY (baseline_id, root, user, key_file, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX baseline_key_by_key ON baseline_key (baseline_id, fingerprint);

PRAGMA user_version = 6;
