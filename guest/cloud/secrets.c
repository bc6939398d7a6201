/* SPDX-License-Identifier: Apache-2.0 */
/* A walk through a document, with the name of where it is. */
#include "guest/cloud/secrets.h"

#include "guest/cloud/words.h"

#include <string.h>

#define SEGMENT_MAX 64

/* Places of cloud-config (cloudinit/config of cloud-init 22.4), "[]" for any item of a list. */
static const char *const places[] = {
    "bootcmd",
    "chpasswd.list",
    "lxd.preseed",
    "random_seed.data",
    "runcmd",
    "wireguard.interfaces[].content",
    "write_files[].content",
};

/* Holds secrets and is none. */
#define CHANGED_PASSWORDS "chpasswd"

/* Ends of keys, '-' written as '_'. */
static const char *const endings[] = {
    "access_key", "account_key",      "activation_key", "api_key",
    "auth_key",   "credentials",      "encryption_key", "passphrase",
    "passwd",     "password",         "private",        "private_key",
    "psk",        "registration_key", "secret",         "secret_key",
    "token",      "validation_key",
};

struct walk {
  GString *name;  /* "users[0].passwd" */
  GString *place; /* "users[].passwd" */
  GPtrArray *names;
};

static void look(struct walk *walk, const struct yaml_node *node);

static bool
is_secret_place(const char *place)
{
  for (guint i = 0; i < G_N_ELEMENTS(places); i++)
    if (strcmp(place, places[i]) == 0)
      return true;
  return false;
}

static bool
is_secret_key(const char *key)
{
  g_autofree char *plain = g_strdelimit(g_ascii_strdown(key, -1), "-", '_');

  for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
    if (g_str_has_suffix(plain, endings[i]))
      return strcmp(plain, CHANGED_PASSWORDS) != 0;
  return false;
}

/* Nothing, or a yes or no as that of lock_passwd, quoted or not. */
static bool
is_harmless(const struct yaml_node *node)
{
  const char *text = yaml_text(node);

  if (node->kind != YAML_SCALAR)
    return node->items->len == 0;
  return !text || !*text || yaml_truth(node) >= 0 || g_ascii_strcasecmp(text, "true") == 0 ||
         g_ascii_strcasecmp(text, "false") == 0;
}

static void
add(struct walk *walk)
{
  if (walk->names->len < SECRETS_MAX)
    g_ptr_array_add(walk->names, g_strdup(walk->name->str));
}

static void
look_at_key(struct walk *walk, const char *key, const struct yaml_node *value)
{
  gsize name_length = walk->name->len, place_length = walk->place->len;
  g_autofree char *segment = words_name(key, SEGMENT_MAX);
  const char *dot = place_length > 0 ? "." : "";

  g_string_append_printf(walk->name, "%s%s", dot, segment);
  g_string_append_printf(walk->place, "%s%s", dot, segment);
  if (!is_secret_key(key) && !is_secret_place(walk->place->str))
    look(walk, value);
  else if (!is_harmless(value))
    add(walk);
  g_string_truncate(walk->name, name_length);
  g_string_truncate(walk->place, place_length);
}

static void
look_at_item(struct walk *walk, guint index, const struct yaml_node *item)
{
  gsize name_length = walk->name->len, place_length = walk->place->len;

  g_string_append_printf(walk->name, "[%u]", index);
  g_string_append(walk->place, "[]");
  look(walk, item);
  g_string_truncate(walk->name, name_length);
  g_string_truncate(walk->place, place_length);
}

static void
look(struct walk *walk, const struct yaml_node *node)
{
  if (node->kind == YAML_SCALAR && words_hold_secret(node->text, strlen(node->text)))
    add(walk);
  for (guint i = 0; node->kind == YAML_MAPPING && i < node->items->len; i++)
    look_at_key(walk, node->keys->pdata[i], node->items->pdata[i]);
  for (guint i = 0; node->kind == YAML_SEQUENCE && i < node->items->len; i++)
    look_at_item(walk, i, node->items->pdata[i]);
}

void
secrets_find(const struct yaml_node *root, const char *prefix, GPtrArray *names)
{
  struct walk walk = {g_string_new(prefix), g_string_new(NULL), names};

  if (root)
    look(&walk, root);
  g_string_free(walk.name, TRUE);
  g_string_free(walk.place, TRUE);
}
