/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts of a guest: passwd, group and shadow, well and badly written. */
#include "guest/ssh/accounts/accounts.h"

#include "facts/ssh.h"
#include "guest/directory.h"
#include "guest/ssh/login/key_file_name.h"
#include "tests/unit/tree.h"

#include <string.h>

static struct accounts *
read_files(const char *passwd, const char *group, const char *shadow)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/passwd", passwd);
  if (group)
    tree_add_file(tree, "/etc/group", group);
  if (shadow)
    tree_add_file(tree, "/etc/shadow", shadow);
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  return accounts_read(road);
}

static void
test_passwd(void)
{
  g_autoptr(Accounts) accounts =
      read_files("root:x:0:0:root:/root:/bin/bash\n"
                 "#no:x:1:1::/:/\n\n  blank:x:2:2::/home/blank:\n"
                 "+nis::::::\nshort:x:3:3\nno-gid:x:4\nno-number:x:y:5::/:/\n"
                 "big:x:4294967296:1::/:/\nmax:x:4294967295:1::/m:/s:more\n"
                 "root:x:7:7::/second:/\nlast:x:5:5::/last:/bin/sh",
                 NULL, NULL);
  static const char *const names[] = {"root", "blank", "short", "max", "last"};

  g_assert_cmpuint(accounts->list->len, ==, G_N_ELEMENTS(names));
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_assert_cmpstr(((struct user_account *)accounts->list->pdata[i])->name, ==, names[i]);
  g_assert_cmpstr(accounts_by_name(accounts, "root")->home, ==, "/root");
  g_assert_cmpstr(accounts_by_name(accounts, "blank")->shell, ==, "");
  g_assert_cmpuint(accounts_by_name(accounts, "max")->uid, ==, G_MAXUINT32);
  g_assert_cmpstr(accounts_by_uid(accounts, 0)->name, ==, "root");
  g_assert_null(accounts_by_uid(accounts, 7));
  g_assert_cmpstr(accounts->passwd_state, ==, KEY_FILE_OK);
  g_assert_cmpstr(accounts->shadow_state, ==, KEY_FILE_MISSING);
}

static const struct shadow_case {
  const char *passwd, *shadow;
  enum account_password password;
  bool locked;
  gint64 expires_day, dead_after_day;
} shadow_cases[] = {
    {"x", "u:$6$s$h:19000:0:99999:7:::\n", PASSWORD_SET, false, -1, -1},
    {"x", "u:!$6$s$h:19000:0:99999:7:::\n", PASSWORD_LOCKED, true, -1, -1},
    {"x", "u:*:19000:0:99999:7:::\n", PASSWORD_LOCKED, false, -1, -1},
    {"x", "u::19000:0:99999:7:::\n", PASSWORD_NONE, false, -1, -1},
    {"x", "u:!:19000:0:30:7:5:20000:\n", PASSWORD_LOCKED, true, 20000, 19035},
    {"x", "u:h:19000:0:30:7::0:\n", PASSWORD_SET, false, 0, -1},
    {"x", "u:h\nu:!:1:1:1:1:1:1:\n", PASSWORD_SET, false, -1, -1},
    {"x", "u:h:99999999999999999999999:0:9:9:9:9223372036854775807:\n", PASSWORD_SET, false, -1,
     -1},
    {"x", "other:h:::::::\n", PASSWORD_UNKNOWN, false, -1, -1},
    {"!", "", PASSWORD_LOCKED, true, -1, -1},
    {"", NULL, PASSWORD_NONE, false, -1, -1},
    {"$6$s$h", NULL, PASSWORD_SET, false, -1, -1},
};

static void
test_shadow(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(shadow_cases); i++) {
    const struct shadow_case *expected = &shadow_cases[i];
    g_autofree char *passwd = g_strdup_printf("u:%s:1:1::/:/bin/sh\n", expected->passwd);
    g_autoptr(Accounts) accounts = read_files(passwd, NULL, expected->shadow);
    const struct user_account *account = accounts_by_name(accounts, "u");

    g_assert_cmpint(account->password, ==, expected->password);
    g_assert_cmpint(account->locked, ==, expected->locked);
    g_assert_cmpint(account->expires_day, ==, expected->expires_day);
    g_assert_cmpint(account->dead_after_day, ==, expected->dead_after_day);
  }
}

#define PASSWD                                                                                     \
  "a:x:1:10::/home/a:/bin/sh\nb:x:2:20::/home/b:/bin/sh\nc:x:3:20::/home/c:/bin/sh\n"              \
  "d:x:4:40::/home/d:/bin/sh\n"
#define GROUP "ga:x:10:\ngb:x:20:\ng1:x:100:a,b\ng2:x:200:,a,\nagain:x:10:b\nbad:x:y:a\nd:x:40:d\n"

static void
test_groups(void)
{
  g_autoptr(Accounts) accounts = read_files(PASSWD, GROUP, NULL);
  struct account_groups groups;

  accounts_groups(accounts, accounts_by_name(accounts, "a"), &groups);
  g_assert_cmpuint(groups.names->len, ==, 3);
  g_assert_cmpstr(groups.names->pdata[0], ==, "ga");
  g_assert_cmpstr(groups.names->pdata[1], ==, "g1");
  g_assert_cmpstr(groups.names->pdata[2], ==, "g2");
  g_assert_cmpuint(g_hash_table_size(groups.gids), ==, 3);
  account_groups_clear(&groups);
}

static void
test_private_groups(void)
{
  g_autoptr(Accounts) accounts = read_files(PASSWD, GROUP, NULL);

  g_assert_true(accounts_group_is_private(accounts, 10, 1, 1));
  g_assert_true(accounts_group_is_private(accounts, 40, 4, 4));
  g_assert_false(accounts_group_is_private(accounts, 10, 2, 2));  /* somebody else's own */
  g_assert_false(accounts_group_is_private(accounts, 20, 2, 2));  /* of two users */
  g_assert_false(accounts_group_is_private(accounts, 100, 1, 1)); /* of two members */
  g_assert_true(accounts_group_is_private(accounts, 200, 1, 1));  /* the only member's */
  g_assert_false(accounts_group_is_private(accounts, 200, 2, 2));
  g_assert_false(accounts_group_is_private(accounts, 300, 1, 1)); /* of nobody */
}

static const struct name_case {
  const char *pattern, *expected;
} name_cases[] = {
    {".ssh/authorized_keys", "/home/a/.ssh/authorized_keys"},
    {"%h/k", "/home/a/k"},
    {"/etc/keys/%u.%U", "/etc/keys/a.1"},
    {"100%%", "/home/a/100%"},
    {"%u", "/home/a/a"},
    {"~/k", "/root/k"},
    {"~b/k", "/home/b/k"},
    {"~nobody/k", NULL},
    {"/%x", NULL},
    {"/%", NULL},
};

static void
test_key_file_names(void)
{
  g_autoptr(Accounts) accounts = read_files("root:x:0:0::/root:/bin/sh\n" PASSWD, NULL, NULL);
  const struct user_account *account = accounts_by_name(accounts, "a");

  for (guint i = 0; i < G_N_ELEMENTS(name_cases); i++) {
    g_autofree char *path = key_file_name_expand(name_cases[i].pattern, accounts, account);

    g_assert_cmpstr(path, ==, name_cases[i].expected);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/accounts/passwd", test_passwd);
  g_test_add_func("/accounts/shadow", test_shadow);
  g_test_add_func("/accounts/groups", test_groups);
  g_test_add_func("/accounts/private-groups", test_private_groups);
  g_test_add_func("/accounts/key-file-names", test_key_file_names);
  return g_test_run();
}
