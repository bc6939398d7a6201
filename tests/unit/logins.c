/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can log in: one user, one key, and whatever keeps the key from being taken. Owners and modes
 * are those that a table says, whoever runs the test.
 */
#include "facts/guest.h"
#include "guest/collect.h"
#include "guest/directory.h"
#include "tests/unit/tree.h"

#include <string.h>

#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEWf0glTztmdJ1KznUhZ58KtH7DeG0G0os9amtfiIOgN"
#define ECDSA                                                                                      \
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCIxvyHJuOiEb7xD"       \
  "Rwo0vkaG4zf5gWZIEu+30ub88B5u9RSdSAAnYfKTzdy3enKdp+8GCtVk+H6538Dsqnr580Q="
#define DSA                                                                                        \
  "ssh-dss AAAAB3NzaC1kc3MAAACBANSKiSIPp4NlLl2w85ABpGSaGFeYHY6Dzpj83hgEKQCNB0BF1tkQUJE/r4yb"       \
  "bdm7bYcadLSwIMieBlCr/36Ep4sLQNaJPUCMQGDUlvIhtiau3DLXs/7OotPHnKkGoV3PDKUt6PeohjSvbnFXOORo"       \
  "c1xwGRqsAAWRr8YD/hqWyIupAAAAFQDUZpv7J/Lt4NIF6a60AS13/fOc/QAAAIEApKDJjciYxVpo/YSwnm7X37ug"       \
  "MRo1WT2x/lH/4Gb/TfFz7U4deEvg2eYZblLrGG+c+yb+CaZYzKHNkk3TEzv5muVNu8Hg3LXE8NJaTkbIp5W3/1+Z"       \
  "pT997ucsWpPO9Ga8gcdr5wBFu8DCXF9t7vny6nHZgV32HaGy+CDfAwqGEXYAAACANMlLttCO3RrrzBucC/nIH4TA"       \
  "rRbs0Y8PELt1u994xgwVFNGbFEdgUgR0DJC0v/yS2Y5PMOW/SJF61c8OojUhR1RuavptfSyDpwswcCCZavwsNn2D"       \
  "ikNjXXXyjLsxhqE8+DHHuIkI6s5QV7nE+r4gxE0pceXptB2LbCO52wQ5Ut4="
#define RSA_1024                                                                                   \
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDLIJeBWG4j2W/ax4w7D0Nd2A0duLXkEKaRVAIPqO5EfKhRVf0q"       \
  "PCUDqHguE9fHA7gxZv6Ff5qO8HAnHQ3Wa8VDY0zATBeKPxoMc2++LRl1UICvJtnIhaLxLdaXN+XcVLarQE7yMKOr"       \
  "fnQYzOz7C5oysb0myUAr9N1U+nXt73NCRw=="

#define KEYS "/home/u/.ssh/authorized_keys"

/*
 * Properties that differ from the usual ones: 0755, or 0644 for files; root's, or u's in its home.
 */
struct property {
  const char *path;
  guint32 mode, uid, gid;
};

static struct {
  const struct road_ops *original;
  const struct property *properties; /* ended by one without a path */
  bool files_only;
} fake;

static bool
fake_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
          GError **error)
{
  bool in_home = g_str_has_prefix(path, "/home/u");

  if (!fake.original->stat(road, path, follow, ret_stat, error))
    return false;
  ret_stat->mode = ret_stat->type == FILE_REGULAR && !g_str_has_prefix(path, "/bin/") ? 0644 : 0755;
  ret_stat->uid = ret_stat->gid = in_home ? 1000 : 0;
  for (const struct property *one = fake.properties; one && one->path; one++)
    if (strcmp(one->path, path) == 0) {
      ret_stat->mode = one->mode;
      ret_stat->uid = one->uid;
      ret_stat->gid = one->gid;
    }
  return true;
}

static bool
no_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
        GError **error)
{
  (void)road, (void)path, (void)follow, (void)ret_stat;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "files only");
  return false;
}

static GPtrArray *
no_list(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "files only");
  return NULL;
}

static struct root *
collect(struct tree *tree)
{
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  struct road_ops ops = *road->ops;
  struct root *root = root_new();
  g_autoptr(GError) error = NULL;

  fake.original = road->ops;
  ops.stat = fake.files_only ? no_stat : fake_stat;
  ops.list = fake.files_only ? no_list : ops.list;
  road->ops = &ops;
  root->root = g_strdup("/");
  root->status = g_strdup(GUEST_OK);
  os_release_collect(road, root);
  ssh_collect(road, root);
  road->ops = fake.original;
  shape_check(&root_shape, root, &error);
  g_assert_no_error(error);
  return root;
}

static struct tree *
tree_with_user(void)
{
  struct tree *tree = tree_new();

  tree_add_file(tree, "/etc/passwd",
                "root:x:0:0::/root:/bin/sh\nu:x:1000:1000::/home/u:/bin/sh\n"
                "service:x:1001:1001::/home/service:/usr/sbin/nologin\n");
  tree_add_file(tree, "/etc/group", "root:x:0:\nu:x:1000:\nstaff:x:50:u\n");
  tree_add_file(tree, "/etc/shadow", "root:*:19000::::::\nu:!:19000::::::\n");
  tree_add_file(tree, "/bin/sh", "");
  tree_add_file(tree, "/usr/sbin/sshd", "");
  tree_add_file(tree, "/etc/ssh/sshd_config", "UsePAM yes\n");
  tree_add_directory(tree, "/root");
  tree_add_directory(tree, "/home/u/.ssh");
  return tree;
}

#define PROPERTIES(...) ((const struct property[]){__VA_ARGS__, {0}})

static const struct login_case {
  const char *name;
  const char *config; /* NULL: "UsePAM yes" */
  const char *line;   /* NULL: the key without options */
  gint64 effective;
  const char *reason;
  const char *login; /* of the account */
  const char *shadow;
  const struct property *properties;
} login_cases[] = {
    {"plain", NULL, NULL, 1, NULL, "yes"},
    {"options", NULL, "from=\"10.0.0.0/8\",command=\"a b\" " ED25519 " me\r", 1, NULL, "yes"},
    {"blanks", NULL, " \t" ED25519, 1, NULL, "yes"},
    {"malformed", NULL, "ssh-ed25519 AAAA", 0, LOGIN_MALFORMED, "yes"},
    {"glued", NULL, ED25519 ED25519, 0, LOGIN_MALFORMED, "yes"},
    {"bad-option", NULL, "no-such-option " ED25519, 0, LOGIN_MALFORMED, "yes"},
    {"expired", NULL, "expiry-time=\"20200101Z\" " ED25519, 0, LOGIN_EXPIRED, "yes"},
    {"expires-later", NULL, "expiry-time=\"29990101Z\" " ED25519, 1, NULL, "yes"},
    {"authority", NULL, "cert-authority " ED25519, 1, NULL, "yes"},
    {"dsa", NULL, DSA, 0, LOGIN_KEY_TYPE_OFF, "yes"},
    {"dsa-accepted", "UsePAM yes\nPubkeyAcceptedAlgorithms +ssh-dss\n", DSA, 1, NULL, "yes"},
    {"ecdsa-off", "UsePAM yes\nPubkeyAcceptedAlgorithms -ecdsa-*\n", ECDSA, 0, LOGIN_KEY_TYPE_OFF,
     "yes"},
    {"only-ecdsa", "UsePAM yes\nPubkeyAcceptedAlgorithms ecdsa-sha2-*\n", NULL, 0,
     LOGIN_KEY_TYPE_OFF, "yes"},
    {"authority-off", "UsePAM yes\nCASignatureAlgorithms ecdsa-sha2-nistp256\n",
     "cert-authority " ED25519, 0, LOGIN_KEY_TYPE_OFF, "yes"},
    {"rsa-1024", NULL, RSA_1024, 1, NULL, "yes"},
    {"rsa-short", "UsePAM yes\nRequiredRSASize 2048\n", RSA_1024, 0, LOGIN_KEY_TYPE_OFF, "yes"},
    {"pubkey-off", "UsePAM yes\nPubkeyAuthentication no\n", NULL, 0, LOGIN_PUBKEY_OFF, "no"},
    {"methods", "UsePAM yes\nAuthenticationMethods password\n", NULL, 0, LOGIN_PUBKEY_OFF, "no"},
    {"methods-both", "UsePAM yes\nAuthenticationMethods publickey,password\n", NULL, 1, NULL,
     "yes"},
    {"denied", "UsePAM yes\nDenyUsers u\n", NULL, 0, LOGIN_USER_DENIED, "no"},
    {"not-allowed", "UsePAM yes\nAllowUsers root x*\n", NULL, 0, LOGIN_USER_DENIED, "no"},
    {"allowed", "UsePAM yes\nAllowUsers root ?\n", NULL, 1, NULL, "yes"},
    {"allowed-from", "UsePAM yes\nAllowUsers u@10.0.0.1\n", NULL, FACT_UNKNOWN, LOGIN_UNRESOLVED,
     "unknown"},
    {"other-allowed-from", "UsePAM yes\nAllowUsers x@10.0.0.1\n", NULL, 0, LOGIN_USER_DENIED, "no"},
    {"group-denied", "UsePAM yes\nDenyGroups st*\n", NULL, 0, LOGIN_USER_DENIED, "no"},
    {"group-allowed", "UsePAM yes\nAllowGroups staff\n", NULL, 1, NULL, "yes"},
    {"group-not-allowed", "UsePAM yes\nAllowGroups wheel\n", NULL, 0, LOGIN_USER_DENIED, "no"},
    {"locked", "UsePAM no\n", NULL, 0, LOGIN_ACCOUNT_LOCKED, "no"},
    {"no-password", "UsePAM no\n", NULL, 1, NULL, "yes", "u:*:19000::::::\n"},
    {"account-expired", NULL, NULL, 0, LOGIN_ACCOUNT_EXPIRED, "no", "u:*:19000:::::19001:\n"},
    {"account-expires", NULL, NULL, 1, NULL, "yes", "u:*:19000:::::900000:\n"},
    {"password-dead", NULL, NULL, 0, LOGIN_ACCOUNT_EXPIRED, "no", "u:*:10000:0:30:7:10::\n"},
    {"unresolved", "UsePAM yes\nMatch Address 10.0.0.0/8\nPubkeyAuthentication no\n", NULL,
     FACT_UNKNOWN, LOGIN_UNRESOLVED, "unknown"},
    {"bad-config", "Nonsense\n", NULL, FACT_UNKNOWN, LOGIN_UNRESOLVED, "unknown"},
    {"match", "UsePAM yes\nMatch User u\nAuthorizedKeysFile %h/.ssh/authorized_keys none\n", NULL,
     1, NULL, "yes"},
    {"file-writable", NULL, NULL, 0, LOGIN_FILE_MODE, "yes", NULL,
     PROPERTIES({KEYS, 0664, 1000, 1000})},
    {"home-writable", NULL, NULL, 0, LOGIN_FILE_MODE, "yes", NULL,
     PROPERTIES({"/home/u", 0777, 1000, 1000})},
    {"above-home-writable", NULL, NULL, 1, NULL, "yes", NULL, PROPERTIES({"/home", 0777, 0, 0})},
    {"not-strict", "UsePAM yes\nStrictModes no\n", NULL, 1, NULL, "yes", NULL,
     PROPERTIES({KEYS, 0666, 5, 5}, {"/home/u", 0777, 1000, 1000})},
    {"not-readable", "UsePAM yes\nStrictModes no\n", NULL, 0, LOGIN_FILE_MODE, "yes", NULL,
     PROPERTIES({KEYS, 0600, 0, 0})},
    {"not-searchable", NULL, NULL, 0, LOGIN_FILE_MODE, "yes", NULL,
     PROPERTIES({"/home/u/.ssh", 0700, 0, 0})},
    {"readable-by-group", NULL, NULL, 1, NULL, "yes", NULL, PROPERTIES({KEYS, 0640, 0, 50})},
    {"root-owned", NULL, NULL, 1, NULL, "yes", NULL, PROPERTIES({KEYS, 0644, 0, 0})},
    {"other-owner", NULL, NULL, 0, LOGIN_FILE_MODE, "yes", NULL,
     PROPERTIES({KEYS, 0644, 1001, 1001})},
};

static const struct account *
find_account(const struct root *root, const char *name)
{
  for (guint i = 0; i < root->accounts->len; i++) {
    const struct account *account = root->accounts->pdata[i];
    if (strcmp(account->name, name) == 0)
      return account;
  }
  return NULL;
}

static void
test_login(gconstpointer data)
{
  const struct login_case *expected = data;
  g_autoptr(Tree) tree = tree_with_user();
  g_autofree char *line = g_strconcat(expected->line ? expected->line : ED25519, "\n", NULL);

  tree_add_file(tree, KEYS, line);
  if (expected->config)
    tree_add_file(tree, "/etc/ssh/sshd_config", expected->config);
  if (expected->shadow)
    tree_add_file(tree, "/etc/shadow", expected->shadow);
  fake.properties = expected->properties;
  g_autoptr(Root) root = collect(tree);
  fake.properties = NULL;
  g_assert_cmpuint(root->authorized_keys->len, ==, 1);
  const struct authorized_key *key = root->authorized_keys->pdata[0];
  g_assert_cmpstr(key->user, ==, "u");
  g_assert_cmpstr(key->key_file, ==, KEYS);
  g_assert_cmpint(key->line, ==, 1);
  g_assert_cmpstr(key->reason, ==, expected->reason);
  g_assert_cmpint(key->effective, ==, expected->effective);
  g_assert_cmpstr(find_account(root, "u")->login, ==, expected->login);
}

/* Debian's sshd lets the group of the user's own write. */
static void
test_private_group(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, KEYS, ED25519);
  tree_add_file(tree, "/etc/os-release", "ID=debian\n");
  fake.properties = PROPERTIES({KEYS, 0664, 1000, 1000});
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpint(((struct authorized_key *)root->authorized_keys->pdata[0])->effective, ==, 1);
  fake.properties = PROPERTIES({KEYS, 0664, 1000, 0});
  g_autoptr(Root) other = collect(tree);
  fake.properties = NULL;
  g_assert_cmpint(((struct authorized_key *)other->authorized_keys->pdata[0])->effective, ==, 0);
}

static const struct root_case {
  const char *word, *line;
  gint64 effective;
} root_cases[] = {
    {"yes", ED25519, 1},
    {"no", ED25519, 0},
    {"prohibit-password", ED25519, 1},
    {"without-password", ED25519, 1},
    {"forced-commands-only", ED25519, 0},
    {"forced-commands-only", "no-pty,Command=\"x\" " ED25519, 1},
    {"forced-commands-only", "environment=\"A=,command=\" " ED25519, 0},
};

static void
test_root(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(root_cases); i++) {
    g_autoptr(Tree) tree = tree_with_user();
    g_autofree char *config =
        g_strdup_printf("UsePAM yes\nPermitRootLogin %s\n", root_cases[i].word);

    tree_add_file(tree, "/etc/ssh/sshd_config", config);
    tree_add_file(tree, "/root/.ssh/authorized_keys2", root_cases[i].line);
    g_autoptr(Root) root = collect(tree);
    const struct authorized_key *key = root->authorized_keys->pdata[0];
    g_assert_cmpint(key->effective, ==, root_cases[i].effective);
    g_assert_cmpstr(key->key_file, ==, "/root/.ssh/authorized_keys2");
    g_assert_cmpstr(((struct sshd *)root->sshd->pdata[0])->permit_root_login, ==,
                    i == 3 ? "prohibit-password" : root_cases[i].word);
  }
}

static const struct key_source *
find_source(const struct root *root, const char *user, const char *source)
{
  for (guint i = 0; i < root->key_sources->len; i++) {
    const struct key_source *one = root->key_sources->pdata[i];
    if (strcmp(one->user, user) == 0 && strcmp(one->source, source) == 0)
      return one;
  }
  return NULL;
}

static void
test_dynamic_sources(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, "/etc/ssh/sshd_config",
                "UsePAM yes\nAuthorizedKeysCommand /usr/bin/keys %u\nTrustedUserCAKeys /ca\n"
                "AuthorizedPrincipalsFile none\nMatch User u\nAuthorizedPrincipalsFile /p/%u\n"
                "Match Address 10.0.0.0/8\nAuthorizedKeysFile /remote/%u\n");
  tree_add_file(tree, KEYS, ED25519);
  tree_add_file(tree, "/remote/u", ECDSA);
  g_autoptr(Root) root = collect(tree);
  const struct key_source *command =
      find_source(root, "", "AuthorizedKeysCommand /usr/bin/keys %u");
  g_assert_cmpstr(command->state, ==, SOURCE_UNRESOLVED);
  g_assert_cmpstr(command->place, ==, "/etc/ssh/sshd_config:2");
  g_assert_nonnull(find_source(root, "", "TrustedUserCAKeys /ca"));
  g_assert_nonnull(find_source(root, "u", "AuthorizedPrincipalsFile /p/%u"));
  g_assert_null(find_source(root, "root", "AuthorizedPrincipalsFile none"));
  g_assert_cmpstr(find_source(root, "", "AuthorizedKeysFile /remote/%u")->detail, ==,
                  "Match Address 10.0.0.0/8");
  g_assert_cmpuint(root->key_sources->len, ==, 4);
  g_assert_cmpuint(root->authorized_keys->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint(((struct authorized_key *)root->authorized_keys->pdata[i])->effective, ==,
                    FACT_UNKNOWN);
}

static void
test_name_services(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, "/etc/nsswitch.conf", "# passwd: no\npasswd:  files systemd\ngroup: sss\n");
  g_autoptr(Root) own = collect(tree);
  g_assert_cmpuint(own->key_sources->len, ==, 0);
  tree_add_file(tree, "/etc/nsswitch.conf",
                "passwd: files [NOTFOUND=continue SUCCESS=merge] sss ldap # nis\n");
  g_autoptr(Root) foreign = collect(tree);
  g_assert_cmpuint(foreign->key_sources->len, ==, 1);
  g_assert_cmpstr(find_source(foreign, "", "passwd: sss ldap")->place, ==, "/etc/nsswitch.conf:1");
}

static void
test_revoked(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, "/etc/ssh/sshd_config", "UsePAM yes\nRevokedKeys /etc/ssh/revoked\n");
  tree_add_file(tree, KEYS, ED25519 "\n" ECDSA "\n");
  tree_add_file(tree, "/etc/ssh/revoked", "# gone\n " ECDSA " comment\n");
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpstr(((struct authorized_key *)root->authorized_keys->pdata[0])->reason, ==, NULL);
  g_assert_cmpstr(((struct authorized_key *)root->authorized_keys->pdata[1])->reason, ==,
                  LOGIN_REVOKED);
  tree_add_bytes(tree, "/etc/ssh/revoked", "SSHKRL\n\0rest", 12);
  g_autoptr(Root) list = collect(tree);
  g_assert_cmpstr(((struct authorized_key *)list->authorized_keys->pdata[0])->reason, ==,
                  LOGIN_UNRESOLVED);
  g_assert_nonnull(find_source(list, "", "RevokedKeys /etc/ssh/revoked"));
  tree_add_file(tree, "/etc/ssh/sshd_config", "UsePAM yes\nRevokedKeys /nowhere\n");
  g_autoptr(Root) missing = collect(tree);
  g_assert_cmpstr(((struct authorized_key *)missing->authorized_keys->pdata[0])->reason, ==,
                  LOGIN_REVOKED);
}

/* No sshd at all; what lies there lets nobody in. Then one whose program is nowhere to be found. */
static void
test_no_sshd(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/passwd", "u:x:1000:1000::/home/u:/bin/sh\n");
  tree_add_file(tree, "/etc/shadow", "u:*:1::::::\n");
  tree_add_file(tree, "/bin/sh", "");
  tree_add_file(tree, KEYS, ED25519);
  g_autoptr(Root) none = collect(tree);
  g_assert_cmpuint(none->sshd->len, ==, 0);
  g_assert_cmpstr(((struct authorized_key *)none->authorized_keys->pdata[0])->reason, ==,
                  LOGIN_NO_SSHD);
  tree_add_file(tree, "/etc/ssh/sshd_config", "");
  g_autoptr(Root) configured = collect(tree);
  g_assert_cmpuint(configured->sshd->len, ==, 1);
  g_assert_cmpstr(((struct authorized_key *)configured->authorized_keys->pdata[0])->reason, ==,
                  LOGIN_UNRESOLVED);
  tree_add_file(tree, "/usr/sbin/sshd", "");
  g_autoptr(Root) installed = collect(tree);
  g_assert_cmpint(((struct authorized_key *)installed->authorized_keys->pdata[0])->effective, ==,
                  1);
}

static void
test_accounts(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, "/etc/passwd",
                "u:x:1000:1000::/home/u:/bin/none\nv:x:1001:1001::/home/v:\n"
                "service:x:1002:1002::/srv:/usr/sbin/nologin\nno:x:3:3::/:/bin/false\n"
                "\xff:x:4:4::/home/u/../u:/bin/sh\n");
  tree_add_file(tree, "/srv/.ssh/authorized_keys", ED25519);
  tree_add_file(tree, "/usr/sbin/nologin", "");
  fake.properties = PROPERTIES({"/usr/sbin/nologin", 0755, 0, 0}, {"/srv", 0755, 1002, 1002});
  g_autoptr(Root) root = collect(tree);
  fake.properties = NULL;
  g_assert_cmpuint(root->accounts->len, ==, 4);
  g_assert_cmpstr(find_account(root, "u")->reason, ==, LOGIN_SHELL_MISSING);
  g_assert_cmpstr(find_account(root, "u")->password, ==, "locked");
  g_assert_cmpstr(find_account(root, "v")->reason, ==, LOGIN_HOME_MISSING);
  g_assert_cmpstr(find_account(root, "service")->login, ==, "yes");
  g_assert_null(find_account(root, "no"));
  g_assert_nonnull(find_account(root, "\xef\xbf\xbd"));
  g_assert_cmpint(((struct authorized_key *)root->authorized_keys->pdata[0])->effective, ==, 1);
}

/* Links inside the guest are followed; a loop is no file, and neither is a directory. */
static void
test_links(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_link(tree, KEYS, "../../../keys/u");
  tree_add_file(tree, "/keys/u", ED25519);
  tree_add_link(tree, "/root/.ssh", ".ssh");
  tree_add_directory(tree, "/home/u/.ssh/authorized_keys2");
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpuint(root->authorized_keys->len, ==, 1);
  const struct authorized_key *key = root->authorized_keys->pdata[0];
  g_assert_cmpstr(key->key_file, ==, KEYS);
  g_assert_cmpint(key->effective, ==, 1);
  g_assert_cmpstr(find_source(root, "u", "/home/u/.ssh/authorized_keys2")->state, ==,
                  KEY_FILE_NOT_REGULAR);
  g_assert_cmpuint(root->key_sources->len, ==, 1);
}

/* An agent reads files, and tells nothing of them. */
static void
test_files_only(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, KEYS, ED25519);
  fake.files_only = true;
  g_autoptr(Root) root = collect(tree);
  fake.files_only = false;
  const struct authorized_key *key = root->authorized_keys->pdata[0];
  g_assert_cmpint(key->effective, ==, FACT_UNKNOWN);
  g_assert_cmpstr(key->reason, ==, LOGIN_UNKNOWN_MODE);
  g_assert_cmpint(((struct sshd *)root->sshd->pdata[0])->enabled, ==, FACT_UNKNOWN);
  g_assert_cmpstr(find_account(root, "u")->login, ==, "unknown");
}

/* Equal lines are told apart, moved ones are not. */
static void
test_entries(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, KEYS, ED25519 " a\n\n" ED25519 " b\nno-pty " ED25519 "\nx\n");
  g_autoptr(Root) root = collect(tree);
  GPtrArray *keys = root->authorized_keys;
  g_assert_cmpuint(keys->len, ==, 4);
  const char *first = ((struct authorized_key *)keys->pdata[0])->entry;
  g_autofree char *second = g_strconcat(first, " #2", NULL);
  g_assert_cmpstr(((struct authorized_key *)keys->pdata[1])->entry, ==, second);
  g_assert_true(g_str_has_prefix(((struct authorized_key *)keys->pdata[2])->entry, first));
  g_assert_cmpstr(((struct authorized_key *)keys->pdata[3])->entry, ==, "line 5");
  g_assert_cmpint(((struct authorized_key *)keys->pdata[1])->line, ==, 3);
}

/* Files that a guest makes lead to its hashes: nothing of them becomes a fact. */
static void
test_secrets(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, "/etc/shadow", "root:$6$CANARY:1::::::\nu:CANARY CANARY:1:::::CANARY:\n");
  tree_add_file(tree, "/etc/ssh/sshd_config",
                "UsePAM yes\nInclude ../shadow\nRevokedKeys /etc/shadow\n"
                "AuthorizedKeysFile /etc/shadow .ssh/authorized_keys\n");
  tree_add_link(tree, KEYS, "/etc/shadow");
  g_autoptr(Root) root = collect(tree);
  g_autofree char *text = shape_to_text(&root_shape, root);
  g_assert_cmpuint(root->authorized_keys->len, >, 2);
  g_assert_null(strstr(text, "CANARY"));
}

static char *
repeat(const char *line, guint count)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < count; i++)
    g_string_append(text, line);
  return g_string_free(text, FALSE);
}

static void
test_many_keys(void)
{
  g_autoptr(Tree) tree = tree_with_user();
  g_autofree char *all = repeat(ED25519 "\n", KEYS_MAX);

  tree_add_file(tree, "/etc/ssh/sshd_config", "UsePAM yes\nAuthorizedKeysFile /keys\n");
  tree_add_file(tree, "/etc/passwd", "u:x:1000:1000::/home/u:/bin/sh\n");
  tree_add_file(tree, "/keys", all);
  g_autoptr(Root) exact = collect(tree);
  g_assert_cmpuint(exact->authorized_keys->len, ==, KEYS_MAX);
  g_assert_null(exact->marks);
  g_autofree char *more = g_strconcat(all, ECDSA "\n", NULL);
  tree_add_file(tree, "/keys", more);
  g_autoptr(Root) cut = collect(tree);
  g_assert_cmpuint(cut->authorized_keys->len, ==, KEYS_MAX);
  g_assert_cmpstr(find_source(cut, "u", "/keys")->state, ==, KEY_FILE_TRUNCATED);
}

static void
test_line_lengths(void)
{
  g_autoptr(Tree) tree = tree_with_user();
  g_autofree char *comment = g_strnfill(KEY_LINE_MAX - strlen(ED25519 " "), 'c');
  g_autofree char *text =
      g_strconcat(ED25519 " ", comment, "\n", ED25519 " c", comment, "\n", NULL);

  tree_add_file(tree, KEYS, text);
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpuint(root->authorized_keys->len, ==, 2);
  g_assert_cmpint(((struct authorized_key *)root->authorized_keys->pdata[0])->effective, ==, 1);
  g_assert_cmpstr(((struct authorized_key *)root->authorized_keys->pdata[1])->reason, ==,
                  LOGIN_LINE_TOO_LONG);
  g_assert_cmpstr(find_source(root, "u", KEYS)->state, ==, KEY_FILE_TRUNCATED);
}

static void
test_file_sizes(void)
{
  g_autoptr(Tree) tree = tree_with_user();
  g_autofree char *fill = g_strnfill((1 << 20) - strlen(ED25519 "\n#\n"), 'c');
  g_autofree char *fits = g_strconcat("#", fill, "\n" ED25519 "\n", NULL);
  g_autofree char *more = g_strconcat("#c", fill, "\n" ED25519 "\n", NULL);

  tree_add_file(tree, KEYS, fits);
  g_autoptr(Root) whole = collect(tree);
  g_assert_cmpuint(whole->authorized_keys->len, ==, 1);
  tree_add_file(tree, KEYS, more);
  g_autoptr(Root) cut = collect(tree);
  g_assert_cmpuint(cut->authorized_keys->len, ==, 0);
  g_assert_cmpstr(find_source(cut, "u", KEYS)->state, ==, KEY_FILE_TRUNCATED);
}

static void
test_enabled(void)
{
  g_autoptr(Tree) tree = tree_with_user();

  tree_add_file(tree, "/usr/lib/systemd/systemd", "");
  g_autoptr(Root) off = collect(tree);
  g_assert_cmpint(((struct sshd *)off->sshd->pdata[0])->enabled, ==, 0);
  tree_add_link(tree, "/etc/systemd/system/multi-user.target.wants/ssh.service", "/x");
  g_autoptr(Root) on = collect(tree);
  g_assert_cmpint(((struct sshd *)on->sshd->pdata[0])->enabled, ==, 1);
  tree_add_link(tree, "/etc/systemd/system/ssh.service", "/dev/null");
  g_autoptr(Root) masked = collect(tree);
  g_assert_cmpint(((struct sshd *)masked->sshd->pdata[0])->enabled, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(login_cases); i++) {
    g_autofree char *name = g_strconcat("/logins/key/", login_cases[i].name, NULL);
    g_test_add_data_func(name, &login_cases[i], test_login);
  }
  g_test_add_func("/logins/private-group", test_private_group);
  g_test_add_func("/logins/root", test_root);
  g_test_add_func("/logins/dynamic-sources", test_dynamic_sources);
  g_test_add_func("/logins/name-services", test_name_services);
  g_test_add_func("/logins/revoked", test_revoked);
  g_test_add_func("/logins/no-sshd", test_no_sshd);
  g_test_add_func("/logins/accounts", test_accounts);
  g_test_add_func("/logins/links", test_links);
  g_test_add_func("/logins/files-only", test_files_only);
  g_test_add_func("/logins/entries", test_entries);
  g_test_add_func("/logins/secrets", test_secrets);
  g_test_add_func("/logins/many-keys", test_many_keys);
  g_test_add_func("/logins/line-lengths", test_line_lengths);
  g_test_add_func("/logins/file-sizes", test_file_sizes);
  g_test_add_func("/logins/enabled", test_enabled);
  return g_test_run();
}
