/* SPDX-License-Identifier: Apache-2.0 */
/* From declared users to facts: names, groups, whether they have a password; never which. */
#include "guest/cloud/seed_users.h"

#include "guest/cloud/declared_users.h"
#include "guest/cloud/words.h"

#include <string.h>

#define USER_NAME_MAX 255

/* Whether a value is there and not empty; FACT_UNKNOWN when it is not there. */
static gint64
is_set(const struct yaml_node *node)
{
  const char *text = yaml_text(node);

  if (!node)
    return FACT_UNKNOWN;
  return node->kind != YAML_SCALAR || (text && *text);
}

static gint64
has_password(const struct declared_user *user)
{
  static const char *const keys[] = {"passwd", "hashed_passwd", "plain_text_passwd"};
  gint64 found = FACT_UNKNOWN;

  for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    found = MAX(found, is_set(declared_users_get(user, keys[i])));
  return found;
}

/* "a, b", [a, b], {a: …}: cloud-init takes all three. */
static char *
groups_of(const struct declared_user *user)
{
  const struct yaml_node *node = declared_users_get(user, "groups");
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) names = g_strsplit(yaml_text(node) ? yaml_text(node) : "", ",", -1);

  for (guint i = 0; names[i]; i++)
    if (*g_strstrip(names[i]))
      g_ptr_array_add(words, words_name(names[i], USER_NAME_MAX));
  for (guint i = 0; node && node->kind == YAML_MAPPING && i < node->keys->len; i++)
    g_ptr_array_add(words, words_name(node->keys->pdata[i], USER_NAME_MAX));
  for (guint i = 0; node && node->kind == YAML_SEQUENCE && i < node->items->len; i++)
    if (yaml_text(node->items->pdata[i]))
      g_ptr_array_add(words, words_name(yaml_text(node->items->pdata[i]), USER_NAME_MAX));
  return words_join(words, ",");
}

/* NULL, and trouble, when the name is none. */
static struct seed_user *
add_user(struct seed_keys *keys, const struct declared_user *user)
{
  g_autofree char *name = words_fact(user->name, USER_NAME_MAX);

  if (!name) {
    trouble_note(keys->trouble, CLOUD_MALFORMED, "users: a name that is none");
    return NULL;
  }
  struct seed_user *fact = seed_user_new();
  fact->name = g_steal_pointer(&name);
  fact->is_system = cloud_config_truth(declared_users_get(user, "system"));
  fact->lock_passwd = cloud_config_truth(declared_users_get(user, "lock_passwd"));
  fact->has_password = has_password(user);
  fact->groups = groups_of(user);
  fact->shell = words_fact(yaml_text(declared_users_get(user, "shell")), FIELD_TEXT_MAX);
  g_ptr_array_add(keys->seed->users, fact);
  return fact;
}

/* "NAME:PASSWORD". The password is not copied. */
static void
add_name_of_line(GHashTable *names, const char *line)
{
  const char *colon = strchr(line, ':');

  if (colon)
    g_hash_table_add(names, g_strndup(line, (gsize)(colon - line)));
}

/* chpasswd.list is a list of such lines, or one text of them. */
static void
add_names_of_list(GHashTable *names, const struct yaml_node *list)
{
  const char *at = yaml_text(list);

  for (; at && *at; at += strcspn(at, "\n"), at += strspn(at, "\n"))
    add_name_of_line(names, at);
  for (guint i = 0; list && list->kind == YAML_SEQUENCE && i < list->items->len; i++)
    if (yaml_text(list->items->pdata[i]))
      add_name_of_line(names, yaml_text(list->items->pdata[i]));
}

/* The names of those who get a password from elsewhere than `users`: a new set of char *. */
static GHashTable *
names_with_password(const struct cloud_config *config, const char *owner)
{
  GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const struct yaml_node *users =
      cloud_config_find(config, (const char *const[]){"chpasswd", "users", NULL});

  add_names_of_list(names,
                    cloud_config_find(config, (const char *const[]){"chpasswd", "list", NULL}));
  for (guint i = 0; users && users->kind == YAML_SEQUENCE && i < users->items->len; i++) {
    const char *name = yaml_text(yaml_get(users->items->pdata[i], "name"));

    if (name)
      g_hash_table_add(names, g_strdup(name));
  }
  if (owner && is_set(cloud_config_node(config, "password")) == 1)
    g_hash_table_add(names, g_strdup(owner));
  return names;
}

static void
take_passwords(struct seed *seed, const struct cloud_config *config, const char *owner)
{
  g_autoptr(GHashTable) names = names_with_password(config, owner);

  for (guint i = 0; i < seed->users->len; i++) {
    struct seed_user *user = seed->users->pdata[i];

    if (g_hash_table_contains(names, user->name))
      user->has_password = 1;
  }
}

/* To whom keys that name nobody go. */
static void
add_keys_of_nobody(struct seed_keys *keys, const struct cloud_config *config, const char *user,
                   const struct yaml_node *public_keys)
{
  const GPtrArray *pieces = cloud_config_get(config, "ssh_authorized_keys");

  if (cloud_config_truth(cloud_config_node(config, "allow_public_ssh_keys")) != 0)
    seed_keys_add(keys, user, public_keys, "meta-data: public-keys");
  for (guint i = 0; pieces && i < pieces->len; i++)
    seed_keys_add(keys, user, pieces->pdata[i], "ssh_authorized_keys");
}

void
seed_users_add(struct seed_keys *keys, const struct cloud_config *config,
               const struct yaml_node *public_keys)
{
  g_autoptr(DeclaredUsers) users = declared_users_of(config);
  g_autofree char *owner = words_fact(users->owner, USER_NAME_MAX);

  for (guint i = 0; i < users->users->len; i++) {
    const struct declared_user *user = users->users->pdata[i];
    struct seed_user *fact = add_user(keys, user);

    if (fact)
      seed_keys_add(keys, fact->name, declared_users_get(user, "ssh_authorized_keys"),
                    "users: ssh_authorized_keys");
  }
  if (users->is_cut)
    trouble_note(keys->trouble, CLOUD_TOO_LARGE, "users: more than %d", SEED_USERS_MAX);
  if (owner)
    add_keys_of_nobody(keys, config, owner, public_keys);
  if (cloud_config_truth(cloud_config_node(config, "disable_root")) == 0)
    add_keys_of_nobody(keys, config, "root", public_keys);
  take_passwords(keys->seed, config, owner);
}
