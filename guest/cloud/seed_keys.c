/* SPDX-License-Identifier: Apache-2.0 */
/* Declared keys, taken apart as lines of authorized_keys. */
#include "guest/cloud/seed_keys.h"

#include "facts/ssh.h"
#include "guest/ssh/key/authorized_line.h"

#include <string.h>

void
seed_keys_init(struct seed_keys *keys, struct seed *seed, struct trouble *trouble)
{
  *keys = (struct seed_keys){seed, trouble,
                             g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
}

void
seed_keys_clear(struct seed_keys *keys)
{
  g_clear_pointer(&keys->seen, g_hash_table_unref);
}

static GBytes *
cut(GBytes *bytes)
{
  return bytes ? g_bytes_new_from_bytes(bytes, 0, MIN(g_bytes_get_size(bytes), FIELD_TEXT_MAX))
               : NULL;
}

/* The entry that the line would be in a file of the user's. */
static char *
entry_of(const struct authorized_line *line, guint number)
{
  const struct ssh_key *key = line->key;

  return authorized_key_entry(
      &(struct authorized_key){
          .line = number,
          .fingerprint = key ? key->fingerprint : NULL,
          .cert_authority = line->cert_authority,
          .options = line->options,
      },
      0);
}

static void
add_parsed(struct seed_keys *keys, const char *user, const struct authorized_line *line)
{
  guint number = keys->seed->keys->len + 1;
  g_autofree char *entry = entry_of(line, number);

  if (!g_hash_table_add(keys->seen, g_strdup_printf("%s %s", user, entry)))
    return;
  struct seed_key *fact = seed_key_new();
  fact->user = g_strdup(user);
  fact->entry = g_steal_pointer(&entry);
  fact->comment = cut(line->comment);
  if (line->key) {
    fact->algorithm = g_strdup(line->key->algorithm);
    fact->bits = line->key->bits;
    fact->fingerprint = g_strdup(line->key->fingerprint);
  }
  g_ptr_array_add(keys->seed->keys, fact);
}

static void
add_line(struct seed_keys *keys, const char *user, struct text text, const char *what)
{
  struct authorized_line line;

  if (text.length > KEY_LINE_MAX || keys->seed->keys->len == SEED_KEYS_MAX) {
    trouble_note(keys->trouble, CLOUD_TOO_LARGE, "%s: too many keys, or too long a one", what);
    return;
  }
  if (!authorized_line_parse(text, &line))
    return;
  add_parsed(keys, user, &line);
  authorized_line_clear(&line);
}

static void
add_text(struct seed_keys *keys, const char *user, const char *lines, const char *what)
{
  struct text rest = {lines, strlen(lines)}, line;

  while (text_next_line(&rest, &line))
    add_line(keys, user, line, what);
}

static void
add_texts(struct seed_keys *keys, const char *user, const GPtrArray *items, const char *what)
{
  for (guint i = 0; i < items->len; i++) {
    const char *text = yaml_text(items->pdata[i]);

    if (text)
      add_text(keys, user, text, what);
  }
}

void
seed_keys_add(struct seed_keys *keys, const char *user, const struct yaml_node *node,
              const char *what)
{
  if (yaml_text(node))
    add_text(keys, user, yaml_text(node), what);
  if (!node || node->kind == YAML_SCALAR)
    return;
  add_texts(keys, user, node->items, what);
  for (guint i = 0; node->kind == YAML_MAPPING && i < node->items->len; i++) {
    const struct yaml_node *list = node->items->pdata[i];

    if (list->kind == YAML_SEQUENCE)
      add_texts(keys, user, list->items, what);
  }
}
