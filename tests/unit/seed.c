/* SPDX-License-Identifier: Apache-2.0 */
/* Seeds of NoCloud, and what becomes of them as facts: of everything, and of no secret. */
#include "guest/cloud/seed.h"

#include "facts/guest.h"
#include "guest/cloud/seeds.h"
#include "guest/directory.h"
#include "guest/text.h"
#include "tests/unit/tree.h"

#include <string.h>

#define KEY_A "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti a@x"
#define KEY_B "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f b@x"

/* Read a seed directory, or with `instance` that of an instance. */
static struct seed *
read_seed(struct tree *tree, const char *folder, bool instance)
{
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  g_autoptr(GError) error = NULL;
  struct seed *seed = instance ? seed_read_instance(road, folder, "instance here")
                               : seed_read(road, folder, "directory here");

  if (!seed)
    return NULL;
  shape_check(&seed_shape, seed, &error);
  g_assert_no_error(error);
  return seed;
}

/* "NAME:PASSWORD LOCKED SYSTEM GROUPS SHELL" of each user, '-' for what nobody said. */
static char *
users_of(const struct seed *seed)
{
  static const char *const truth[] = {"-", "no", "yes"};
  GString *all = g_string_new(NULL);

  for (guint i = 0; i < seed->users->len; i++) {
    const struct seed_user *user = seed->users->pdata[i];
    g_string_append_printf(all, "%s:%s %s %s %s %s\n", user->name, truth[user->has_password + 1],
                           truth[user->lock_passwd + 1], truth[user->is_system + 1],
                           user->groups ? user->groups : "-", user->shell ? user->shell : "-");
  }
  return g_string_free(all, FALSE);
}

/* "USER COMMENT" of each key. */
static char *
keys_of(const struct seed *seed)
{
  GString *all = g_string_new(NULL);

  for (guint i = 0; i < seed->keys->len; i++) {
    const struct seed_key *key = seed->keys->pdata[i];
    struct text comment = key->comment ? text_of(key->comment) : (struct text){"-", 1};
    g_string_append_printf(all, "%s %.*s\n", key->user, (int)comment.length, comment.at);
  }
  return g_string_free(all, FALSE);
}

static struct seed *
seed_of(const char *meta_data, const char *user_data)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/seed/meta-data", meta_data);
  tree_add_file(tree, "/seed/user-data", user_data);
  return read_seed(tree, "/seed", false);
}

/* As virt-install 4.1 writes it for --cloud-init with all that it can be told (cloudinit.py). */
static void
test_virt_install(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/meta-data", "");
  tree_add_file(tree, "/user-data",
                "#cloud-config\n"
                "chpasswd:\n  list: |\n    root:CANARY\n  expire: True\n"
                "users:\n  - name: root\n    ssh-authorized-keys:\n      - " KEY_A "\n"
                "  - ssh-authorized-keys: " KEY_B "\n"
                "runcmd:\n- echo \"Disabled by virt-install\" > "
                "/etc/cloud/cloud-init.disabled\n");
  g_autoptr(Seed) seed = read_seed(tree, "/", false);
  g_autofree char *users = users_of(seed), *keys = keys_of(seed);

  g_assert_cmpstr(seed->detail, ==, NULL);
  g_assert_cmpstr(seed->status, ==, CLOUD_OK);
  g_assert_cmpstr(seed->place, ==, "directory here");
  g_assert_cmpstr(seed->parts, ==, "text/cloud-config");
  g_assert_cmpstr(seed->secrets, ==, "chpasswd.list runcmd");
  g_assert_null(seed->instance_id);
  g_assert_cmpstr(users, ==, "root:yes - - - -\ndefault:- - - - -\n");
  g_assert_cmpstr(keys, ==, "root a@x\ndefault b@x\n");
}

static void
test_whole(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/seed/meta-data", "instance-id: i-42\nlocal-hostname: web.example.org\n");
  tree_add_file(tree, "/seed/user-data",
                "#cloud-config\nfqdn: web.example.net\nssh_deletekeys: 0\npreserve_hostname: "
                "false\npackages: [vim]\nlocale: C.UTF-8\nssh_authorized_keys:\n- " KEY_A "\n");
  tree_add_file(tree, "/seed/vendor-data",
                "#cloud-config\nhostname: vendor\nssh_deletekeys: true\nusers: [default, op]\n");
  tree_add_file(tree, "/seed/network-config",
                "version: 2\nethernets:\n  eth0: {dhcp4: true}\n  eth1: {dhcp4: true}\n");
  g_autoptr(Seed) seed = read_seed(tree, "/seed", false);
  g_autofree char *users = users_of(seed), *keys = keys_of(seed);

  g_assert_cmpstr(seed->status, ==, CLOUD_OK);
  g_assert_cmpstr(seed->detail, ==, NULL);
  g_assert_cmpstr(seed->instance_id, ==, "i-42");
  g_assert_cmpstr(seed->hostname, ==, "vendor");
  g_assert_cmpint(seed->ssh_deletekeys, ==, 0);
  g_assert_cmpint(seed->preserve_hostname, ==, 0);
  g_assert_cmpstr(seed->sets, ==, "network packages users ssh-keys locale hostname");
  g_assert_cmpstr(seed->network, ==, "2: eth0 eth1");
  g_assert_cmpstr(users, ==, "default:- - - - -\nop:- - - - -\n");
  g_assert_cmpstr(keys, ==, "default a@x\n");
}

static const struct user_case {
  const char *name, *config, *users, *keys;
} user_cases[] = {
    {"list",
     "users:\n- default\n- name: bob\n  groups: adm, sudo\n  system: true\n  lock_passwd: false\n"
     "  shell: /bin/sh\n  hashed_passwd: $6$CANARY\n- name: eve\n  groups: [a, b]\n"
     "  ssh-authorized-keys: [" KEY_B "]\n",
     "default:- - - - -\nbob:yes no yes adm,sudo /bin/sh\neve:- - - a,b -\n", "eve b@x\n"},
    {"mapping", "users:\n  bob: true\n  eve: false\n  joe: {plain_text_passwd: CANARY}\n",
     "bob:- - - - -\njoe:yes - - - -\n", ""},
    {"text", "users: bob, eve\n", "bob:- - - - -\neve:- - - - -\n", ""},
    {"nested-list", "users: [[bob, eve], 'joe,sue']\n",
     "bob:- - - - -\neve:- - - - -\njoe:- - - - -\nsue:- - - - -\n", ""},
    {"twice", "users: [{name: bob, shell: /a}, {name: bob, shell: /b, groups: g}]\n",
     "bob:- - - g /a\n", ""},
    {"top-level", "ssh_authorized_keys: [" KEY_A ", " KEY_A "]\n", "", "default a@x\n"},
    {"no-default", "users: [bob]\nssh_authorized_keys: [" KEY_A "]\n", "bob:- - - - -\n", ""},
    {"root-too", "disable_root: 0\nssh_authorized_keys: [" KEY_A "]\n", "",
     "default a@x\nroot a@x\n"},
    {"old-user", "user: {name: bob, shell: /bin/sh}\nssh_authorized_keys: [" KEY_A "]\n",
     "bob:- - - - /bin/sh\n", "bob a@x\n"},
    {"password", "users: [default, bob]\npassword: CANARY\n",
     "default:yes - - - -\nbob:- - - - -\n", ""},
    {"chpasswd-text", "users: [bob, eve]\nchpasswd: {list: \"bob:CANARY\\nroot:CANARY\\n\"}\n",
     "bob:yes - - - -\neve:- - - - -\n", ""},
    {"chpasswd-list", "users: [bob]\nchpasswd: {list: ['bob:CANARY']}\n", "bob:yes - - - -\n", ""},
    {"chpasswd-users", "users: [bob]\nchpasswd: {users: [{name: bob, password: CANARY}]}\n",
     "bob:yes - - - -\n", ""},
    {"empty-password", "users: [{name: bob, passwd: ''}]\n", "bob:no - - - -\n", ""},
    {"keys-as-text", "users: [{name: bob, ssh_authorized_keys: \"" KEY_A "\\n" KEY_B "\"}]\n",
     "bob:- - - - -\n", "bob a@x\nbob b@x\n"},
    {"keys-as-mapping", "users: [{name: bob, ssh_authorized_keys: {x: " KEY_A "}}]\n",
     "bob:- - - - -\n", "bob a@x\n"},
    {"key-with-options", "ssh_authorized_keys: ['from=\"10.0.0.1\" " KEY_A "']\n", "",
     "default a@x\n"},
    {"no-key", "ssh_authorized_keys: [CANARY]\n", "", "default -\n"},
};

static void
test_users(gconstpointer data)
{
  const struct user_case *expected = data;
  g_autofree char *text = g_strconcat("#cloud-config\n", expected->config, NULL);
  g_autoptr(Seed) seed = seed_of("instance-id: i\n", text);
  g_autofree char *users = users_of(seed), *keys = keys_of(seed);

  g_assert_cmpstr(seed->detail, ==, NULL);
  g_assert_cmpstr(users, ==, expected->users);
  g_assert_cmpstr(keys, ==, expected->keys);
}

static const struct public_case {
  const char *name, *meta_data, *keys;
} public_cases[] = {
    {"list", "public-keys: [" KEY_A ", " KEY_B "]\n", "default a@x\ndefault b@x\n"},
    {"text", "public-keys: |\n  " KEY_A "\n  " KEY_B "\n", "default a@x\ndefault b@x\n"},
    {"mapping-of-texts", "public-keys: {one: " KEY_A "}\n", "default a@x\n"},
    {"mapping-of-lists", "public-keys: {one: [" KEY_A ", ''], two: [" KEY_B "]}\n",
     "default a@x\ndefault b@x\n"},
    {"json", "{\"instance-id\": \"i\", \"public-keys\": [\"" KEY_A "\"]}", "default a@x\n"},
    {"nobody", "public-keys:\n", ""},
};

static void
test_public_keys(gconstpointer data)
{
  const struct public_case *expected = data;
  g_autoptr(Seed) seed = seed_of(expected->meta_data, "");
  g_autofree char *keys = keys_of(seed);

  g_assert_cmpstr(seed->detail, ==, NULL);
  g_assert_cmpstr(keys, ==, expected->keys);
}

static void
test_key(void)
{
  g_autoptr(Seed) seed = seed_of("", "#cloud-config\nssh_authorized_keys: [" KEY_B ", x]\n");
  const struct seed_key *key = seed->keys->pdata[0], *other = seed->keys->pdata[1];

  g_assert_cmpstr(key->algorithm, ==, "ssh-ed25519");
  g_assert_cmpint(key->bits, ==, 256);
  g_assert_cmpstr(key->entry, ==, key->fingerprint);
  g_assert_true(g_str_has_prefix(key->fingerprint, "SHA256:"));
  g_assert_cmpstr(other->entry, ==, "line 2");
  g_assert_null(other->algorithm);
}

static const struct trouble_case {
  const char *name, *meta_data, *user_data, *status, *detail;
} trouble_cases[] = {
    {"meta-data", "a: [\n", "", CLOUD_MALFORMED,
     "meta-data:2:1: did not find expected node content"},
    {"meta-data-list", "- a\n", "", CLOUD_MALFORMED, "meta-data:1:1: it is no mapping"},
    {"escape-in-hostname", "", "#cloud-config\nhostname: \"web\\e[2J\"\n", CLOUD_MALFORMED,
     "hostname: no name"},
    {"mapping-as-id", "instance-id: {a: b}\n", "", CLOUD_MALFORMED,
     "meta-data: instance-id: no name"},
    {"no-meta-data", NULL, "#cloud-config\n", CLOUD_MISSING,
     "meta-data is missing: cloud-init passes the seed over"},
    {"no-user-data", "instance-id: i\n", NULL, CLOUD_MISSING,
     "user-data is missing: cloud-init passes the seed over"},
    {"user-name", "", "#cloud-config\nusers: [\"a\\nb\"]\n", CLOUD_MALFORMED,
     "users: a name that is none"},
    {"include", "", "#include http://h/\n", CLOUD_UNSUPPORTED,
     "user-data: it includes what only the guest can fetch"},
};

static void
test_trouble(gconstpointer data)
{
  const struct trouble_case *expected = data;
  g_autoptr(Tree) tree = tree_new();

  if (expected->meta_data)
    tree_add_file(tree, "/seed/meta-data", expected->meta_data);
  if (expected->user_data)
    tree_add_file(tree, "/seed/user-data", expected->user_data);
  g_autoptr(Seed) seed = read_seed(tree, "/seed", false);
  g_assert_cmpstr(seed->detail, ==, expected->detail);
  g_assert_cmpstr(seed->status, ==, expected->status);
}

static void
test_none(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/seed/vendor-data", "#cloud-config\n");
  g_assert_null(read_seed(tree, "/seed", false));
  g_assert_null(read_seed(tree, "/instance", true));
}

static const struct seedfrom_case {
  const char *name, *url, *shown;
} seedfrom_cases[] = {
    {"secrets", "https://me:CANARY@host:8/a/?CANARY", "https://host:8/a/"},
    {"at-in-password", "https://me:CAN@RY@host/", "https://host/"},
    {"at-in-path", "https://host/a@b/", "https://host/a@b/"},
    {"no-scheme", "me:CANARY@host/a/", "host/a/"},
    {"path", "/srv/a@b/", "/srv/a@b/"},
};

static void
test_seedfrom(gconstpointer data)
{
  const struct seedfrom_case *expected = data;
  g_autofree char *meta_data = g_strconcat("seedfrom: ", expected->url, "\n", NULL);
  g_autoptr(Seed) seed = seed_of(meta_data, "");

  g_assert_cmpstr(seed->fetched_from, ==, expected->shown);
}

/* What a user-data's settings take charge of. */
static const struct sets_case {
  const char *name, *config, *sets;
} sets_cases[] = {
    {"nothing", "ssh_deletekeys: true\n", NULL},
    {"once", "package_update: true\npackages: [vim]\n", CLOUD_SETS_PACKAGES},
    {"switched-off", "package_update: false\npackage_upgrade: 0\nlocale: 'false'\n", NULL},
    {"empty", "packages: []\nusers: {}\nhostname:\n", NULL},
    {"ours", "fqdn: a.b\nlocale: C\nnetwork: {config: disabled}\n", "network locale hostname"},
};

static void
test_sets(gconstpointer data)
{
  const struct sets_case *expected = data;
  g_autofree char *text = g_strconcat("#cloud-config\n", expected->config, NULL);
  g_autoptr(Seed) seed = seed_of("", text);

  g_assert_cmpstr(seed->sets, ==, expected->sets);
}

static const struct network_case {
  const char *name, *text, *network;
} network_cases[] = {
    {"v1",
     "version: 1\nconfig:\n- {type: physical, name: eth0}\n- {type: nameserver, address: x, name: "
     "no}\n- {type: bond, name: bond0}\n",
     "1: eth0 bond0"},
    {"v2", "network: {version: 2, ethernets: {id0: {}}, bridges: {br0: {}}}\n", "2: id0 br0"},
    {"disabled", "network: {config: disabled}\n", "disabled"},
    {"nothing", "a: b\n", NULL},
    {"hostile", "version: 2\nethernets: {\"e\\e[2J h\": {}}\n", "2: e??2J?h"},
};

static void
test_network(gconstpointer data)
{
  const struct network_case *expected = data;
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/seed/meta-data", "");
  tree_add_file(tree, "/seed/user-data", "");
  tree_add_file(tree, "/seed/network-config", expected->text);
  g_autoptr(Seed) seed = read_seed(tree, "/seed", false);
  g_assert_cmpstr(seed->network, ==, expected->network);
  g_assert_cmpstr(seed->sets, ==, CLOUD_SETS_NETWORK);
}

static void
add_repeated(GString *text, const char *line, guint times)
{
  for (guint i = 0; i < times; i++)
    g_string_append_printf(text, line, i);
}

static void
test_limits(void)
{
  g_autoptr(GString) users = g_string_new("#cloud-config\nusers:\n");
  g_autoptr(GString) keys = g_string_new("#cloud-config\nssh_authorized_keys:\n");

  add_repeated(users, "- u%u\n", SEED_USERS_MAX + 1);
  add_repeated(keys, "- key %u\n", SEED_KEYS_MAX + 1);
  g_autoptr(Seed) many_users = seed_of("", users->str);
  g_autoptr(Seed) many_keys = seed_of("", keys->str);
  g_assert_cmpuint(many_users->users->len, ==, SEED_USERS_MAX);
  g_assert_cmpstr(many_users->status, ==, CLOUD_TOO_LARGE);
  g_assert_cmpuint(many_keys->keys->len, ==, SEED_KEYS_MAX);
  g_assert_cmpstr(many_keys->status, ==, CLOUD_TOO_LARGE);
}

static void
test_large_file(void)
{
  g_autoptr(GString) text = g_string_new("#cloud-config\n");

  while (text->len <= ROAD_FILE_MAX)
    g_string_append(text, "# more and more and more\n");
  g_autoptr(Seed) seed = seed_of("instance-id: i\n", text->str);
  g_assert_cmpstr(seed->status, ==, CLOUD_TOO_LARGE);
  g_assert_cmpstr(seed->detail, ==, "user-data: over 1 MiB");
  g_assert_cmpstr(seed->instance_id, ==, "i");
}

static void
test_instance(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/i/user-data.txt", "#include https://host/x\n");
  g_autoptr(Seed) unread = read_seed(tree, "/i", true);
  g_assert_cmpstr(unread->status, ==, CLOUD_UNSUPPORTED);
  tree_add_file(tree, "/i/cloud-config.txt",
                "#cloud-config\n\n# from 1 files\n# part-001\n\n---\nhostname: web\n...\n");
  g_autoptr(Seed) seed = read_seed(tree, "/i", true);
  g_assert_cmpstr(seed->detail, ==, NULL);
  g_assert_cmpstr(seed->status, ==, CLOUD_OK);
  g_assert_cmpstr(seed->hostname, ==, "web");
  g_assert_cmpstr(seed->parts, ==, "text/x-include-url");
  g_assert_cmpstr(seed->fetched_from, ==, "https://host/x");
}

static void
test_seeds(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(GPtrArray) seeds = shape_list_new();

  tree_add_file(tree, "/etc/cloud/cloud.cfg", "system_info: {paths: {cloud_dir: /srv/ci/}}\n");
  tree_add_file(tree, "/srv/ci/data/instance-id", "i-1\n");
  tree_add_file(tree, "/srv/ci/seed/nocloud-net/user-data", "");
  tree_add_file(tree, "/srv/ci/seed/nocloud-net/meta-data", "instance-id: i-2\n");
  tree_add_file(tree, "/srv/ci/instances/i-1/user-data.txt", "");
  tree_add_link(tree, "/srv/ci/instance", "/srv/ci/instances/i-1");
  g_autoptr(Root) root = tree_collect(tree);
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  g_free(root->root);
  root->root = g_strdup("vda1");
  seeds_collect(road, root, seeds);
  g_assert_cmpuint(seeds->len, ==, 2);
  const struct seed *directory = seeds->pdata[0], *instance = seeds->pdata[1];
  g_assert_cmpstr(directory->place, ==, "directory vda1:/srv/ci/seed/nocloud-net");
  g_assert_cmpstr(directory->instance_id, ==, "i-2");
  g_assert_cmpstr(instance->place, ==, "instance vda1:/srv/ci/instance");
  g_assert_cmpstr(instance->instance_id, ==, "i-1");
}

/* Every place that this test knows to be secret holds the word. */
static const char canary_config[] =
    "#cloud-config\n"
    "password: CANARY\n"
    "chpasswd: {list: [\"bob:CANARY\"], users: [{name: bob, password: CANARY}]}\n"
    "users:\n"
    "- {name: bob, passwd: CANARY, hashed_passwd: CANARY, plain_text_passwd: CANARY}\n"
    "ssh_keys: {rsa_private: CANARY, ed25519_private: CANARY, rsa_public: ssh-rsa AAAA}\n"
    "write_files: [{path: /x, content: CANARY}, {path: /y, content: ''}]\n"
    "runcmd: [[echo, CANARY]]\n"
    "bootcmd: [echo CANARY]\n"
    "ubuntu_advantage: {token: CANARY}\n"
    "rh_subscription: {activation-key: CANARY, password: CANARY}\n"
    "random_seed: {data: CANARY}\n"
    "wireguard: {interfaces: [{name: wg0, content: CANARY}]}\n"
    "salt_minion: {private_key: CANARY}\n"
    "apt: {sources: {x: {source: 'deb https://me:CANARY@host/ x'}}}\n"
    "ca: \"-----BEGIN PRIVATE KEY-----\\nCANARY\"\n"
    "lock_passwd: true\n";

static const char canary_names[] =
    "meta-data:seedfrom meta-data:network-config.password password chpasswd.list "
    "chpasswd.users[0].password "
    "users[0].passwd users[0].hashed_passwd users[0].plain_text_passwd ssh_keys.rsa_private "
    "ssh_keys.ed25519_private write_files[0].content runcmd bootcmd ubuntu_advantage.token "
    "rh_subscription.activation-key rh_subscription.password random_seed.data "
    "wireguard.interfaces[0].content salt_minion.private_key apt.sources.x.source ca "
    "vendor-data:password network-config:wifis.w.access-points.home.password";

static void
test_canary(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/seed/meta-data",
                "seedfrom: http://me:CANARY@host/?CANARY#CANARY\nnetwork-config: {password: "
                "CANARY}\n");
  tree_add_file(tree, "/seed/user-data", canary_config);
  tree_add_file(tree, "/seed/vendor-data", "#cloud-config\npassword: CANARY\n");
  tree_add_file(tree, "/seed/network-config",
                "version: 2\nwifis: {w: {access-points: {home: {password: CANARY}}}}\n");
  g_autoptr(Seed) seed = read_seed(tree, "/seed", false);
  g_autofree char *text = shape_to_text(&seed_shape, seed);
  g_assert_cmpstr(seed->detail, ==, NULL);
  g_assert_cmpstr(seed->secrets, ==, canary_names);
  g_assert_null(strstr(text, "CANARY"));
}

/* Cut anywhere, or with a byte broken, it tells no secret either, in an error above all. */
static void
test_canary_broken(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/seed/meta-data", "");
  for (gsize i = 0; i < strlen(canary_config); i++) {
    g_autofree char *config = g_strdup(canary_config);
    config[i] = i % 2 ? '\0' : '\t';
    tree_add_file(tree, "/seed/user-data", config);
    g_autoptr(Seed) seed = read_seed(tree, "/seed", false);
    g_assert_null(seed->detail ? strstr(seed->detail, "CANARY") : NULL);
  }
}

#define ADD_TABLE(prefix, cases, test)                                                             \
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                \
    g_autofree char *path = g_strconcat("/seed/" prefix "/", cases[i].name, NULL);                 \
    g_test_add_data_func(path, &cases[i], test);                                                   \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD_TABLE("users", user_cases, test_users)
  ADD_TABLE("public-keys", public_cases, test_public_keys)
  ADD_TABLE("trouble", trouble_cases, test_trouble)
  ADD_TABLE("seedfrom", seedfrom_cases, test_seedfrom)
  ADD_TABLE("sets", sets_cases, test_sets)
  ADD_TABLE("network", network_cases, test_network)
  g_test_add_func("/seed/virt-install", test_virt_install);
  g_test_add_func("/seed/whole", test_whole);
  g_test_add_func("/seed/key", test_key);
  g_test_add_func("/seed/none", test_none);
  g_test_add_func("/seed/limits", test_limits);
  g_test_add_func("/seed/large-file", test_large_file);
  g_test_add_func("/seed/instance", test_instance);
  g_test_add_func("/seed/seeds", test_seeds);
  g_test_add_func("/seed/canary", test_canary);
  g_test_add_func("/seed/canary-broken", test_canary_broken);
  return g_test_run();
}
