/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of host keys, accounts and authorized keys. */
#include "facts/ssh.h"

#include <stddef.h>

static const char *const file_states[] = {
    KEY_FILE_OK,          KEY_FILE_MISSING,    KEY_FILE_EMPTY,
    KEY_FILE_TRUNCATED,   KEY_FILE_MALFORMED,  KEY_FILE_ENCRYPTED,
    KEY_FILE_NOT_REGULAR, KEY_FILE_UNREADABLE, NULL,
};

/* Of what stands beside a private key. */
static const char *const companion_states[] = {
    PUBLIC_MATCHES,      PUBLIC_DIFFERS,
    KEY_FILE_MISSING,    KEY_FILE_EMPTY,
    KEY_FILE_TRUNCATED,  KEY_FILE_MALFORMED,
    KEY_FILE_ENCRYPTED,  KEY_FILE_NOT_REGULAR,
    KEY_FILE_UNREADABLE, NULL,
};

static const char *const source_states[] = {
    SOURCE_UNRESOLVED,  KEY_FILE_OK,          KEY_FILE_MISSING,    KEY_FILE_TRUNCATED,
    KEY_FILE_MALFORMED, KEY_FILE_NOT_REGULAR, KEY_FILE_UNREADABLE, NULL,
};

static const char *const reasons[] = {
    LOGIN_FILE_MODE,       LOGIN_HOME_MISSING,  LOGIN_USER_DENIED,   LOGIN_ACCOUNT_LOCKED,
    LOGIN_ACCOUNT_EXPIRED, LOGIN_SHELL_MISSING, LOGIN_PUBKEY_OFF,    LOGIN_KEY_TYPE_OFF,
    LOGIN_MALFORMED,       LOGIN_EXPIRED,       LOGIN_LINE_TOO_LONG, LOGIN_UNKNOWN_MODE,
    LOGIN_UNRESOLVED,      LOGIN_REVOKED,       LOGIN_NO_SSHD,       NULL,
};

static const char *const passwords[] = {"set", "locked", "none", NULL};
static const char *const answers[] = {"yes", "no", "unknown", NULL};

#define AT(member) offsetof(struct sshd, member)
static const struct field sshd_fields[] = {
    {"enabled", FIELD_TRUTH, AT(enabled)},
    {"state", FIELD_TEXT, AT(state), .words = file_states, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"permit_root_login", FIELD_TEXT, AT(permit_root_login), .max = 64},
    {"pubkey_authentication", FIELD_TEXT, AT(pubkey_authentication), .max = 64},
    {"strict_modes", FIELD_TEXT, AT(strict_modes), .max = 64},
    {"authorized_keys_file", FIELD_TEXT, AT(authorized_keys_file)},
    {0},
};
#undef AT
const struct shape sshd_shape = {"sshd", sizeof(struct sshd), sshd_fields};

#define AT(member) offsetof(struct host_key, member)
static const struct field host_key_fields[] = {
    {"path", FIELD_TEXT, AT(path), .required = true},
    {"state", FIELD_TEXT, AT(state), .words = file_states, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"configured", FIELD_TRUTH, AT(configured)},
    {"algorithm", FIELD_TEXT, AT(algorithm), .max = 256},
    {"bits", FIELD_NUMBER, AT(bits)},
    {"fingerprint", FIELD_TEXT, AT(fingerprint), .max = 64},
    {"public_key", FIELD_TEXT, AT(public_key), .max = 16384},
    {"comment", FIELD_OCTETS, AT(comment)},
    {"has_private", FIELD_TRUTH, AT(has_private)},
    {"safe", FIELD_TRUTH, AT(safe)},
    {"mode", FIELD_NUMBER, AT(mode)},
    {"uid", FIELD_NUMBER, AT(uid)},
    {"gid", FIELD_NUMBER, AT(gid)},
    {"modified_at", FIELD_NUMBER, AT(modified_at)},
    {"public_state", FIELD_TEXT, AT(public_state), .words = companion_states},
    {"certificate", FIELD_TEXT, AT(certificate)},
    {"certificate_state", FIELD_TEXT, AT(certificate_state), .words = companion_states},
    {"certificate_id", FIELD_OCTETS, AT(certificate_id)},
    {"principals", FIELD_OCTETS, AT(principals)},
    {"authority", FIELD_TEXT, AT(authority), .max = 64},
    {"valid_after", FIELD_NUMBER, AT(valid_after)},
    {"valid_before", FIELD_NUMBER, AT(valid_before)},
    {0},
};
#undef AT
const struct shape host_key_shape = {"host_key", sizeof(struct host_key), host_key_fields};

#define AT(member) offsetof(struct account, member)
static const struct field account_fields[] = {
    {"name", FIELD_TEXT, AT(name), .max = ACCOUNT_NAME_MAX, .required = true},
    {"uid", FIELD_NUMBER, AT(uid), .required = true},
    {"gid", FIELD_NUMBER, AT(gid)},
    {"home", FIELD_OCTETS, AT(home)},
    {"shell", FIELD_OCTETS, AT(shell)},
    {"password", FIELD_TEXT, AT(password), .words = passwords},
    {"expires_at", FIELD_NUMBER, AT(expires_at)},
    {"login", FIELD_TEXT, AT(login), .words = answers, .required = true},
    {"reason", FIELD_TEXT, AT(reason), .words = reasons},
    {0},
};
#undef AT
const struct shape account_shape = {"account", sizeof(struct account), account_fields};

#define AT(member) offsetof(struct authorized_key, member)
static const struct field authorized_key_fields[] = {
    {"user", FIELD_TEXT, AT(user), .max = ACCOUNT_NAME_MAX, .required = true},
    {"key_file", FIELD_TEXT, AT(key_file), .required = true},
    {"entry", FIELD_TEXT, AT(entry), .max = 256, .required = true},
    {"line", FIELD_NUMBER, AT(line), .required = true},
    {"uid", FIELD_NUMBER, AT(uid)},
    {"algorithm", FIELD_TEXT, AT(algorithm), .max = 256},
    {"bits", FIELD_NUMBER, AT(bits)},
    {"fingerprint", FIELD_TEXT, AT(fingerprint), .max = 64},
    {"cert_authority", FIELD_TRUTH, AT(cert_authority)},
    {"options", FIELD_OCTETS, AT(options), .max = KEY_LINE_MAX},
    {"comment", FIELD_OCTETS, AT(comment), .max = KEY_LINE_MAX},
    {"effective", FIELD_TRUTH, AT(effective)},
    {"reason", FIELD_TEXT, AT(reason), .words = reasons},
    {0},
};
#undef AT
const struct shape authorized_key_shape = {"authorized_key", sizeof(struct authorized_key),
                                           authorized_key_fields};

#define AT(member) offsetof(struct key_source, member)
static const struct field key_source_fields[] = {
    {"user", FIELD_TEXT, AT(user), .max = ACCOUNT_NAME_MAX, .required = true},
    {"source", FIELD_TEXT, AT(source), .required = true},
    {"state", FIELD_TEXT, AT(state), .words = source_states, .required = true},
    {"detail", FIELD_TEXT, AT(detail)},
    {"place", FIELD_TEXT, AT(place)},
    {0},
};
#undef AT
const struct shape key_source_shape = {"key_source", sizeof(struct key_source), key_source_fields};

/* Enough of SHA-256 to tell the options of one file apart. */
#define OPTIONS_DIGITS 16

static void
append_options(GString *entry, GBytes *options)
{
  g_autofree char *digest =
      options ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, options) : NULL;

  if (digest)
    g_string_append_printf(entry, " options:%.*s", OPTIONS_DIGITS, digest);
}

char *
authorized_key_entry(const struct authorized_key *key, guint same)
{
  GString *entry = g_string_new(key->fingerprint);

  if (!key->fingerprint)
    g_string_printf(entry, "line %" G_GINT64_FORMAT, key->line);
  if (key->cert_authority == 1)
    g_string_append(entry, " cert-authority");
  append_options(entry, key->options);
  if (same > 0)
    g_string_append_printf(entry, " #%u", same + 1);
  return g_string_free(entry, FALSE);
}
