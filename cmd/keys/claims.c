/* SPDX-License-Identifier: Apache-2.0 */
/* First who goes by what, then what of that is disputed. */
#include "cmd/keys/claims.h"

#include <string.h>

struct claim {
  const struct known_host *first;
  const struct known_host *other; /* whose keys are different; NULL: nobody */
};

/* Keys are in one order and none is there twice. */
static bool
have_same_keys(const struct known_host *a, const struct known_host *b)
{
  bool same = a->keys->len == b->keys->len;

  for (guint i = 0; same && i < a->keys->len; i++) {
    const struct ssh_key *key = a->keys->pdata[i], *other = b->keys->pdata[i];
    same = strcmp(key->fingerprint, other->fingerprint) == 0;
  }
  return same;
}

static void
claim(GHashTable *claims, const struct known_host *host, const GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++) {
    struct claim *known = g_hash_table_lookup(claims, words->pdata[i]);

    if (!known) {
      known = g_new0(struct claim, 1);
      known->first = host;
      g_hash_table_insert(claims, g_strdup(words->pdata[i]), known);
    } else if (!known->other && !have_same_keys(known->first, host)) {
      known->other = host;
    }
  }
}

static void
give_up(GHashTable *claims, struct known_host *host, GPtrArray *words)
{
  for (guint i = 0; i < words->len;) {
    const struct claim *known = g_hash_table_lookup(claims, words->pdata[i]);

    if (!known || !known->other) {
      i++;
      continue;
    }
    const struct known_host *rival =
        have_same_keys(known->first, host) ? known->other : known->first;
    g_ptr_array_add(host->remarks,
                    g_strdup_printf("'%s' is left out: %s goes by it, too, with other keys",
                                    (const char *)words->pdata[i], rival->domain));
    g_ptr_array_remove_index(words, i);
  }
}

void
claims_settle(GPtrArray *hosts)
{
  g_autoptr(GHashTable) claims = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < hosts->len; i++) {
    const struct known_host *host = hosts->pdata[i];

    if (host->keys->len > 0) {
      claim(claims, host, host->names);
      claim(claims, host, host->addresses);
    }
  }
  for (guint i = 0; i < hosts->len; i++) {
    struct known_host *host = hosts->pdata[i];

    give_up(claims, host, host->names);
    give_up(claims, host, host->addresses);
  }
}
