-- SPDX-License-Identifier: Apache-2.0
-- The ledger's tables. A thing that lasts (hypervisor, domain, image, guest, root) has a row with its key; what
-- is said of it has rows in a table *_fact, each valid from the scan `since_scan` until the scan `until_scan`
-- (NULL: still). A value that does not change is written once, however often it is scanned.

-- One attempt to read a hypervisor. Order is scan_id; times are informative.
CREATE TABLE scan (
  scan_id       INTEGER PRIMARY KEY,
  hypervisor_id INTEGER REFERENCES hypervisor, -- NULL when nothing is known of who was asked
  uri           TEXT NOT NULL,                 -- as asked for, without a password
  tool          TEXT NOT NULL,                 -- name and version of the collector
  collected_at  INTEGER NOT NULL,              -- Unix seconds, by the collector's clock
  ingested_at   INTEGER NOT NULL,              -- Unix seconds, by ours
  status        TEXT NOT NULL,                 -- complete, partial, or why there is nothing: refused, …
  error         TEXT,                          -- what the driver or the validation said
  domains       INTEGER NOT NULL DEFAULT 0,    -- facts of each kind in the stream
  images        INTEGER NOT NULL DEFAULT 0,
  guests        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX scan_by_hypervisor ON scan (hypervisor_id, scan_id);

-- What a scan remarked that is no fact: a domain that vanished while it was read.
CREATE TABLE note (
  scan_id INTEGER NOT NULL REFERENCES scan,
  subject TEXT NOT NULL,
  text    TEXT NOT NULL
) STRICT;

-- One libvirt driver on one host. hostname and scope are empty until it was reached for the first time.
CREATE TABLE hypervisor (
  hypervisor_id INTEGER PRIMARY KEY,
  driver        TEXT NOT NULL,            -- as libvirt names it: QEMU, LXC, Test
  host_uuid     TEXT NOT NULL DEFAULT '', -- of the capabilities; empty when the driver has none
  hostname      TEXT NOT NULL,
  scope         TEXT NOT NULL,            -- system, session and its user, embed root, node file
  UNIQUE (driver, host_uuid, hostname, scope)
) STRICT;
CREATE INDEX hypervisor_by_hostname ON hypervisor (hostname);

CREATE TABLE hypervisor_fact (
  hypervisor_id   INTEGER NOT NULL REFERENCES hypervisor,
  since_scan      INTEGER NOT NULL REFERENCES scan,
  until_scan      INTEGER REFERENCES scan,
  uri             TEXT NOT NULL, -- by which it was last asked
  libvirt_version TEXT,
  driver_version  TEXT,
  arch            TEXT,
  local           INTEGER CHECK (local IN (0, 1)), -- its image paths are paths of the collecting machine
  PRIMARY KEY (hypervisor_id, since_scan)
) STRICT, WITHOUT ROWID;

-- libvirt's definition of a machine.
CREATE TABLE domain (
  domain_id     INTEGER PRIMARY KEY,
  hypervisor_id INTEGER NOT NULL REFERENCES hypervisor,
  uuid          TEXT NOT NULL CHECK (length(uuid) = 36),
  digest        BLOB, -- of the line it was last read from: the same line again needs no second look; NULL when gone
  UNIQUE (hypervisor_id, uuid)
) STRICT;

CREATE TABLE domain_fact (
  domain_id      INTEGER NOT NULL REFERENCES domain,
  since_scan     INTEGER NOT NULL REFERENCES scan,
  until_scan     INTEGER REFERENCES scan,
  name           TEXT NOT NULL,
  title          TEXT,
  state          TEXT, -- virsh's words
  state_reason   TEXT,
  persistent     INTEGER CHECK (persistent IN (0, 1)),
  autostart      INTEGER CHECK (autostart IN (0, 1)),
  managed_save   INTEGER CHECK (managed_save IN (0, 1)),
  has_snapshots  INTEGER CHECK (has_snapshots IN (0, 1)),
  status         TEXT NOT NULL, -- ok, or why its definition could not be read
  detail         TEXT,
  virt_type      TEXT, -- <domain type>
  os_type        TEXT,
  arch           TEXT,
  machine        TEXT,
  loader         TEXT, -- path of the firmware
  firmware       TEXT, -- bios, efi
  vcpus          INTEGER,
  memory_kib     INTEGER,
  virtualization TEXT CHECK (virtualization IN ('full', 'hybrid', 'paravirtual', 'container')),
  virtualization_evidence TEXT, -- the devices and features that decided it
  acceleration   TEXT CHECK (acceleration IN ('accelerated', 'emulated')),
  smbios_uuid    TEXT, -- where <sysinfo> sets another than the domain's own
  genid          TEXT,
  template_evidence TEXT, -- title, metadata, configuration; NULL when nothing calls it a template
  PRIMARY KEY (domain_id, since_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX domain_fact_by_name ON domain_fact (name) WHERE until_scan IS NULL;

-- The definition itself, without its secrets.
CREATE TABLE domain_xml (
  domain_id  INTEGER NOT NULL REFERENCES domain,
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  xml        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX domain_xml_current ON domain_xml (domain_id) WHERE until_scan IS NULL;

CREATE TABLE disk_fact (
  domain_id       INTEGER NOT NULL REFERENCES domain,
  target          TEXT NOT NULL,
  since_scan      INTEGER NOT NULL REFERENCES scan,
  until_scan      INTEGER REFERENCES scan,
  bus             TEXT,
  device          TEXT NOT NULL, -- disk, cdrom, floppy, lun
  source_type     TEXT NOT NULL, -- file, block, volume, network, nvme, vhostuser, dir, none
  source          TEXT,
  pool            TEXT,
  volume          TEXT,
  image_path      TEXT, -- of the top image on the host
  declared_format TEXT,
  serial          TEXT,
  shareable       INTEGER CHECK (shareable IN (0, 1)),
  readonly        INTEGER CHECK (readonly IN (0, 1)),
  transient       INTEGER CHECK (transient IN (0, 1)),
  encrypted       INTEGER CHECK (encrypted IN (0, 1)),
  logical_block_size INTEGER, -- <blockio>: bytes of a sector as the guest sees it
  backing         TEXT, -- <backingStore> of the definition, as a JSON array
  PRIMARY KEY (domain_id, target, since_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX disk_fact_by_image ON disk_fact (image_path) WHERE until_scan IS NULL;

CREATE TABLE interface_fact (
  domain_id  INTEGER NOT NULL REFERENCES domain,
  position   INTEGER NOT NULL, -- in the definition, from 0
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  mac        TEXT,
  type       TEXT,
  source     TEXT, -- network, bridge or device
  model      TEXT,
  target     TEXT, -- device on the host
  PRIMARY KEY (domain_id, position, since_scan)
) STRICT, WITHOUT ROWID;

-- Directories, devices and images that a container or guest gets as file systems.
CREATE TABLE filesystem_fact (
  domain_id  INTEGER NOT NULL REFERENCES domain,
  position   INTEGER NOT NULL,
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  type       TEXT,
  source     TEXT,
  target     TEXT,
  readonly   INTEGER CHECK (readonly IN (0, 1)),
  PRIMARY KEY (domain_id, position, since_scan)
) STRICT, WITHOUT ROWID;

-- A file or volume of a hypervisor's host.
CREATE TABLE image (
  image_id      INTEGER PRIMARY KEY,
  hypervisor_id INTEGER NOT NULL REFERENCES hypervisor,
  path          TEXT NOT NULL,
  digest        BLOB, -- as domain.digest
  UNIQUE (hypervisor_id, path)
) STRICT;

CREATE TABLE image_fact (
  image_id        INTEGER NOT NULL REFERENCES image,
  since_scan      INTEGER NOT NULL REFERENCES scan,
  until_scan      INTEGER REFERENCES scan,
  pool            TEXT,
  volume          TEXT,
  status          TEXT NOT NULL, -- ok, or why its content is not to be read
  detail          TEXT,
  file_id         TEXT, -- device:inode; one file under two names has one
  declared_format TEXT,
  format          TEXT,
  magic_format    TEXT, -- what a raw image's first bytes claim to be
  format_version  INTEGER,
  virtual_size    INTEGER, -- bytes, as the next two
  apparent_size   INTEGER,
  allocated       INTEGER,
  provisioning    TEXT CHECK (provisioning IN ('thin', 'metadata', 'preallocated')),
  readonly        INTEGER CHECK (readonly IN (0, 1)),
  cluster_size    INTEGER,
  compression     TEXT,
  backing_path    ANY,  -- as the header has it: TEXT, or BLOB when it is not UTF-8
  backing_format  TEXT,
  backing_image   TEXT, -- path of the image below
  chain_depth     INTEGER, -- images below
  chain           TEXT,    -- ok, or what is wrong further down
  data_file       ANY,  -- as backing_path
  encryption      TEXT,
  dirty           INTEGER CHECK (dirty IN (0, 1)),
  corrupt         INTEGER CHECK (corrupt IN (0, 1)),
  extended_l2     INTEGER CHECK (extended_l2 IN (0, 1)),
  snapshots       INTEGER, -- internal ones
  content_status  TEXT, -- of an image below others that is no domain's disk: as guest_fact.status
  machine_id      TEXT, -- that such an image carries
  machine_id_path TEXT, -- the file that says so
  PRIMARY KEY (image_id, since_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_fact_by_backing ON image_fact (backing_image) WHERE until_scan IS NULL AND backing_image IS NOT NULL;

-- A domain seen by one road into it.
CREATE TABLE guest (
  guest_id  INTEGER PRIMARY KEY,
  domain_id INTEGER NOT NULL REFERENCES domain,
  road      TEXT NOT NULL, -- disk
  digest    BLOB, -- as domain.digest
  UNIQUE (domain_id, road)
) STRICT;

-- Whether it could be read. A failed attempt concludes nothing: what an earlier one read stays current.
CREATE TABLE guest_fact (
  guest_id   INTEGER NOT NULL REFERENCES guest,
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  status     TEXT NOT NULL, -- ok, or why not
  detail     TEXT,
  PRIMARY KEY (guest_id, since_scan)
) STRICT, WITHOUT ROWID;

-- One operating system in a guest.
CREATE TABLE root (
  root_id  INTEGER PRIMARY KEY,
  guest_id INTEGER NOT NULL REFERENCES guest,
  root     TEXT NOT NULL, -- vda1, vda, /
  UNIQUE (guest_id, root)
) STRICT;

CREATE TABLE root_fact (
  root_id    INTEGER NOT NULL REFERENCES root,
  since_scan INTEGER NOT NULL REFERENCES scan,
  until_scan INTEGER REFERENCES scan,
  status     TEXT NOT NULL,
  detail     TEXT,
  filesystem TEXT,
  fs_uuid    TEXT, -- copies of a disk share it
  fs_label   TEXT,
  marks      TEXT, -- words separated by blanks: journal-dirty, truncated, mount-missing
  hostname   TEXT,
  os_id      TEXT,
  os_version TEXT,
  os_name    TEXT,
  PRIMARY KEY (root_id, since_scan)
) STRICT, WITHOUT ROWID;

-- A value that says who a guest is, or that overrides one which does.
CREATE TABLE identity_fact (
  root_id     INTEGER NOT NULL REFERENCES root,
  kind        TEXT NOT NULL, -- machine-id, dbus-machine-id, cmdline-machine-id, hostname
  path        TEXT NOT NULL, -- in the guest
  since_scan  INTEGER NOT NULL REFERENCES scan,
  until_scan  INTEGER REFERENCES scan,
  domain_id   INTEGER NOT NULL REFERENCES domain, -- the root's, for grouping by an index alone
  state       TEXT NOT NULL,
  value       TEXT, -- decoded; NULL when the bytes say none
  raw         BLOB, -- the bytes themselves
  link        ANY,  -- target of the symbolic link that `path` is: TEXT, or BLOB when it is not UTF-8
  same_file_as TEXT, -- the other ID file, when both are one inode
  mode        INTEGER,
  modified_at INTEGER, -- Unix seconds
  shared      INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)), -- a machine ID that another domain had, too, when
                                                                   -- this row or a later one came; stays when that goes
  PRIMARY KEY (root_id, kind, path, since_scan)
) STRICT, WITHOUT ROWID;
-- What it takes to answer who has a machine ID, and who shares one; until_scan is in both because SQLite asks
-- for the column again, though the indexes hold none but NULL.
CREATE INDEX identity_fact_machine_id ON identity_fact (value, shared, domain_id, until_scan)
  WHERE until_scan IS NULL AND value IS NOT NULL AND kind IN ('machine-id', 'dbus-machine-id');
CREATE INDEX identity_fact_shared ON identity_fact (value, domain_id, until_scan, shared)
  WHERE until_scan IS NULL AND shared = 1;

-- One run of the rules.
CREATE TABLE audit (
  audit_id INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL, -- Unix seconds
  scan_id  INTEGER REFERENCES scan, -- the newest scan it could see
  rules    INTEGER NOT NULL  -- how many ran
) STRICT;

-- A rule's row about a subject; open while it has a current fact.
CREATE TABLE finding (
  finding_id INTEGER PRIMARY KEY,
  rule       TEXT NOT NULL,
  subject    TEXT NOT NULL,
  UNIQUE (rule, subject)
) STRICT;

CREATE TABLE finding_fact (
  finding_id  INTEGER NOT NULL REFERENCES finding,
  since_audit INTEGER NOT NULL REFERENCES audit,
  until_audit INTEGER REFERENCES audit,
  severity    TEXT NOT NULL CHECK (severity IN ('high', 'medium', 'low', 'info')),
  title       TEXT NOT NULL,
  domain_id   INTEGER REFERENCES domain, -- NULL when it is about several, or about none
  detail      TEXT NOT NULL,
  evidence    TEXT NOT NULL, -- JSON object
  PRIMARY KEY (finding_id, since_audit)
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 1447838791; -- "VLDG"
PRAGMA user_version = 1;
