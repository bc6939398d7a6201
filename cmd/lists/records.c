/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger made of it. */
#include "cmd/lists/topics.h"

#include "cmd/finding_sql.h"

static const struct output_column finding_columns[] = {
    {"finding_id"}, {"rule"},      {"severity"},   {"status"},   {"subject"},
    {"domain"},     {"title"},     {"detail"},     {"evidence"}, {"first_seen"},
    {"last_seen"},  {"domain_id"}, {"hypervisor"}, {0},
};

static const struct output_column scan_columns[] = {
    {"scan_id"}, {"hypervisor_id"}, {"uri"},    {"status"},       {"error"},
    {"domains"}, {"images"},        {"guests"}, {"collected_at"}, {"ingested_at"},
    {"tool"},    {"seconds"},       {0},
};

const struct list records_lists[] = {
    {
        .name = "findings",
        .sql = "SELECT * FROM findings"
               " WHERE :domains IS NULL"
               "    OR finding_id IN (SELECT f.finding_id"
               "                        FROM json_each(:domains) AS j"
               "                        JOIN domain AS d ON d.domain_id = j.value"
               "                        JOIN finding_fact AS f ON " FINDING_IS_ABOUT ")"
               " ORDER BY status, " FINDING_ORDER("severity") ", rule, subject",
        .shown = "severity,rule,status,domain,first_seen,detail",
        .columns = finding_columns,
    },
    {
        .name = "scans",
        .sql = "SELECT * FROM scans ORDER BY scan_id",
        .shown = "scan_id,uri,status,domains,images,guests,collected_at",
        .columns = scan_columns,
    },
    {0},
};
