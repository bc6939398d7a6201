/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys by which the guest's sshd says who it is: those of its HostKey lines, else those that it
 * would use by default. No byte of a private half goes further than to where its public one begins.
 */
#include "guest/collect.h"
#include "guest/ssh/host/host_certificates.h"
#include "guest/ssh/accounts/group_table.h"
#include "guest/ssh/host/host_key_path.h"
#include "guest/ssh/host/key_half.h"
#include "guest/ssh/sshd/sshd_config.h"
#include "guest/text.h"

#include <string.h>

/* Host keys of one root. No sshd has that many; what is more is left out, and the root says so. */
#define HOST_KEYS_MAX 64

/* As facts/ssh.h has it. A larger one could only be of a security key with a strange application.
 */
#define PUBLIC_KEY_MAX 16384

/* The group that Fedora's sshd lets read host keys, up to Fedora 37 and EL 9. */
#define KEYS_GROUP      "ssh_keys"
#define KEYS_GROUP_MODE 0640

/* Of any release: an old one made DSA, a new one ML-DSA. */
static const char *const default_paths[] = {
    "/etc/ssh/ssh_host_rsa_key",
    "/etc/ssh/ssh_host_ecdsa_key",
    "/etc/ssh/ssh_host_ed25519_key",
    "/etc/ssh/ssh_host_dsa_key",
    "/etc/ssh/ssh_host_mldsa44_ed25519_key",
};

struct collection {
  struct road *road;
  struct root *root;
  GHashTable *seen; /* paths of the facts */
  bool has_agent;   /* HostKeyAgent is set */
};

static bool
is_keys_group(struct road *road, guint32 gid)
{
  g_autoptr(GBytes) bytes = road_read_file(road, "/etc/group", ROAD_FILE_MAX, NULL);

  if (!bytes)
    return false;
  struct group_table *groups = group_table_new(text_of(bytes));
  bool is = g_strcmp0(group_table_name(groups, gid), KEYS_GROUP) == 0;

  group_table_free(groups);
  return is;
}

static bool
is_safe(struct road *road, const struct file_stat *stat)
{
  if (stat->uid != 0)
    return false;
  if ((stat->mode & 077) == 0)
    return true;
  return (stat->mode & 07777) == KEYS_GROUP_MODE && is_keys_group(road, stat->gid);
}

static void
take_stat(struct road *road, const char *path, struct host_key *key)
{
  struct file_stat stat;

  if (!road_stat(road, path, true, &stat, NULL) || stat.type != FILE_REGULAR)
    return;
  key->mode = stat.mode;
  key->uid = stat.uid;
  key->gid = stat.gid;
  key->modified_at = stat.modified_at;
  key->safe = is_safe(road, &stat);
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
take_halves(struct collection *collection, const char *path, struct host_key *key)
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
  take_stat(collection->road, path, key);
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
  g_autofree char *shown = host_key_path_show(path ? path : written);

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
add_all(struct collection *collection, const struct sshd_setting *setting)
{
  for (guint i = 0; i < setting->lines->len; i++) {
    const struct sshd_line *line = setting->lines->pdata[i];

    if (line->values && line->values[0])
      add(collection, line->values[0], true);
  }
  if (setting->lines->len > 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(default_paths); i++)
    add(collection, default_paths[i], false);
}

static bool
has_agent(const struct sshd_config *config)
{
  const struct sshd_setting *agent = sshd_config_global(config, SSHD_HOST_KEY_AGENT);

  return g_ascii_strcasecmp(sshd_setting_value(agent, "none"), "none") != 0;
}

void
host_keys_collect(struct road *road, struct root *root)
{
  g_autoptr(SshdConfig) config = sshd_config_read(road);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct collection collection = {
      .road = road,
      .root = root,
      .seen = seen,
      .has_agent = has_agent(config),
  };

  add_all(&collection, sshd_config_global(config, SSHD_HOST_KEY));
  host_certificates_collect(road, sshd_config_global(config, SSHD_HOST_CERTIFICATE), root);
}
