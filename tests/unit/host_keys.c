/* SPDX-License-Identifier: Apache-2.0 */
/* The host keys of a guest, made by the real ssh-keygen, and what may be wrong with them. */
#include "facts/guest.h"
#include "guest/collect.h"
#include "guest/collectors.h"
#include "guest/directory.h"
#include "tests/unit/ssh_keys.h"
#include "tests/unit/tree.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG "/etc/ssh/sshd_config"
#define KEY    "/etc/ssh/ssh_host_ed25519_key"

static void
run_in(struct tree *tree, const char *script)
{
  g_autofree char *whole = g_strdup_printf("set -e; cd '%s'; %s", tree->path, script);
  const char *argv[] = {"sh", "-c", whole, NULL};
  g_autoptr(GError) error = NULL;
  int status;

  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
               NULL, NULL, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_cmpint(status, ==, 0);
}

/* A guest with one Ed25519 key in its usual place; NULL without ssh-keygen. */
static struct tree *
new_guest(void)
{
  if (!scratch_has_tools("ssh-keygen", NULL))
    return NULL;
  struct tree *tree = tree_new();

  tree_add_directory(tree, "/etc/ssh");
  run_in(tree, "ssh-keygen -q -t ed25519 -N '' -C root@guest -f ." KEY);
  return tree;
}

static struct host_key *
find(struct root *root, const char *path)
{
  for (guint i = 0; i < root->host_keys->len; i++) {
    struct host_key *key = root->host_keys->pdata[i];

    if (strcmp(key->path, path) == 0)
      return key;
  }
  g_error("no host key %s", path);
}

static struct host_key *
only(struct root *root)
{
  g_assert_cmpuint(root->host_keys->len, ==, 1);
  return root->host_keys->pdata[0];
}

static void
assert_octets(GBytes *octets, const char *expected)
{
  gsize length = 0;
  const char *bytes = octets ? g_bytes_get_data(octets, &length) : NULL;

  g_assert_true((octets != NULL) == (expected != NULL));
  if (expected)
    g_assert_cmpmem(bytes, length, expected, strlen(expected));
}

static void
assert_sound(struct root *root)
{
  g_autoptr(GError) error = NULL;

  shape_check(&root_shape, root, &error);
  g_assert_no_error(error);
}

/* What `ssh-keygen -A` makes, as `ssh-keygen -l` shows it. */
static void
test_defaults(void)
{
  g_autoptr(Tree) tree = new_guest();
  g_autofree char *listed = NULL;

  if (!tree)
    return;
  run_in(tree, "ssh-keygen -A -f . >/dev/null; cd etc/ssh;"
               "for key in *_key; do ssh-keygen -l -f $key; done >listed");
  g_autoptr(Root) root = tree_collect(tree);
  g_autofree char *file = tree_host_path(tree, "/etc/ssh/listed");
  g_assert_true(g_file_get_contents(file, &listed, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(g_strchomp(listed), "\n", -1);
  g_assert_cmpuint(root->host_keys->len, ==, g_strv_length(lines));
  g_assert_cmpuint(root->host_keys->len, >=, 3);
  for (guint i = 0; i < root->host_keys->len; i++) {
    struct host_key *key = root->host_keys->pdata[i];
    g_autofree char *summary =
        g_strdup_printf("%" G_GINT64_FORMAT " %s ", key->bits, key->fingerprint);

    g_assert_nonnull(strstr(listed, summary));
    g_assert_cmpstr(key->state, ==, KEY_FILE_OK);
    g_assert_cmpstr(key->public_state, ==, PUBLIC_MATCHES);
    g_assert_cmpint(key->configured, ==, 0);
    g_assert_cmpint(key->has_private, ==, 1);
    g_assert_cmpint(key->safe, ==, geteuid() == 0);
    g_assert_cmpint(key->mode, ==, 0600);
  }
  assert_octets(find(root, KEY)->comment, "root@guest");
  assert_sound(root);
}

static void
test_no_sshd(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(Root) root = tree_collect(tree);

  g_assert_cmpuint(root->host_keys->len, ==, 0);
}

static void
test_configured(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  tree_add_file(tree, CONFIG,
                "HostKey /etc/ssh/other\nhostkey /etc/ssh/gone\n"
                "HostKey /etc/ssh/other\n");
  run_in(tree, "cp ." KEY " etc/ssh/other");
  g_autoptr(Root) root = tree_collect(tree);
  struct host_key *other = find(root, "/etc/ssh/other"), *gone = find(root, "/etc/ssh/gone");
  g_assert_cmpuint(root->host_keys->len, ==, 2);
  g_assert_cmpstr(other->state, ==, KEY_FILE_OK);
  g_assert_cmpstr(other->public_state, ==, KEY_FILE_MISSING);
  g_assert_cmpint(other->configured, ==, 1);
  g_assert_cmpstr(gone->state, ==, KEY_FILE_MISSING);
  g_assert_cmpint(gone->has_private, ==, 0);
  g_assert_cmpint(gone->mode, ==, FACT_UNKNOWN);
  g_assert_cmpint(gone->safe, ==, FACT_UNKNOWN);
}

static const struct state_case {
  const char *name;
  const char *script; /* what is done to the key */
  const char *state, *public_state;
  gint64 has_private;
  bool has_key;
} state_cases[] = {
    {"ok", ":", KEY_FILE_OK, PUBLIC_MATCHES, 1, true},
    {"empty", ": >." KEY, KEY_FILE_EMPTY, NULL, 0, true},
    {"empty-both", ": >." KEY "; : >." KEY ".pub", KEY_FILE_EMPTY, KEY_FILE_EMPTY, 0, false},
    {"truncated", "truncate -s 200 ." KEY, KEY_FILE_TRUNCATED, NULL, 0, true},
    {"zeros", "truncate -s 0 ." KEY "; truncate -s 400 ." KEY, KEY_FILE_MALFORMED, NULL, 0, true},
    {"too-large", "truncate -s 2M ." KEY, KEY_FILE_TRUNCATED, PUBLIC_MATCHES, 1, true},
    {"directory", "rm ." KEY "; mkdir ." KEY, KEY_FILE_NOT_REGULAR, NULL, 0, true},
    {"fifo", "rm ." KEY "; mkfifo ." KEY, KEY_FILE_NOT_REGULAR, NULL, 0, true},
    {"dangling", "rm ." KEY "; ln -s nowhere ." KEY, KEY_FILE_MISSING, NULL, 0, true},
    {"only-public", "rm ." KEY, KEY_FILE_MISSING, NULL, 0, true},
    {"encrypted", "ssh-keygen -q -p -P '' -N canary -f ." KEY, KEY_FILE_ENCRYPTED, PUBLIC_MATCHES,
     1, true},
    {"public-gone", "rm ." KEY ".pub", KEY_FILE_OK, KEY_FILE_MISSING, 1, true},
    {"public-differs", "ssh-keygen -q -t ed25519 -N '' -f x; mv x.pub ." KEY ".pub", KEY_FILE_OK,
     PUBLIC_DIFFERS, 1, true},
    {"public-damaged", "echo ssh-ed25519 AAAA >." KEY ".pub", KEY_FILE_OK, KEY_FILE_TRUNCATED, 1,
     true},
    {"public-is-private", "cp ." KEY " ." KEY ".pub", KEY_FILE_OK, KEY_FILE_MALFORMED, 1, true},
    {"public-after-comment", "sed -i '1i # ours\\n\\nhello' ." KEY ".pub", KEY_FILE_OK,
     PUBLIC_MATCHES, 1, true},
    {"pem", "rm ." KEY "*; ssh-keygen -q -t rsa -m PEM -N '' -f ." KEY, KEY_FILE_OK, PUBLIC_MATCHES,
     1, true},
    {"pem-encrypted", "rm ." KEY "*; ssh-keygen -q -t rsa -m PEM -N canary -f ." KEY,
     KEY_FILE_ENCRYPTED, NULL, 1, true},
};

static void
test_state(gconstpointer data)
{
  const struct state_case *expected = data;
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  run_in(tree, expected->script);
  g_autoptr(Root) root = tree_collect(tree);
  struct host_key *key = only(root);
  g_assert_cmpstr(key->state, ==, expected->state);
  g_assert_cmpstr(key->public_state, ==, expected->public_state);
  g_assert_cmpint(key->has_private, ==, expected->has_private);
  g_assert_true((key->fingerprint != NULL) == expected->has_key);
  assert_sound(root);
}

static const struct mode_case {
  const char *name, *script;
  bool safe;
} mode_cases[] = {
    {"0400", "chmod 0400 ." KEY, true},
    {"0640", "chmod 0640 ." KEY, false},
    {"0604", "chmod 0604 ." KEY, false},
    {"fedora", "chmod 0640 ." KEY "; echo ssh_keys:x:$(id -g): >etc/group", true},
    {"fedora-writable", "chmod 0660 ." KEY "; echo ssh_keys:x:$(id -g): >etc/group", false},
    {"other-group", "chmod 0640 ." KEY "; echo keys:x:$(id -g): >etc/group", false},
};

static void
test_mode(gconstpointer data)
{
  const struct mode_case *expected = data;
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  run_in(tree, expected->script);
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpint(only(root)->safe, ==, expected->safe && geteuid() == 0);
}

static void
test_agent(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  tree_add_file(tree, CONFIG, "HostKey " KEY ".pub\nHostKeyAgent /run/agent\n");
  g_autoptr(Root) root = tree_collect(tree);
  struct host_key *key = only(root);
  g_assert_cmpstr(key->state, ==, KEY_FILE_OK);
  g_assert_cmpint(key->has_private, ==, 0);
  g_assert_nonnull(key->fingerprint);
  g_assert_null(key->public_state);
  g_assert_nonnull(strstr(key->detail, "agent"));
  assert_octets(key->comment, "root@guest");
}

/* Whatever a path is made of. */
static void
test_paths(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  g_autofree char *name = g_strnfill(5000, 'a');
  g_autofree char *config = g_strdup_printf("HostKey etc/ssh/ssh_host_ed25519_key\n"
                                            "HostKey ~/key\nHostKey ~nobody/key\n"
                                            "HostKey /etc/ssh/\xff\xfekey\nHostKey /%s\n"
                                            "HostKey /etc/ssh/../ssh/ssh_host_ed25519_key\n"
                                            "HostKey none\nHostKey /proc/self/mem\nHostKey /\n",
                                            name);
  tree_add_file(tree, CONFIG, config);
  run_in(tree,
         "mkdir root; cp ." KEY " root/key; cp ." KEY " \"etc/ssh/$(printf '\\377\\376key')\"");
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpuint(root->host_keys->len, ==, 9);
  g_assert_cmpstr(find(root, KEY)->state, ==, KEY_FILE_OK);
  g_assert_cmpstr(find(root, "/root/key")->state, ==, KEY_FILE_OK);
  g_assert_cmpstr(find(root, "~nobody/key")->state, ==, KEY_FILE_UNREADABLE);
  g_assert_cmpstr(find(root, "/etc/ssh/\xef\xbf\xbd\xef\xbf\xbd"
                             "key")
                      ->state,
                  ==, KEY_FILE_OK);
  g_assert_cmpstr(find(root, "/none")->state, ==, KEY_FILE_MISSING);
  g_assert_cmpstr(find(root, "/proc/self/mem")->state, ==, KEY_FILE_MISSING);
  g_assert_cmpstr(find(root, "/")->state, ==, KEY_FILE_NOT_REGULAR);
  assert_sound(root);
}

static void
test_too_many(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(GString) config = g_string_new(NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf(config, "HostKey /key%u\n", i);
  tree_add_file(tree, CONFIG, config->str);
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpuint(root->host_keys->len, ==, 64);
  g_assert_cmpstr(root->marks, ==, MARK_TRUNCATED);
}

#define CERTIFY "ssh-keygen -q -t ed25519 -N '' -f ca; ssh-keygen -q -s ca -I 'the id' "

static void
test_certificate(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  tree_add_file(tree, CONFIG,
                "HostCertificate " KEY "-cert.pub\nHostCertificate /gone\n"
                "HostKey /first\nHostKey " KEY "\n");
  run_in(tree, "export TZ=UTC;" CERTIFY "-h -n a.example,b -V 20300101000000:20310101000000 ." KEY
               ".pub; ssh-keygen -l -f ca | cut -d ' ' -f 2 >authority");
  g_autoptr(Root) root = tree_collect(tree);
  struct host_key *key = find(root, KEY), *other = find(root, "/first");
  g_autofree char *file = tree_host_path(tree, "/authority"), *authority = NULL;
  g_assert_true(g_file_get_contents(file, &authority, NULL, NULL));
  g_assert_cmpstr(key->certificate, ==, KEY "-cert.pub");
  g_assert_cmpstr(key->certificate_state, ==, PUBLIC_MATCHES);
  g_assert_cmpstr(key->authority, ==, g_strchomp(authority));
  assert_octets(key->certificate_id, "the id");
  assert_octets(key->principals, "a.example,b");
  g_assert_cmpint(key->valid_after, ==, 1893456000);
  g_assert_cmpint(key->valid_before, ==, 1924992000);
  g_assert_null(key->detail);
  g_assert_cmpstr(other->certificate, ==, "/gone");
  g_assert_cmpstr(other->certificate_state, ==, KEY_FILE_MISSING);
  assert_sound(root);
}

static void
test_certificate_of_another(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  tree_add_file(tree, CONFIG, "HostCertificate /other-cert.pub\nHostKey " KEY "\n");
  run_in(tree, "ssh-keygen -q -t ed25519 -N '' -f other;" CERTIFY "other.pub");
  g_autoptr(Root) root = tree_collect(tree);
  struct host_key *key = only(root);
  g_assert_cmpstr(key->certificate_state, ==, PUBLIC_DIFFERS);
  g_assert_cmpstr(key->detail, ==, "its certificate is one of a user");
  g_assert_null(key->principals);
  g_assert_cmpint(key->valid_before, ==, FACT_UNKNOWN);
}

static void
test_certificate_that_is_none(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  tree_add_file(tree, CONFIG, "HostCertificate " KEY ".pub\n");
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpstr(only(root)->certificate_state, ==, KEY_FILE_MALFORMED);
}

/* A road that only reads files, as through an agent. */
struct plain_road {
  struct road road;
  struct road *inner;
};

static GBytes *
plain_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  struct road *inner = ((struct plain_road *)road)->inner;

  return inner->ops->read_file(inner, path, max, error);
}

static bool
plain_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
           GError **error)
{
  (void)road, (void)path, (void)follow, (void)ret_stat;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "no such question");
  return false;
}

static GBytes *
plain_readlink(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "no such question");
  return NULL;
}

static GPtrArray *
plain_list(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "no such question");
  return NULL;
}

static void
test_plain_road(void)
{
  static const struct road_ops ops = {plain_read_file, plain_stat, plain_readlink, plain_list,
                                      NULL};
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  g_autoptr(Road) inner = directory_open(tree->fd, NULL);
  struct plain_road plain = {.road.ops = &ops, .inner = inner};
  g_autoptr(Root) root = root_new();
  tree_add_file(tree, CONFIG, "Include /etc/ssh/sshd_config.d/*.conf\n");
  collectors_run(&plain.road, root);
  struct host_key *key = only(root);
  g_assert_cmpstr(key->state, ==, KEY_FILE_OK);
  g_assert_cmpstr(key->public_state, ==, PUBLIC_MATCHES);
  g_assert_cmpint(key->has_private, ==, 1);
  g_assert_cmpint(key->safe, ==, FACT_UNKNOWN);
  g_assert_cmpint(key->mode, ==, FACT_UNKNOWN);
  g_assert_cmpint(key->uid, ==, FACT_UNKNOWN);
  g_assert_cmpint(key->modified_at, ==, FACT_UNKNOWN);
}

static GPtrArray *paths_read;

static GBytes *
noting_read_file(struct road *road, const char *path, gsize max, GError **error)
{
  g_ptr_array_add(paths_read, g_strdup(path));
  return plain_read_file(road, path, max, error);
}

static bool
inner_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
           GError **error)
{
  struct road *inner = ((struct plain_road *)road)->inner;

  return inner->ops->stat(inner, path, follow, ret_stat, error);
}

static GPtrArray *
inner_list(struct road *road, const char *path, GError **error)
{
  struct road *inner = ((struct plain_road *)road)->inner;

  return inner->ops->list(inner, path, error);
}

static guint
count_reads(const char *path)
{
  guint count = 0;

  for (guint i = 0; i < paths_read->len; i++)
    count += strcmp(paths_read->pdata[i], path) == 0;
  return count;
}

/*
 * The configuration is read once for all facts, and no default key that its folder does not list.
 */
static void
test_reads(void)
{
  static const struct road_ops ops = {noting_read_file, inner_stat, plain_readlink, inner_list,
                                      NULL};
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  g_autoptr(Road) inner = directory_open(tree->fd, NULL);
  struct plain_road noting = {.road.ops = &ops, .inner = inner};
  g_autoptr(Root) root = root_new();
  tree_add_file(tree, CONFIG, "UsePAM yes\n");
  paths_read = g_ptr_array_new_with_free_func(g_free);
  ssh_collect(&noting.road, root);
  g_assert_cmpstr(only(root)->state, ==, KEY_FILE_OK);
  g_assert_cmpuint(count_reads(CONFIG), ==, 1);
  g_assert_cmpuint(count_reads(KEY), ==, 1);
  g_assert_cmpuint(count_reads("/etc/ssh/ssh_host_rsa_key"), ==, 0);
  g_assert_cmpuint(count_reads("/etc/ssh/ssh_host_rsa_key.pub"), ==, 0);
  g_clear_pointer(&paths_read, g_ptr_array_unref);
}

/* Nothing of what is only in the private half is in any fact. */
static void
test_secret(void)
{
  g_autoptr(Tree) tree = new_guest();

  if (!tree)
    return;
  g_autofree char *file = tree_host_path(tree, KEY), *secret = NULL;
  g_assert_true(g_file_get_contents(file, &secret, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(secret, "\n", -1);
  g_autoptr(Root) root = tree_collect(tree);
  g_autofree char *text = shape_to_text(&root_shape, root);
  g_assert_nonnull(strstr(text, only(root)->fingerprint));
  for (guint i = 0; lines[i]; i++)
    g_assert_true(lines[i][0] == '\0' || !strstr(text, lines[i]));
}

#define ADD_CASES(prefix, cases, test)                                                             \
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                \
    g_autofree char *path = g_strconcat(prefix, cases[i].name, NULL);                              \
    g_test_add_data_func(path, &cases[i], test);                                                   \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/host-keys/defaults", test_defaults);
  g_test_add_func("/host-keys/no-sshd", test_no_sshd);
  g_test_add_func("/host-keys/configured", test_configured);
  ADD_CASES("/state/", state_cases, test_state)
  ADD_CASES("/mode/", mode_cases, test_mode)
  g_test_add_func("/host-keys/agent", test_agent);
  g_test_add_func("/host-keys/paths", test_paths);
  g_test_add_func("/host-keys/too-many", test_too_many);
  g_test_add_func("/certificate/matches", test_certificate);
  g_test_add_func("/certificate/of-another", test_certificate_of_another);
  g_test_add_func("/certificate/none", test_certificate_that_is_none);
  g_test_add_func("/road/plain", test_plain_road);
  g_test_add_func("/road/reads", test_reads);
  g_test_add_func("/secret", test_secret);
  return g_test_run();
}
