/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a guest, its roots and their identities. */
#include "facts/guest.h"

#include <stddef.h>

static const char *const states[] = {
    STATE_VALID,       STATE_VALID_NO_NEWLINE, STATE_VALID_UPPERCASE,
    STATE_EMPTY,       STATE_UNINITIALIZED,    STATE_MISSING,
    STATE_NULL,        STATE_MALFORMED,        STATE_DANGLING,
    STATE_NOT_REGULAR, STATE_UNREADABLE,       NULL,
};

#define AT(member) offsetof(struct identity, member)
static const struct field identity_fields[] = {
    {"kind", FIELD_TEXT, AT(kind), .max = 64, .required = true},
    {"state", FIELD_TEXT, AT(state), .words = states, .required = true},
    {"value", FIELD_TEXT, AT(value)},
    {"raw", FIELD_OCTETS, AT(raw), .max = IDENTITY_RAW_MAX},
    {"path", FIELD_TEXT, AT(path), .required = true},
    {"link", FIELD_OCTETS, AT(link)},
    {"same_file_as", FIELD_TEXT, AT(same_file_as)},
    {"mode", FIELD_NUMBER, AT(mode)},
    {"modified_at", FIELD_NUMBER, AT(modified_at)},
    {0},
};
#undef AT
const struct shape identity_shape = {"identity", sizeof(struct identity), identity_fields};

#define AT(member) offsetof(struct root, member)
static const struct field root_fields[] = {
    {"root", FIELD_TEXT, AT(root), .max = 256, .required = true},
    {"status", FIELD_TEXT, AT(status), .max = 64, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"filesystem", FIELD_TEXT, AT(filesystem), .max = 64},
    {"fs_uuid", FIELD_TEXT, AT(fs_uuid), .max = 64},
    {"fs_label", FIELD_TEXT, AT(fs_label), .max = 256},
    {"marks", FIELD_TEXT, AT(marks), .max = 256},
    {"hostname", FIELD_TEXT, AT(hostname)},
    {"os_id", FIELD_TEXT, AT(os_id)},
    {"os_version", FIELD_TEXT, AT(os_version)},
    {"os_name", FIELD_TEXT, AT(os_name)},
    {"identities", FIELD_LIST, AT(identities), .element = &identity_shape},
    {"sshd", FIELD_LIST, AT(sshd), .element = &sshd_shape, .max = 1},
    {"host_keys", FIELD_LIST, AT(host_keys), .element = &host_key_shape, .max = 256},
    {"accounts", FIELD_LIST, AT(accounts), .element = &account_shape, .max = ACCOUNTS_MAX},
    {"authorized_keys", FIELD_LIST, AT(authorized_keys), .element = &authorized_key_shape,
     .max = KEYS_MAX},
    {"key_sources", FIELD_LIST, AT(key_sources), .element = &key_source_shape, .max = KEYS_MAX},
    {"cloud_init", FIELD_LIST, AT(cloud_init), .element = &cloud_init_shape, .max = 1},
    {0},
};
#undef AT
const struct shape root_shape = {"root", sizeof(struct root), root_fields};

void
root_add_mark(struct root *root, const char *mark)
{
  g_auto(GStrv) marks = g_strsplit(root->marks ? root->marks : "", " ", -1);

  if (g_strv_contains((const char *const *)marks, mark))
    return;
  char *more = root->marks ? g_strconcat(root->marks, " ", mark, NULL) : g_strdup(mark);
  g_free(root->marks);
  root->marks = more;
}

#define AT(member) offsetof(struct guest, member)
static const struct field guest_fields[] = {
    {"domain", FIELD_TEXT, AT(domain), .max = 36, .required = true},
    {"road", FIELD_TEXT, AT(road), .max = 64, .required = true},
    {"status", FIELD_TEXT, AT(status), .max = 64, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"roots", FIELD_LIST, AT(roots), .element = &root_shape, .max = 64},
    {"seeds", FIELD_LIST, AT(seeds), .element = &seed_shape, .max = SEEDS_MAX},
    {0},
};
#undef AT
const struct shape guest_shape = {"guest", sizeof(struct guest), guest_fields};
