/* SPDX-License-Identifier: Apache-2.0 */
/* Putting the forms in which users are declared into one. */
#include "guest/cloud/declared_users.h"

#include "facts/cloud.h"

#include <string.h>

struct gathering {
  struct declared_users *users;
  GHashTable *by_name;
  const char *default_name;
};

static void
free_user(gpointer data)
{
  struct declared_user *user = data;

  g_free(user->name);
  g_ptr_array_unref(user->pieces);
  g_free(user);
}

static void
declare(struct gathering *gathering, const char *name, const struct yaml_node *piece)
{
  struct declared_users *users = gathering->users;
  const char *real = strcmp(name, DECLARED_DEFAULT) == 0 ? gathering->default_name : name;
  struct declared_user *user = g_hash_table_lookup(gathering->by_name, real);

  if (!user && users->users->len == SEED_USERS_MAX) {
    users->is_cut = true;
    return;
  }
  if (!user) {
    user = g_new(struct declared_user, 1);
    *user = (struct declared_user){g_strdup(real), g_ptr_array_new()};
    g_ptr_array_add(users->users, user);
    g_hash_table_insert(gathering->by_name, user->name, user);
  }
  if (piece)
    g_ptr_array_add(user->pieces, (gpointer)piece);
}

static void
declare_names(struct gathering *gathering, const char *text)
{
  g_auto(GStrv) names = g_strsplit(text ? text : "", ",", -1);

  for (guint i = 0; names[i] && !gathering->users->is_cut; i++)
    if (*g_strstrip(names[i]))
      declare(gathering, names[i], NULL);
}

static void
declare_item(struct gathering *gathering, const struct yaml_node *item)
{
  const char *name = yaml_text(yaml_get(item, "name"));

  if (item->kind == YAML_MAPPING)
    declare(gathering, name ? name : DECLARED_DEFAULT, item);
  else if (item->kind == YAML_SCALAR)
    declare_names(gathering, yaml_text(item));
  for (guint i = 0; item->kind == YAML_SEQUENCE && i < item->items->len; i++)
    declare_names(gathering, yaml_text(item->items->pdata[i]));
}

/* {NAME: true, NAME: {…}, …} */
static void
declare_value(struct gathering *gathering, const char *name, const struct yaml_node *value)
{
  const char *text = yaml_text(value);

  if (value->kind == YAML_MAPPING)
    declare(gathering, name, value);
  else if (yaml_truth(value) == 1 || (text && strcmp(text, "1") == 0))
    declare(gathering, name, NULL);
}

static void
declare_piece(struct gathering *gathering, const struct yaml_node *piece)
{
  if (piece->kind == YAML_SCALAR)
    declare_names(gathering, yaml_text(piece));
  for (guint i = 0; piece->kind == YAML_SEQUENCE && i < piece->items->len; i++)
    declare_item(gathering, piece->items->pdata[i]);
  for (guint i = 0; piece->kind == YAML_MAPPING && i < piece->items->len; i++)
    declare_value(gathering, piece->keys->pdata[i], piece->items->pdata[i]);
}

/* The old key `user` says who the default user is, and makes it. */
static void
declare_old(struct gathering *gathering, const struct yaml_node *user)
{
  const char *name = yaml_text(user->kind == YAML_MAPPING ? yaml_get(user, "name") : user);

  if (name && *name)
    gathering->default_name = name;
  if (name || user->kind == YAML_MAPPING)
    declare(gathering, DECLARED_DEFAULT, user->kind == YAML_MAPPING ? user : NULL);
}

struct declared_users *
declared_users_of(const struct cloud_config *config)
{
  struct declared_users *users = g_new0(struct declared_users, 1);
  struct gathering gathering = {users, g_hash_table_new(g_str_hash, g_str_equal), DECLARED_DEFAULT};
  const GPtrArray *pieces = cloud_config_get(config, "users");
  const struct yaml_node *old = cloud_config_node(config, "user");

  users->users = g_ptr_array_new_with_free_func(free_user);
  if (old)
    declare_old(&gathering, old);
  for (guint i = 0; pieces && i < pieces->len; i++)
    declare_piece(&gathering, pieces->pdata[i]);
  /* Where nobody is declared, cloud.cfg of every distribution declares the default user. */
  if (!pieces || g_hash_table_contains(gathering.by_name, gathering.default_name))
    users->owner = gathering.default_name;
  g_hash_table_unref(gathering.by_name);
  return users;
}

void
declared_users_free(struct declared_users *users)
{
  if (!users)
    return;
  g_ptr_array_unref(users->users);
  g_free(users);
}

static bool
is_same_key(const char *written, const char *key)
{
  for (; *written && *key; written++, key++)
    if (*written != *key && !(*written == '-' && *key == '_'))
      return false;
  return *written == *key;
}

const struct yaml_node *
declared_users_get(const struct declared_user *user, const char *key)
{
  for (guint i = 0; i < user->pieces->len; i++) {
    const struct yaml_node *piece = user->pieces->pdata[i];

    for (guint j = 0; j < piece->items->len; j++)
      if (is_same_key(piece->keys->pdata[j], key))
        return piece->items->pdata[j];
  }
  return NULL;
}
