/* SPDX-License-Identifier: Apache-2.0 */
/* What cloud-init was told, and what became of it. */
#include "cmd/lists/topics.h"

static const struct output_column cloud_init_columns[] = {
    {"domain_id"},
    {"domain"},
    {"cloud_dir"},
    {"installed", UNIT_TRUTH},
    {"disabled", UNIT_TRUTH},
    {"has_run", UNIT_TRUTH},
    {"instance_id"},
    {"previous_instance_id"},
    {"datasource"},
    {"finished", UNIT_TRUTH},
    {"failed", UNIT_TRUTH},
    {"failed_stages"},
    {"manual_cache_clean", UNIT_TRUTH},
    {"config_status"},
    {"config_detail"},
    {"config_sets"},
    {"default_user"},
    {"ssh_deletekeys", UNIT_TRUTH},
    {"preserve_hostname", UNIT_TRUTH},
    {"root"},
    {"hypervisor"},
    {"root_id"},
    {0},
};

static const struct output_column seed_columns[] = {
    {"domain_id"},
    {"domain"},
    {"road"},
    {"place"},
    {"status"},
    {"detail"},
    {"instance_id"},
    {"hostname"},
    {"fetched_from"},
    {"parts"},
    {"sets"},
    {"network"},
    {"secrets"},
    {"ssh_deletekeys", UNIT_TRUTH},
    {"preserve_hostname", UNIT_TRUTH},
    {"hypervisor"},
    {0},
};

static const struct output_column seed_user_columns[] = {
    {"domain_id"},
    {"domain"},
    {"road"},
    {"place"},
    {"name"},
    {"is_system", UNIT_TRUTH},
    {"has_password", UNIT_TRUTH},
    {"lock_passwd", UNIT_TRUTH},
    {"groups"},
    {"shell"},
    {"hypervisor"},
    {0},
};

static const struct output_column seed_key_columns[] = {
    {"domain_id"}, {"domain"}, {"road"},        {"place"},   {"user"},       {"entry"},
    {"algorithm"}, {"bits"},   {"fingerprint"}, {"comment"}, {"hypervisor"}, {0},
};

#define SEED_KEYS(where)                                                                           \
  "SELECT * FROM seed_keys" where " ORDER BY domain, domain_id, place, user, entry"

const struct list cloud_lists[] = {
    {
        .name = "cloud-init",
        .sql = "SELECT * FROM cloud_init" BY_DOMAIN " ORDER BY domain, domain_id, root",
        .shown = "domain,has_run,finished,failed,disabled,instance_id,datasource",
        .columns = cloud_init_columns,
    },
    {
        .name = "seeds",
        .sql = "SELECT * FROM seeds" BY_DOMAIN " ORDER BY domain, domain_id, place, road",
        .shown = "domain,place,status,instance_id,hostname,sets,secrets",
        .columns = seed_columns,
    },
    {
        .name = "seed-users",
        .sql = "SELECT * FROM seed_users" BY_DOMAIN " ORDER BY domain, domain_id, place, name",
        .shown = "domain,place,name,groups,has_password,lock_passwd",
        .columns = seed_user_columns,
    },
    {
        .name = "seed-keys",
        .sql = SEED_KEYS(BY_DOMAIN),
        .sql_of_keys = SEED_KEYS(BY_KEY),
        .shown = "domain,place,user,fingerprint",
        .columns = seed_key_columns,
    },
    {0},
};
