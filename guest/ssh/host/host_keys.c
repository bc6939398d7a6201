/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys by which the guest's sshd says who it is: those of its HostKey lines, else those that it
 * would use by default. No byte of a private half goes further than to where its public one begins.
 */
#include "guest/ssh/host/host_keys.h"

#include "guest/ssh/host/host_certificates.h"
#include "guest/ssh/host/host_key_path.h"
#include "guest/ssh/host/key_half.h"

#include <string.h>

/* Host keys of one root. No sshd has that many; what is more is left out, and the root says so. */
#define HOST_KEYS_MAX 64

/*
 * As facts/ssh.h has it. A larger one could only be of a security key with a strange application.
 */
#define PUBLIC_KEY_MAX 16384

/* The group that Fedora's sshd lets read host keys, up to Fedora 37 and EL 9. */
#define KEYS_GROUP      "ssh_keys"
#define KEYS_GROUP_MODE 0640

#define KEYS_FOLDER "/etc/ssh"

/* Of any release: an old one made DSA, a new one ML-DSA. */
static const char *const default_names[] = {
    "ssh_host_rsa_key", "ssh_host_ecdsa_key",           "ssh_host_ed25519_key",
    "ssh_host_dsa_key", "ssh_host_mldsa44_ed25519_key",
};

struct collection {
  struct road *road;
  const struct accounts *accounts;
  struct root *root;
  GHashTable *seen; /* paths of the facts */
  bool has_agent;   /* HostKeyAgent is set */
};

/* Whether it is root's, and nobody else has any right to it. */
static bool
is_safe(const struct accounts *accounts, const struct file_stat *stat)
{
  if (stat->uid != 0)
    return false;
  if ((stat->mode & 077) == 0)
    return true;
  return (stat->mode & 07777) == KEYS_GROUP_MODE &&
         g_strcmp0(accounts_group_name(accounts, stat->gid), KEYS_GROUP) == 0;
}

static void
take_stat(const struct collection *collection, const char *path, struct host_key *key)
{
  struct file_stat stat;

  if (!road_stat(collection->road, path, true, &stat, NULL) || stat.type != FILE_REGULAR)
    return;
  key->mode = stat.mode;
  key->uid = stat.uid;
  key->gid = stat.gid;
  key->modified_at = stat.modified_at;
  key->safe = is_safe(collection->accounts, &stat);
}

static void
take_key(const struct ssh_key *public, struct host_key *key)
{
  g_autofree char *base64 = ssh_key_base64(public);

  key->algorithm = g_strdup(public->algorithm);
  key->bits = public->bits;
  key->fingerprint = g_strdup(public->fingerprint);
  if (strlen(base64) <= PUBLIC_KEY_MAX)
    key->public_key = g_steal_pointer(&base64);
}

/* What is unknown of a private half: whether it is whole when it could not be read. */
static gint64
has_private(const struct key_half *half)
{
  return half->is_private || strcmp(half->state, KEY_FILE_UNREADABLE) != 0 ? half->is_private
                                                                           : FACT_UNKNOWN;
}

/* What the .pub file says of the private half; NULL when there is nothing to hold it against. */
static const char *
compare(const struct key_half *private, const struct key_half *public)
{
  if (!public->key)
    return public->state;
  if (!private->key)
    return NULL;
  return strcmp(private->key->fingerprint, public->key->fingerprint) == 0 ? PUBLIC_MATCHES
                                                                          : PUBLIC_DIFFERS;
}

static void
take_public(struct road *road, const char *path, const struct key_half *private,
            struct host_key *key)
{
  g_autofree char *public_path = g_strconcat(path, ".pub", NULL);
  struct key_half public;

  key_half_read_public(road, public_path, &public);
  key->public_state = g_strdup(compare(private, &public));
  if (!private->key && public.key)
    take_key(public.key, key);
  key->comment = g_steal_pointer(&public.comment);
  key_half_clear(&public);
}

static void
take_halves(const struct collection *collection, const char *path, struct host_key *key)
{
  struct key_half half;

  key_half_read(collection->road, path, &half);
  key->state = g_strdup(half.state);
  key->detail = g_steal_pointer(&half.detail);
  key->has_private = has_private(&half);
  if (half.key)
    take_key(half.key, key);
  if (half.key && !half.is_private) {
    key->comment = g_steal_pointer(&half.comment);
    g_free(key->detail);
    key->detail = g_strdup(collection->has_agent ? "a public key, its private half in an agent"
                                                 : "a public key, and no HostKeyAgent");
  } else {
    take_public(collection->road, path, &half, key);
  }
  take_stat(collection, path, key);
  key_half_clear(&half);
}

/* A path in the home of somebody, whom only the guest's own libraries could name. */
static void
take_nothing(struct host_key *key)
{
  key->state = g_strdup(KEY_FILE_UNREADABLE);
  key->detail = g_strdup("a path in a user's home is not followed");
}

/* Whether sshd would not even mention that there is no such key. */
static bool
is_absent(const struct host_key *key)
{
  return !key->configured && strcmp(key->state, KEY_FILE_MISSING) == 0 && !key->fingerprint;
}

static void
add(struct collection *collection, const char *written, bool configured)
{
  g_autofree char *path = host_key_path_resolve(written);
  g_autofree char *shown = text_make_valid(path ? path : written, FIELD_TEXT_MAX);

  if (g_hash_table_contains(collection->seen, shown))
    return;
  if (collection->root->host_keys->len >= HOST_KEYS_MAX) {
    collection->road->truncated = true;
    return;
  }
  g_autoptr(HostKey) key = host_key_new();
  key->path = g_strdup(shown);
  key->configured = configured;
  if (path)
    take_halves(collection, path, key);
  else
    take_nothing(key);
  if (is_absent(key))
    return;
  g_hash_table_add(collection->seen, g_steal_pointer(&shown));
  g_ptr_array_add(collection->root->host_keys, g_steal_pointer(&key));
}

static void
add_configured(struct collection *collection, const struct sshd_setting *setting)
{
  for (guint i = 0; i < setting->lines->len; i++) {
    const struct sshd_line *line = setting->lines->pdata[i];

    add(collection, line->values[0], true);
  }
}

static bool
is_among(GPtrArray *names, const char *name)
{
  return g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL);
}

/* Of a folder that can be listed to its end no file is looked for that is not there. */
static void
add_defaults(struct collection *collection)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) names = road_list(collection->road, KEYS_FOLDER, &error);
  bool is_known =
      names ? names->len < ROAD_LIST_MAX : g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND);

  for (guint i = 0; i < G_N_ELEMENTS(default_names); i++) {
    g_autofree char *path = g_strconcat(KEYS_FOLDER "/", default_names[i], NULL);
    g_autofree char *public = g_strconcat(default_names[i], ".pub", NULL);

    if (!is_known || (names && (is_among(names, default_names[i]) || is_among(names, public))))
      add(collection, path, false);
  }
}

void
host_keys_collect(struct road *road, const struct sshd_config *config,
                  const struct accounts *accounts, struct root *root)
{
  const struct sshd_setting *setting = sshd_config_global(config, SSHD_HOST_KEY);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct collection collection = {
      .road = road,
      .accounts = accounts,
      .root = root,
      .seen = seen,
      .has_agent = !sshd_setting_is_none(sshd_config_global(config, SSHD_HOST_KEY_AGENT)),
  };

  if (setting->lines->len > 0)
    add_configured(&collection, setting);
  else
    add_defaults(&collection);
  host_certificates_collect(road, sshd_config_global(config, SSHD_HOST_CERTIFICATE), root);
}
