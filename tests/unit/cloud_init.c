/* SPDX-License-Identifier: Apache-2.0 */
/* cloud-init's state and configuration in a guest, in the files that it writes itself. */
#include "guest/cloud/run_status.h"
#include "guest/collectors.h"
#include "guest/directory.h"
#include "tests/unit/tree.h"

#include <string.h>

/* As /etc/cloud/cloud.cfg of Debian 12's package has it, shortened. */
static const char debian_config[] = "users:\n   - default\n"
                                    "disable_root: true\n"
                                    "preserve_hostname: false\n"
                                    "cloud_init_modules:\n - migrator\n - ssh\n"
                                    "system_info:\n"
                                    "   distro: debian\n"
                                    "   default_user:\n"
                                    "     name: debian\n"
                                    "     sudo: [\"ALL=(ALL) NOPASSWD:ALL\"]\n"
                                    "   paths:\n"
                                    "      cloud_dir: /var/lib/cloud/\n";

/* As status_wrapper() of 22.4 writes it. */
static const char good_status[] =
    "{\n \"v1\": {\n"
    "  \"datasource\": \"DataSourceNoCloud [seed=/dev/vdb][dsmode=net]\",\n"
    "  \"init\": {\"errors\": [], \"finished\": 1700000005.1, \"start\": 1700000004.9},\n"
    "  \"init-local\": {\"errors\": [], \"finished\": 1700000002.3, \"start\": 1700000001.9},\n"
    "  \"modules-config\": {\"errors\": [], \"finished\": 1700000007.4, \"start\": 1700000007.1},\n"
    "  \"modules-final\": {\"errors\": [], \"finished\": 1700000008.4, \"start\": 1700000008.1},\n"
    "  \"modules-init\": {\"errors\": [], \"finished\": null, \"start\": null},\n"
    "  \"stage\": null\n }\n}\n";

static const char good_result[] =
    "{\n \"v1\": {\n  \"datasource\": \"DataSourceNoCloud [seed=/dev/vdb][dsmode=net]\",\n"
    "  \"errors\": []\n }\n}\n";

static struct root *
collect(struct tree *tree)
{
  struct root *root = tree_collect(tree);

  g_assert_cmpuint(root->cloud_init->len, <=, 1);
  return root;
}

static struct cloud_init *
found(const struct root *root)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint(root->cloud_init->len, ==, 1);
  shape_check(&cloud_init_shape, root->cloud_init->pdata[0], &error);
  g_assert_no_error(error);
  return root->cloud_init->pdata[0];
}

static void
test_none(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(Root) root = collect(tree);

  g_assert_cmpuint(root->cloud_init->len, ==, 0);
}

/* A package that was installed and has never run, as in a template. */
static void
test_fresh(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/cloud/cloud.cfg", debian_config);
  tree_add_file(tree, "/usr/bin/cloud-init", "#!/usr/bin/python3\n");
  g_autoptr(Root) root = collect(tree);
  const struct cloud_init *fact = found(root);
  g_assert_cmpstr(fact->cloud_dir, ==, "/var/lib/cloud");
  g_assert_cmpint(fact->installed, ==, 1);
  g_assert_cmpint(fact->disabled, ==, 0);
  g_assert_cmpint(fact->has_run, ==, 0);
  g_assert_cmpint(fact->finished, ==, FACT_UNKNOWN);
  g_assert_cmpint(fact->failed, ==, FACT_UNKNOWN);
  g_assert_cmpstr(fact->config_status, ==, CLOUD_OK);
  g_assert_cmpstr(fact->config_sets, ==, CLOUD_SETS_USERS);
  g_assert_cmpstr(fact->default_user, ==, "debian");
  g_assert_cmpint(fact->preserve_hostname, ==, 0);
  g_assert_cmpint(fact->ssh_deletekeys, ==, FACT_UNKNOWN);
}

static void
add_run(struct tree *tree)
{
  tree_add_file(tree, "/etc/cloud/cloud.cfg", debian_config);
  tree_add_file(tree, "/var/lib/cloud/data/instance-id", "i-2\n");
  tree_add_file(tree, "/var/lib/cloud/data/previous-instance-id", "i-1\n");
  tree_add_file(tree, "/var/lib/cloud/data/status.json", good_status);
  tree_add_file(tree, "/var/lib/cloud/data/result.json", good_result);
}

static void
test_run(void)
{
  g_autoptr(Tree) tree = tree_new();

  add_run(tree);
  g_autoptr(Root) root = collect(tree);
  const struct cloud_init *fact = found(root);
  g_assert_cmpint(fact->installed, ==, 0);
  g_assert_cmpint(fact->has_run, ==, 1);
  g_assert_cmpstr(fact->instance_id, ==, "i-2");
  g_assert_cmpstr(fact->previous_instance_id, ==, "i-1");
  g_assert_cmpstr(fact->datasource, ==, "DataSourceNoCloud [seed=/dev/vdb][dsmode=net]");
  g_assert_cmpint(fact->finished, ==, 1);
  g_assert_cmpint(fact->failed, ==, 0);
  g_assert_cmpstr(fact->failed_stages, ==, NULL);
}

static void
test_first_run(void)
{
  g_autoptr(Tree) tree = tree_new();

  add_run(tree);
  tree_add_file(tree, "/var/lib/cloud/data/previous-instance-id", "NO_PREVIOUS_INSTANCE_ID\n");
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpstr(found(root)->previous_instance_id, ==, NULL);
}

static void
test_marks(void)
{
  g_autoptr(Tree) tree = tree_new();

  add_run(tree);
  tree_add_file(tree, "/etc/cloud/cloud-init.disabled", "");
  tree_add_file(tree, "/run/cloud-init/disabled", "");
  tree_add_file(tree, "/var/lib/cloud/instances/i-2/manual-clean", "");
  tree_add_link(tree, "/var/lib/cloud/instance", "/var/lib/cloud/instances/i-2");
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpint(found(root)->disabled, ==, 1);
  g_assert_cmpint(found(root)->manual_cache_clean, ==, 1);
}

/* In a tree that is a running system, its own command line and its generator's marks count. */
static void
test_running(void)
{
  static const struct {
    const char *cmdline, *mark, *generator;
    gint64 disabled;
  } cases[] = {
      {"ro quiet", NULL, NULL, 0},
      {"ro cloud-init=disabled quiet", NULL, NULL, 1},
      {"ro cloud-init=enabled", "/etc/cloud/cloud-init.disabled", "/run/cloud-init/disabled", 0},
      {"ro", "/etc/cloud/cloud-init.disabled", NULL, 1},
      {"ro", NULL, "/run/cloud-init/disabled", 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Tree) tree = tree_new();
    g_autoptr(Root) root = root_new();
    add_run(tree);
    tree_add_file(tree, "/proc/cmdline", cases[i].cmdline);
    if (cases[i].mark)
      tree_add_file(tree, cases[i].mark, "");
    if (cases[i].generator)
      tree_add_file(tree, cases[i].generator, "");
    g_autoptr(Road) road = directory_open(tree->fd, NULL);
    road->running = true;
    collectors_run(road, root);
    g_assert_cmpint(found(root)->disabled, ==, cases[i].disabled);
  }
}

static void
test_merged_config(void)
{
  g_autoptr(Tree) tree = tree_new();

  add_run(tree);
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/10_a.cfg",
                "ssh_deletekeys: true\nsystem_info: {default_user: {name: a}}\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/90_b.cfg",
                "ssh_deletekeys: 0\nnetwork: {config: disabled}\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/99_c.conf", "ssh_deletekeys: true\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/README", "- not: [yaml\n");
  g_autoptr(Root) root = collect(tree);
  const struct cloud_init *fact = found(root);
  g_assert_cmpstr(fact->config_status, ==, CLOUD_OK);
  g_assert_cmpint(fact->ssh_deletekeys, ==, 0);
  g_assert_cmpstr(fact->default_user, ==, "a");
  g_assert_cmpstr(fact->cloud_dir, ==, "/var/lib/cloud");
  g_assert_cmpstr(fact->config_sets, ==, "network users");
}

/* cloud-init reads the directory all the same (read_conf_with_confd() in cloudinit/util.py). */
static void
test_directory_alone(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/usr/bin/cloud-init", "#!/usr/bin/python3\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/10_a.cfg", "ssh_deletekeys: 0\nlocale: C\n");
  g_autoptr(Root) root = collect(tree);
  const struct cloud_init *fact = found(root);
  g_assert_cmpstr(fact->config_status, ==, CLOUD_MISSING);
  g_assert_cmpstr(fact->config_detail, ==, "/etc/cloud/cloud.cfg is missing");
  g_assert_cmpint(fact->ssh_deletekeys, ==, 0);
  g_assert_cmpstr(fact->config_sets, ==, CLOUD_SETS_LOCALE);
}

static void
test_broken_config(void)
{
  g_autoptr(Tree) tree = tree_new();

  add_run(tree);
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/10_a.cfg", "a: b\nc: [\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/90_b.cfg", "ssh_deletekeys: 0\n");
  g_autoptr(Root) root = collect(tree);
  const struct cloud_init *fact = found(root);
  g_assert_cmpstr(fact->config_status, ==, CLOUD_MALFORMED);
  g_assert_cmpstr(fact->config_detail, ==,
                  "/etc/cloud/cloud.cfg.d/10_a.cfg:3:1: did not find expected node content");
  g_assert_cmpint(fact->ssh_deletekeys, ==, 0);
  g_assert_cmpstr(fact->default_user, ==, "debian");
}

static void
test_other_places(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/cloud/cloud.cfg",
                "conf_d: /srv/cfg\nsystem_info: {paths: {cloud_dir: relative}}\n");
  tree_add_file(tree, "/srv/cfg/a.cfg", "system_info: {paths: {cloud_dir: /srv/state//}}\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/a.cfg", "locale: C\n");
  tree_add_file(tree, "/srv/state/data/instance-id", "i-3");
  g_autoptr(Root) root = collect(tree);
  g_assert_cmpstr(found(root)->cloud_dir, ==, "/srv/state");
  g_assert_cmpstr(found(root)->instance_id, ==, "i-3");
  g_assert_cmpstr(found(root)->config_sets, ==, NULL);
}

/* Hostile ids are none, and the rest is there all the same. */
static void
test_hostile(void)
{
  g_autoptr(Tree) tree = tree_new();

  add_run(tree);
  tree_add_file(tree, "/var/lib/cloud/data/instance-id", "i\033[2J\n");
  tree_add_file(tree, "/var/lib/cloud/data/status.json", "{\"v1\": []}");
  tree_add_file(tree, "/var/lib/cloud/data/result.json", "[[[[");
  g_autoptr(Root) root = collect(tree);
  const struct cloud_init *fact = found(root);
  g_assert_cmpint(fact->has_run, ==, 1);
  g_assert_cmpstr(fact->instance_id, ==, NULL);
  g_assert_cmpint(fact->failed, ==, 0);
  g_assert_cmpint(fact->finished, ==, 0);
}

/* A road that only reads files, as that of an agent. */
static bool
no_stat(struct road *road, const char *path, bool follow, struct file_stat *ret_stat,
        GError **error)
{
  (void)road, (void)path, (void)follow, (void)ret_stat;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "it only reads files");
  return false;
}

static GPtrArray *
no_list(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "it only reads files");
  return NULL;
}

static void
test_files_only(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(Root) root = root_new();

  add_run(tree);
  tree_add_file(tree, "/usr/bin/cloud-init", "#!/usr/bin/python3\n");
  tree_add_file(tree, "/etc/cloud/cloud.cfg.d/10_a.cfg", "locale: C\n");
  struct road_ops ops; /* outlives the road */
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  ops = *road->ops;
  ops.stat = no_stat;
  ops.list = no_list;
  road->ops = &ops;
  collectors_run(road, root);
  const struct cloud_init *fact = found(root);
  g_assert_cmpint(fact->installed, ==, 1);
  g_assert_cmpint(fact->has_run, ==, 1);
  g_assert_cmpint(fact->disabled, ==, 0);
  g_assert_cmpstr(fact->instance_id, ==, "i-2");
  g_assert_cmpstr(fact->default_user, ==, "debian");
  g_assert_cmpstr(fact->config_status, ==, CLOUD_UNSUPPORTED);
  g_assert_cmpstr(fact->config_sets, ==, CLOUD_SETS_USERS);
}

static const struct status_case {
  const char *name, *status, *result;
  bool running;
  gint64 finished, failed;
  const char *stages, *datasource;
} status_cases[] = {
    {"nothing", NULL, NULL, false, FACT_UNKNOWN, FACT_UNKNOWN, NULL, NULL},
    {"good", good_status, good_result, false, 1, 0, NULL,
     "DataSourceNoCloud [seed=/dev/vdb][dsmode=net]"},
    {"result-only", NULL, good_result, false, 1, 0, NULL,
     "DataSourceNoCloud [seed=/dev/vdb][dsmode=net]"},
    {"errors",
     "{\"v1\": {\"datasource\": null, \"init\": {\"errors\": [\"CANARY\"], \"finished\": 2, "
     "\"start\": 1}, \"modules-config\": {\"errors\": [\"('runcmd', CANARY)\"], \"finished\": 4, "
     "\"start\": 3}, \"modules-final\": {\"errors\": [], \"finished\": 6, \"start\": 5}}}",
     NULL, false, 1, 1, "init modules-config", NULL},
    {"errors-of-result", NULL, "{\"v1\": {\"datasource\": null, \"errors\": [\"CANARY\"]}}", false,
     1, 1, NULL, NULL},
    {"broken-off", "{\"v1\": {\"init-local\": {\"errors\": [], \"finished\": null, \"start\": 1}}}",
     NULL, false, 0, 1, "init-local", NULL},
    {"still-going",
     "{\"v1\": {\"init-local\": {\"errors\": [], \"finished\": null, \"start\": 1}}}", NULL, true,
     0, 0, NULL, NULL},
    {"later-version",
     "{\"v1\": {\"datasource\": \"DataSourceNone\", \"init\": {\"errors\": [], \"finished\": 2, "
     "\"recoverable_errors\": {\"WARNING\": [\"CANARY\"]}, \"start\": 1}, \"modules-final\": "
     "{\"errors\": [], \"finished\": 6, \"recoverable_errors\": {}, \"start\": 5}}}",
     NULL, false, 1, 0, NULL, "DataSourceNone"},
    {"secret-seed",
     "{\"v1\": {\"datasource\": \"DataSourceNoCloudNet [seed=http://me:CANARY@h/][dsmode=net]\"}}",
     NULL, false, 0, 0, NULL, "DataSourceNoCloudNet"},
    {"no-json", "{", "{", false, FACT_UNKNOWN, FACT_UNKNOWN, NULL, NULL},
    {"other-types", "{\"v1\": {\"datasource\": 1, \"init\": [], \"modules-final\": \"x\"}}", "[1]",
     false, 0, 0, NULL, NULL},
};

static void
test_status(gconstpointer data)
{
  const struct status_case *expected = data;
  g_autoptr(GBytes) status = octets_new(expected->status);
  g_autoptr(GBytes) result = octets_new(expected->result);
  struct run_status run;

  run_status_parse(status, result, expected->running, &run);
  g_assert_cmpint(run.finished, ==, expected->finished);
  g_assert_cmpint(run.failed, ==, expected->failed);
  g_assert_cmpstr(run.stages, ==, expected->stages);
  g_assert_cmpstr(run.datasource, ==, expected->datasource);
  run_status_clear(&run);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(status_cases); i++) {
    g_autofree char *path = g_strconcat("/cloud-init/status/", status_cases[i].name, NULL);
    g_test_add_data_func(path, &status_cases[i], test_status);
  }
  g_test_add_func("/cloud-init/none", test_none);
  g_test_add_func("/cloud-init/fresh", test_fresh);
  g_test_add_func("/cloud-init/run", test_run);
  g_test_add_func("/cloud-init/first-run", test_first_run);
  g_test_add_func("/cloud-init/marks", test_marks);
  g_test_add_func("/cloud-init/running", test_running);
  g_test_add_func("/cloud-init/merged-config", test_merged_config);
  g_test_add_func("/cloud-init/directory-alone", test_directory_alone);
  g_test_add_func("/cloud-init/broken-config", test_broken_config);
  g_test_add_func("/cloud-init/other-places", test_other_places);
  g_test_add_func("/cloud-init/hostile", test_hostile);
  g_test_add_func("/cloud-init/files-only", test_files_only);
  return g_test_run();
}
