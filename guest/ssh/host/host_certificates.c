/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of host keys. */
#include "guest/ssh/host/host_certificates.h"

#include "guest/ssh/host/host_key_path.h"
#include "guest/ssh/host/key_half.h"

#include <string.h>

/* No guest has that many. What is more is left out. */
#define CERTIFICATES_MAX 64

/* The first host key without a certificate for which `fits` says so; NULL without. */
static struct host_key *
find_key(struct root *root, bool (*fits)(const struct host_key *key, gconstpointer data),
         gconstpointer data)
{
  for (guint i = 0; i < root->host_keys->len; i++) {
    struct host_key *key = root->host_keys->pdata[i];

    if (!key->certificate && fits(key, data))
      return key;
  }
  return NULL;
}

static bool
is_of_key(const struct host_key *key, gconstpointer fingerprint)
{
  return key->fingerprint && strcmp(key->fingerprint, fingerprint) == 0;
}

static bool
is_named_after(const struct host_key *key, gconstpointer path)
{
  g_autofree char *name = g_strconcat(key->path, "-cert.pub", NULL);

  return strcmp(name, path) == 0;
}

static bool
is_any(const struct host_key *key, gconstpointer data)
{
  (void)key, (void)data;
  return true;
}

/* Separated by commas, as many as fit; NULL for no principals. */
static GBytes *
join_principals(struct road *road, const struct ssh_certificate *certificate)
{
  g_autoptr(GByteArray) joined = g_byte_array_new();

  for (guint i = 0; i < certificate->principals->len; i++) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data(certificate->principals->pdata[i], &length);

    if (joined->len + 1 + length > FIELD_TEXT_MAX) {
      road->truncated = true;
      break;
    }
    if (i > 0)
      g_byte_array_append(joined, (const guint8 *)",", 1);
    g_byte_array_append(joined, bytes, (guint)length);
  }
  if (certificate->principals->len == 0)
    return NULL;
  return g_byte_array_free_to_bytes(g_steal_pointer(&joined));
}

/* A time of a certificate; unknown for none. */
static gint64
time_of(guint64 seconds)
{
  return seconds == 0 || seconds > G_MAXINT64 ? FACT_UNKNOWN : (gint64)seconds;
}

static void
take_certificate(struct road *road, const struct ssh_certificate *certificate, struct host_key *key)
{
  gsize length = MIN(g_bytes_get_size(certificate->id), FIELD_TEXT_MAX);

  key->certificate_id = g_bytes_new_from_bytes(certificate->id, 0, length);
  key->principals = join_principals(road, certificate);
  key->authority = g_strdup(certificate->authority);
  key->valid_after = time_of(certificate->valid_after);
  key->valid_before = time_of(certificate->valid_before);
  if (!certificate->is_host && !key->detail)
    key->detail = g_strdup("its certificate is one of a user");
}

static void
collect_one(struct road *road, const char *written, struct root *root)
{
  g_autofree char *path = host_key_path_resolve(written);
  struct key_half half = {.state = KEY_FILE_UNREADABLE};

  if (path)
    key_half_read_public(road, path, &half);
  const struct ssh_certificate *certificate = half.key ? half.key->certificate : NULL;
  struct host_key *key = certificate ? find_key(root, is_of_key, half.key->fingerprint) : NULL;
  const char *state = key ? PUBLIC_MATCHES : PUBLIC_DIFFERS;

  if (!certificate)
    state = half.key ? KEY_FILE_MALFORMED : half.state;
  if (!key && path)
    key = find_key(root, is_named_after, path);
  if (!key)
    key = find_key(root, is_any, NULL);
  if (key) {
    key->certificate = text_make_valid(path ? path : written, FIELD_TEXT_MAX);
    key->certificate_state = g_strdup(state);
    if (certificate)
      take_certificate(road, certificate, key);
  }
  key_half_clear(&half);
}

void
host_certificates_collect(struct road *road, const struct sshd_setting *lines, struct root *root)
{
  for (guint i = 0; i < lines->lines->len && i < CERTIFICATES_MAX; i++) {
    const struct sshd_line *line = lines->lines->pdata[i];

    collect_one(road, line->values[0], root);
  }
}
