-- SPDX-License-Identifier: Apache-2.0
-- What is needed to look back.

-- One run of `db prune`.
CREATE TABLE pruning (
  pruned_at   INTEGER NOT NULL, -- Unix seconds
  before_scan INTEGER NOT NULL, -- of what had ended by this scan nothing is left: nobody can look further back. No
                                -- reference, for a later run may remove the scan
  rows        INTEGER NOT NULL  -- how many were removed
) STRICT;

-- Who uses an image, as of any scan: what has ended is found, too, behind what is current.
DROP INDEX disk_fact_by_image;
CREATE INDEX disk_fact_by_image ON disk_fact (image_path, until_scan) WHERE image_path IS NOT NULL;
DROP INDEX image_fact_by_backing;
CREATE INDEX image_fact_by_backing ON image_fact (backing_image, until_scan) WHERE backing_image IS NOT NULL;

PRAGMA user_version = 5;
