/* SPDX-License-Identifier: Apache-2.0 */
/* Lines hold what host_name_of() let through, and keys: nothing in them needs to be escaped. */
#include "cmd/keys/known_host_line.h"

#include <string.h>
#include <sys/random.h>

#define SALT_SIZE 20 /* of SHA-1, as in hostfile.c of OpenSSH */

guint
known_host_line_plain(FILE *out, const struct known_host *host, const struct ssh_key *key)
{
  g_autofree char *base64 = ssh_key_base64(key);
  const char *separator = "";

  for (guint i = 0; i < host->names->len; i++, separator = ",")
    fprintf(out, "%s%s", separator, (const char *)host->names->pdata[i]);
  for (guint i = 0; i < host->addresses->len; i++, separator = ",")
    fprintf(out, "%s%s", separator, (const char *)host->addresses->pdata[i]);
  if (!*separator)
    return 0;
  fprintf(out, " %s %s\n", key->algorithm, base64);
  return 1;
}

/* host_hash() of hostfile.c: the salt is the key, the name the message. */
static char *
hashed(const char *name)
{
  guchar salt[SALT_SIZE], digest[SALT_SIZE];
  gsize size = sizeof(digest);

  if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
    g_error("no random bytes");
  g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, salt, sizeof(salt));
  g_hmac_update(hmac, (const guchar *)name, -1);
  g_hmac_get_digest(hmac, digest, &size);
  g_autofree char *salt_base64 = g_base64_encode(salt, sizeof(salt));
  g_autofree char *digest_base64 = g_base64_encode(digest, size);
  return g_strdup_printf("|1|%s|%s", salt_base64, digest_base64);
}

static guint
print_hashed(FILE *out, const GPtrArray *words, const struct ssh_key *key, const char *base64)
{
  for (guint i = 0; i < words->len; i++) {
    g_autofree char *word = hashed(words->pdata[i]);

    fprintf(out, "%s %s %s\n", word, key->algorithm, base64);
  }
  return words->len;
}

guint
known_host_line_hashed(FILE *out, const struct known_host *host, const struct ssh_key *key)
{
  g_autofree char *base64 = ssh_key_base64(key);

  return print_hashed(out, host->names, key, base64) +
         print_hashed(out, host->addresses, key, base64);
}

/* Numbers of the IANA registry "DNS SSHFP Resource Record Parameters". */
static const struct {
  const char *prefix; /* of the key's type: those of ECDSA have their curve behind it */
  guint number;
} algorithms[] = {
    {"ssh-rsa", 1},
    {"ssh-dss", 2},
    {"ecdsa-sha2-", 3},
    {"ssh-ed25519", 4},
};

static const struct {
  GChecksumType type;
  guint number;
} digests[] = {
    {G_CHECKSUM_SHA1, 1},
    {G_CHECKSUM_SHA256, 2},
};

/* 0: the registry has none for it. */
static guint
algorithm_number(const struct ssh_key *key)
{
  for (guint i = 0; i < G_N_ELEMENTS(algorithms); i++)
    if (g_str_has_prefix(key->algorithm, algorithms[i].prefix))
      return algorithms[i].number;
  return 0;
}

static void
print_records(FILE *out, const char *name, guint algorithm, const struct ssh_key *key)
{
  for (guint i = 0; i < G_N_ELEMENTS(digests); i++) {
    g_autofree char *digest = g_compute_checksum_for_bytes(digests[i].type, key->blob);

    fprintf(out, "%s%s IN SSHFP %u %u %s\n", name, strchr(name, '.') ? "." : "", algorithm,
            digests[i].number, digest);
  }
}

guint
known_host_line_sshfp(FILE *out, const struct known_host *host, const struct ssh_key *key)
{
  const guint algorithm = algorithm_number(key);

  if (algorithm == 0)
    return 0;
  for (guint i = 0; i < host->names->len; i++)
    print_records(out, host->names->pdata[i], algorithm, key);
  return host->names->len * G_N_ELEMENTS(digests);
}
