/* SPDX-License-Identifier: Apache-2.0 */
/* Who guests are to SSH clients, and whom they let in. */
#include "cmd/lists/topics.h"

static const struct output_column host_key_columns[] = {
    {"domain_id"},
    {"domain"},
    {"algorithm"},
    {"bits"},
    {"fingerprint"},
    {"comment"},
    {"path"},
    {"state"},
    {"has_private", UNIT_TRUTH},
    {"safe", UNIT_TRUTH},
    {"mode", UNIT_MODE},
    {"public_state"},
    {"certificate"},
    {"certificate_state"},
    {"principals"},
    {"authority"},
    {"valid_after"},
    {"valid_before"},
    {"since"},
    {"root"},
    {"hypervisor"},
    {"public_key"},
    {"detail"},
    {"configured", UNIT_TRUTH},
    {"uid"},
    {"gid"},
    {"certificate_id"},
    {"first_scan"},
    {"root_id"},
    {0},
};

static const struct output_column authorized_key_columns[] = {
    {"domain_id"},
    {"domain"},
    {"user"},
    {"uid"},
    {"algorithm"},
    {"bits"},
    {"fingerprint"},
    {"options"},
    {"comment"},
    {"key_file"},
    {"line"},
    {"effective", UNIT_TRUTH},
    {"reason"},
    {"cert_authority", UNIT_TRUTH},
    {"since"},
    {"root"},
    {"hypervisor"},
    {"entry"},
    {"first_scan"},
    {"root_id"},
    {0},
};

static const struct output_column account_columns[] = {
    {"domain_id"}, {"domain"}, {"name"},       {"uid"},        {"gid"},
    {"home"},      {"shell"},  {"password"},   {"expires_at"}, {"login"},
    {"reason"},    {"root"},   {"hypervisor"}, {"root_id"},    {0},
};

static const struct output_column key_source_columns[] = {
    {"domain_id"}, {"domain"}, {"user"},       {"source"},  {"state"}, {"detail"},
    {"place"},     {"root"},   {"hypervisor"}, {"root_id"}, {0},
};

static const struct output_column sshd_columns[] = {
    {"domain_id"},
    {"domain"},
    {"enabled", UNIT_TRUTH},
    {"state"},
    {"detail"},
    {"permit_root_login"},
    {"pubkey_authentication"},
    {"strict_modes"},
    {"authorized_keys_file"},
    {"root"},
    {"hypervisor"},
    {"root_id"},
    {0},
};

static const struct output_column policy_columns[] = {
    {"name"}, {"mode"}, {"file"}, {"keys"}, {"guests"}, {"labels"}, {"hypervisors"}, {"users"}, {0},
};

static const struct output_column baseline_columns[] = {
    {"domain_id"},   {"domain"}, {"hypervisor"}, {"keys"},        {"users"}, {"accepted_at"},
    {"accepted_by"}, {"reason"}, {"scan_id"},    {"baseline_id"}, {0},
};

#define HOST_KEYS(where)                                                                           \
  "SELECT * FROM ssh_host_keys" where " ORDER BY domain, domain_id, root, path"

#define AUTHORIZED_KEYS(where)                                                                     \
  "SELECT * FROM authorized_keys" where                                                            \
  " ORDER BY domain, domain_id, root, user, key_file, line, entry"

const struct list keys_lists[] = {
    {
        .name = "host-keys",
        .sql = HOST_KEYS(BY_DOMAIN),
        .sql_of_keys = HOST_KEYS(BY_KEY),
        .shown = "domain,algorithm,bits,fingerprint,state",
        .columns = host_key_columns,
    },
    {
        .name = "authorized-keys",
        .sql = AUTHORIZED_KEYS(BY_DOMAIN),
        .sql_of_keys = AUTHORIZED_KEYS(BY_KEY),
        .has_sources = true,
        .shown = "domain,user,effective,reason,fingerprint,comment",
        .columns = authorized_key_columns,
    },
    {
        .name = "accounts",
        .sql = "SELECT * FROM accounts" BY_DOMAIN " ORDER BY domain, domain_id, root, uid, name",
        .shown = "domain,name,uid,login,reason,password,expires_at,shell",
        .columns = account_columns,
    },
    {
        .name = "key-sources",
        .sql =
            "SELECT * FROM key_sources" BY_DOMAIN " ORDER BY domain, domain_id, root, user, source",
        .shown = "domain,user,source,state,place",
        .columns = key_source_columns,
    },
    {
        .name = "sshd",
        .sql = "SELECT * FROM sshd_configs" BY_DOMAIN " ORDER BY domain, domain_id, root",
        .shown = "domain,enabled,permit_root_login,pubkey_authentication,authorized_keys_file",
        .columns = sshd_columns,
    },
    {
        .name = "key-policies",
        .sql = "SELECT * FROM key_policies ORDER BY name",
        .shown = "name,mode,keys,file,guests,users",
        .columns = policy_columns,
    },
    {
        .name = "baselines",
        .sql = "SELECT * FROM baselines" BY_DOMAIN " ORDER BY domain, domain_id",
        .shown = "domain,keys,users,accepted_at,accepted_by,reason",
        .columns = baseline_columns,
    },
    {0},
};
