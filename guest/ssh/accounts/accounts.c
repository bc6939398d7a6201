/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts of passwd(5), with what group(5) and shadow(5) add. */
#include "guest/ssh/accounts/accounts.h"

#include "facts/ssh.h"
#include "guest/ssh/accounts/colon_file.h"
#include "guest/ssh/accounts/group_table.h"
#include "guest/ssh/file_state.h"

#include <string.h>

/* Days that are no overflow waiting to happen: until about the year 2900000. */
#define DAY_MAX ((guint64)1 << 30)

/* In group_users, where users are numbers plus one. */
#define USERS_DIFFER GSIZE_TO_POINTER(G_MAXSIZE)

static gpointer
user_pointer(guint32 uid)
{
  return GSIZE_TO_POINTER((gsize)uid + 1);
}

static void
free_account(gpointer data)
{
  struct user_account *account = data;

  g_free(account->name);
  g_free(account->home);
  g_free(account->shell);
  g_free(account);
}

static enum account_password
judge_password(struct text field)
{
  if (field.length == 0)
    return PASSWORD_NONE;
  if (field.at[0] == '!' || field.at[0] == '*')
    return PASSWORD_LOCKED;
  return text_is(field, "x") ? PASSWORD_UNKNOWN : PASSWORD_SET;
}

static bool
is_locked(struct text password)
{
  return password.length > 0 && password.at[0] == '!';
}

static void
keep_account(struct accounts *accounts, struct user_account *account)
{
  gpointer group = GUINT_TO_POINTER(account->gid), user = user_pointer(account->uid);
  gpointer known = g_hash_table_lookup(accounts->group_users, group);

  g_ptr_array_add(accounts->list, account);
  g_hash_table_insert(accounts->by_name, account->name, account);
  if (!g_hash_table_contains(accounts->by_uid, GUINT_TO_POINTER(account->uid)))
    g_hash_table_insert(accounts->by_uid, GUINT_TO_POINTER(account->uid), account);
  g_hash_table_insert(accounts->group_users, group, !known || known == user ? user : USERS_DIFFER);
}

/* name:password:uid:gid:comment:home:shell, of which the last three may be left out. */
static void
add_account(struct accounts *accounts, struct text line)
{
  struct text name = colon_file_field(&line);
  struct text password = colon_file_field(&line);
  guint64 uid, gid;

  if (!colon_file_number(colon_file_field(&line), G_MAXUINT32, &uid) ||
      !colon_file_number(colon_file_field(&line), G_MAXUINT32, &gid))
    return;
  struct user_account *account = g_new0(struct user_account, 1);
  account->name = colon_file_string(name);
  account->uid = (guint32)uid;
  account->gid = (guint32)gid;
  colon_file_field(&line);
  account->home = colon_file_string(colon_file_field(&line));
  account->shell = colon_file_string(line);
  account->password = judge_password(password);
  account->locked = is_locked(password);
  account->expires_day = account->dead_after_day = -1;
  if (g_hash_table_contains(accounts->by_name, account->name))
    free_account(account);
  else
    keep_account(accounts, account);
}

static gint64
day_of(struct text field)
{
  guint64 day;

  return colon_file_number(field, DAY_MAX, &day) ? (gint64)day : -1;
}

/* As pam_unix has it (check_shadow_expiry() of passverify.c): a password that was not changed. */
static gint64
dead_after(gint64 changed, gint64 max, gint64 inactive)
{
  return changed <= 0 || max < 0 || inactive < 0 ? -1 : changed + max + inactive;
}

/* name:password:changed:min:max:warn:inactive:expires:flag */
static void
add_shadow(struct accounts *accounts, GHashTable *seen, struct text line)
{
  struct text field = colon_file_field(&line);
  g_autofree char *name = colon_file_string(field);
  struct user_account *account = g_hash_table_lookup(accounts->by_name, name);
  struct text password = colon_file_field(&line);
  gint64 days[6]; /* changed, min, max, warn, inactive, expires */

  if (!account || !g_hash_table_add(seen, account))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(days); i++)
    days[i] = day_of(colon_file_field(&line));
  account->password = judge_password(password);
  account->locked = is_locked(password);
  account->dead_after_day = dead_after(days[0], days[2], days[4]);
  account->expires_day = days[5];
}

/* A file's bytes, or NULL; *ret_state says why, or that there are more. */
static GBytes *
read_file(struct road *road, const char *path, const char **ret_state)
{
  g_autoptr(GError) error = NULL;
  bool cut = false;
  GBytes *bytes = road_read_whole(road, path, ROAD_FILE_MAX, &cut, &error);

  *ret_state = cut ? KEY_FILE_TRUNCATED : bytes ? KEY_FILE_OK : file_state_of(error);
  return bytes;
}

static void
read_passwd(struct accounts *accounts, struct road *road)
{
  g_autoptr(GBytes) bytes = read_file(road, "/etc/passwd", &accounts->passwd_state);
  struct text rest = bytes ? text_of(bytes) : (struct text){"", 0}, line;

  while (colon_file_next(&rest, &line))
    add_account(accounts, line);
}

static void
read_groups(struct accounts *accounts, struct road *road)
{
  g_autoptr(GBytes) bytes = read_file(road, "/etc/group", &accounts->group_state);

  accounts->groups = group_table_new(bytes ? text_of(bytes) : (struct text){"", 0});
}

static void
read_shadow(struct accounts *accounts, struct road *road)
{
  g_autoptr(GBytes) bytes = read_file(road, "/etc/shadow", &accounts->shadow_state);
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  struct text rest = bytes ? text_of(bytes) : (struct text){"", 0}, line;
  struct text all = rest;

  while (colon_file_next(&rest, &line))
    add_shadow(accounts, seen, line);
  if (bytes) /* nobody else has them, and they are hashes of passwords */
    explicit_bzero((char *)(guintptr)all.at, all.length);
}

struct accounts *
accounts_read(struct road *road)
{
  struct accounts *accounts = g_new0(struct accounts, 1);

  accounts->list = g_ptr_array_new_with_free_func(free_account);
  accounts->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  accounts->by_uid = g_hash_table_new(NULL, NULL);
  accounts->group_users = g_hash_table_new(NULL, NULL);
  read_passwd(accounts, road);
  read_groups(accounts, road);
  read_shadow(accounts, road);
  return accounts;
}

void
accounts_free(struct accounts *accounts)
{
  if (!accounts)
    return;
  g_hash_table_unref(accounts->by_name);
  g_hash_table_unref(accounts->by_uid);
  g_hash_table_unref(accounts->group_users);
  g_ptr_array_unref(accounts->list);
  group_table_free(accounts->groups);
  g_free(accounts);
}

static void
add_gid(const struct accounts *accounts, struct account_groups *groups, guint32 gid)
{
  const char *name = group_table_name(accounts->groups, gid);

  g_hash_table_add(groups->gids, GUINT_TO_POINTER(gid));
  if (name)
    g_ptr_array_add(groups->names, (gpointer)name);
}

void
accounts_groups(const struct accounts *accounts, const struct user_account *account,
                struct account_groups *ret_groups)
{
  const GArray *others = group_table_of_member(accounts->groups, account->name);

  *ret_groups =
      (struct account_groups){.names = g_ptr_array_new(), .gids = g_hash_table_new(NULL, NULL)};
  add_gid(accounts, ret_groups, account->gid);
  for (guint i = 0; others && i < others->len; i++)
    add_gid(accounts, ret_groups, g_array_index(others, guint32, i));
}

void
account_groups_clear(struct account_groups *groups)
{
  g_clear_pointer(&groups->names, g_ptr_array_unref);
  g_clear_pointer(&groups->gids, g_hash_table_unref);
}

const struct user_account *
accounts_by_uid(const struct accounts *accounts, guint32 uid)
{
  return g_hash_table_lookup(accounts->by_uid, GUINT_TO_POINTER(uid));
}

const struct user_account *
accounts_by_name(const struct accounts *accounts, const char *name)
{
  return g_hash_table_lookup(accounts->by_name, name);
}

const char *
accounts_group_name(const struct accounts *accounts, guint32 gid)
{
  return group_table_name(accounts->groups, gid);
}

bool
accounts_know_groups(const struct accounts *accounts)
{
  return strcmp(accounts->group_state, KEY_FILE_OK) == 0 ||
         strcmp(accounts->group_state, KEY_FILE_MISSING) == 0;
}

bool
accounts_group_is_private(const struct accounts *accounts, guint32 gid, guint32 owner, guint32 user)
{
  const struct user_account *owns = accounts_by_uid(accounts, owner);
  gpointer of_users = g_hash_table_lookup(accounts->group_users, GUINT_TO_POINTER(gid));
  const char *member;
  guint members = group_table_members(accounts->groups, gid, &member);

  if (!owns || !group_table_name(accounts->groups, gid))
    return false;
  if (of_users && of_users != user_pointer(user))
    return false;
  if (members > 1 || (members == 1 && strcmp(member, owns->name) != 0))
    return false;
  return of_users || members == 1;
}
