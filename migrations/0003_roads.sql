-- SPDX-License-Identifier: Apache-2.0
-- Several roads into a guest, and hypervisors that are configured by name.

-- Name of the [hypervisor NAME] section that answered as it; of one that never answered, that was asked.
ALTER TABLE hypervisor ADD COLUMN configured_as TEXT;
CREATE UNIQUE INDEX hypervisor_by_configuration ON hypervisor (configured_as) WHERE configured_as IS NOT NULL;

-- Of that section, separated by ", ".
ALTER TABLE hypervisor_fact ADD COLUMN labels TEXT;

-- Milliseconds that collecting took, by the collector's clock; NULL when the stream has no end.
ALTER TABLE scan ADD COLUMN duration_ms INTEGER;

-- Channel of the QEMU guest agent of a running domain: connected, disconnected; NULL without one.
ALTER TABLE domain_fact ADD COLUMN agent TEXT CHECK (agent IN ('connected', 'disconnected'));

-- A container's <idmap>, as docs/facts.md says: "uid 0 100000 65536, gid 0 100000 65536".
ALTER TABLE domain_fact ADD COLUMN idmap TEXT;

-- The guest's own root file system.
ALTER TABLE filesystem_fact ADD COLUMN is_root INTEGER CHECK (is_root IN (0, 1));

-- The machine IDs that were: what a value was before it changed is found without those that never did.
CREATE INDEX identity_fact_ended ON identity_fact (root_id, kind, path, since_scan, value, state, until_scan)
  WHERE until_scan IS NOT NULL AND value IS NOT NULL AND kind IN ('machine-id', 'dbus-machine-id');

PRAGMA user_version = 3;
