/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revoked keys, one on each line (sshkey_in_file() of authfile.c). The binary form, a KRL, names
 * keys in ways that are not followed here.
 */
#include "guest/ssh/login/revoked_keys.h"

#include "guest/ssh/key/key_text.h"
#include <string.h>

#define KRL_MAGIC "SSHKRL\n" /* and a NUL */

struct revoked_keys {
  GHashTable *fingerprints;
  enum revocation others; /* of keys that are not among them */
  const char *doubt;
};

static void
set_doubt(struct revoked_keys *revoked, const char *doubt)
{
  revoked->others = REVOCATION_UNKNOWN;
  revoked->doubt = doubt;
}

/*
 * False at a line that is no key: sshd looks no further then, and takes no key but for one reason.
 */
static bool
take_line(struct revoked_keys *revoked, struct text line)
{
  ssh_key_skip_blanks(&line);
  if (line.length == 0 || line.at[0] == '#' || line.at[0] == '\0')
    return true;
  g_autoptr(SshKey) key = ssh_key_parse_text(&line, NULL);
  if (key)
    g_hash_table_add(revoked->fingerprints, g_strdup(key->fingerprint));
  return key != NULL;
}

static void
take_text(struct revoked_keys *revoked, struct text rest)
{
  if (rest.length > strlen(KRL_MAGIC) && memcmp(rest.at, KRL_MAGIC, sizeof KRL_MAGIC) == 0) {
    set_doubt(revoked, "a key revocation list");
    return;
  }
  while (rest.length > 0)
    if (!take_line(revoked, text_cut(&rest, '\n'))) {
      set_doubt(revoked, "a line is no key");
      return;
    }
}

static struct revoked_keys *
revoked_keys_new(void)
{
  struct revoked_keys *revoked = g_new0(struct revoked_keys, 1);

  revoked->fingerprints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return revoked;
}

struct revoked_keys *
revoked_keys_unread(void)
{
  struct revoked_keys *revoked = revoked_keys_new();

  set_doubt(revoked, "more such files than are read");
  return revoked;
}

struct revoked_keys *
revoked_keys_read(struct road *road, const char *path)
{
  struct revoked_keys *revoked = revoked_keys_new();
  bool cut = false;

  g_autoptr(GBytes) bytes =
      path[0] == '/' ? road_read_whole(road, path, ROAD_FILE_MAX, &cut, NULL) : NULL;
  if (bytes)
    take_text(revoked, text_of(bytes));
  else
    revoked->others = REVOKED;
  if (cut)
    set_doubt(revoked, "more than is read");
  return revoked;
}

void
revoked_keys_free(struct revoked_keys *revoked)
{
  if (!revoked)
    return;
  g_hash_table_unref(revoked->fingerprints);
  g_free(revoked);
}

enum revocation
revoked_keys_find(const struct revoked_keys *revoked, const char *fingerprint)
{
  return g_hash_table_contains(revoked->fingerprints, fingerprint) ? REVOKED : revoked->others;
}

const char *
revoked_keys_doubt(const struct revoked_keys *revoked)
{
  return revoked->doubt;
}
