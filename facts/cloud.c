/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of cloud-init's state and of its seeds. */
#include "facts/cloud.h"

#include <stddef.h>

static const char *const statuses[] = {
    CLOUD_OK,          CLOUD_MISSING, CLOUD_MALFORMED, CLOUD_TOO_LARGE, CLOUD_UNREADABLE,
    CLOUD_UNSUPPORTED, NULL,
};

#define AT(member) offsetof(struct cloud_init, member)
static const struct field cloud_init_fields[] = {
    {"cloud_dir", FIELD_TEXT, AT(cloud_dir), .required = true},
    {"installed", FIELD_TRUTH, AT(installed)},
    {"disabled", FIELD_TRUTH, AT(disabled)},
    {"has_run", FIELD_TRUTH, AT(has_run)},
    {"instance_id", FIELD_TEXT, AT(instance_id)},
    {"previous_instance_id", FIELD_TEXT, AT(previous_instance_id)},
    {"datasource", FIELD_TEXT, AT(datasource)},
    {"finished", FIELD_TRUTH, AT(finished)},
    {"failed", FIELD_TRUTH, AT(failed)},
    {"failed_stages", FIELD_TEXT, AT(failed_stages)},
    {"manual_cache_clean", FIELD_TRUTH, AT(manual_cache_clean)},
    {"config_status", FIELD_TEXT, AT(config_status), .words = statuses, .required = true},
    {"config_detail", FIELD_TEXT, AT(config_detail)},
    {"config_sets", FIELD_TEXT, AT(config_sets)},
    {"default_user", FIELD_TEXT, AT(default_user), .max = 256},
    {"ssh_deletekeys", FIELD_TRUTH, AT(ssh_deletekeys)},
    {"preserve_hostname", FIELD_TRUTH, AT(preserve_hostname)},
    {0},
};
#undef AT
const struct shape cloud_init_shape = {"cloud_init", sizeof(struct cloud_init), cloud_init_fields};

#define AT(member) offsetof(struct seed_user, member)
static const struct field seed_user_fields[] = {
    {"name", FIELD_TEXT, AT(name), .max = 256, .required = true},
    {"is_system", FIELD_TRUTH, AT(is_system)},
    {"has_password", FIELD_TRUTH, AT(has_password)},
    {"lock_passwd", FIELD_TRUTH, AT(lock_passwd)},
    {"groups", FIELD_TEXT, AT(groups)},
    {"shell", FIELD_TEXT, AT(shell)},
    {0},
};
#undef AT
const struct shape seed_user_shape = {"seed_user", sizeof(struct seed_user), seed_user_fields};

#define AT(member) offsetof(struct seed_key, member)
static const struct field seed_key_fields[] = {
    {"user", FIELD_TEXT, AT(user), .max = 256, .required = true},
    {"entry", FIELD_TEXT, AT(entry), .max = 256, .required = true},
    {"algorithm", FIELD_TEXT, AT(algorithm), .max = 256},
    {"bits", FIELD_NUMBER, AT(bits)},
    {"fingerprint", FIELD_TEXT, AT(fingerprint), .max = 64},
    {"comment", FIELD_OCTETS, AT(comment)},
    {0},
};
#undef AT
const struct shape seed_key_shape = {"seed_key", sizeof(struct seed_key), seed_key_fields};

#define AT(member) offsetof(struct seed, member)
static const struct field seed_fields[] = {
    {"place", FIELD_TEXT, AT(place), .required = true},
    {"status", FIELD_TEXT, AT(status), .words = statuses, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"instance_id", FIELD_TEXT, AT(instance_id)},
    {"hostname", FIELD_TEXT, AT(hostname)},
    {"fetched_from", FIELD_TEXT, AT(fetched_from)},
    {"parts", FIELD_TEXT, AT(parts)},
    {"sets", FIELD_TEXT, AT(sets)},
    {"network", FIELD_TEXT, AT(network)},
    {"secrets", FIELD_TEXT, AT(secrets)},
    {"ssh_deletekeys", FIELD_TRUTH, AT(ssh_deletekeys)},
    {"preserve_hostname", FIELD_TRUTH, AT(preserve_hostname)},
    {"users", FIELD_LIST, AT(users), .element = &seed_user_shape, .max = SEED_USERS_MAX},
    {"keys", FIELD_LIST, AT(keys), .element = &seed_key_shape, .max = SEED_KEYS_MAX},
    {0},
};
#undef AT
const struct shape seed_shape = {"seed", sizeof(struct seed), seed_fields};
