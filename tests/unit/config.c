/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations, right and wrong. */
#include "cmd/config.h"

#include <glib/gstdio.h>
#include <stdbool.h>

struct fixture {
  char *folder, *file, *more;
};

static void
set_up(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  fixture->folder = g_dir_make_tmp("virt-ledger-config-XXXXXX", NULL);
  g_assert_nonnull(fixture->folder);
  fixture->file = g_build_filename(fixture->folder, "test.conf", NULL);
  fixture->more = g_build_filename(fixture->folder, "test.d", NULL);
  g_setenv("VIRT_LEDGER_CONFIG", fixture->file, TRUE);
}

static void
remove_folder(const char *folder)
{
  g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
  const char *name;

  while (directory && (name = g_dir_read_name(directory))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
}

static void
tear_down(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_unsetenv("VIRT_LEDGER_CONFIG");
  remove_folder(fixture->more);
  remove_folder(fixture->folder);
  g_free(fixture->folder);
  g_free(fixture->file);
  g_free(fixture->more);
}

static void
write_file(const char *path, const char *text)
{
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
write_more(struct fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(fixture->more, name, NULL);

  g_mkdir(fixture->more, 0700);
  write_file(path, text);
}

static void
test_missing(G_GNUC_UNUSED struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_null(config->ledger);
  g_assert_null(config->uris);
  g_assert_null(config->templates);
}

static void
test_values(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file,
             "# ours\n[ledger]\npath=/srv/l.db\n\n[scan]\nuris=qemu:///system;lxc:///\n");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpstr(config->ledger, ==, "/srv/l.db");
  g_assert_cmpuint(g_strv_length(config->uris), ==, 2);
  g_assert_cmpstr(config->uris[1], ==, "lxc:///");
  g_assert_null(config->templates);
}

static void
test_folder(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "[ledger]\npath=/first\n[scan]\ntemplates=golden-*\n");
  write_more(fixture, "20-b.conf", "[ledger]\npath=/last\n");
  write_more(fixture, "10-a.conf", "[ledger]\npath=/second\n");
  write_more(fixture, ".hidden.conf", "not read");
  write_more(fixture, "README", "not read");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpstr(config->ledger, ==, "/last");
  g_assert_cmpstr(config->templates[0], ==, "golden-*");
}

static void
test_wrong(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"[ledger]\n\nnonsense\n[scan]\n", "*/test.conf:3: *"},
      {"path=/x\n", "*/test.conf:1: *"},
      {"[ledger]\npath=/x\n[scan\n", "*/test.conf:3: *"},
      {"[ledger]\nnonsense", "*/test.conf:2: *"},
      {"[ledger]\npath=/x\npaht = /y\n", "*/test.conf:3: there is no key 'paht' in [ledger]"},
      {"\n[leger]\npath=/x\n", "*/test.conf:2: there is no group [leger]"},
      {"[ledger]\npath=\xff\n", "*/test.conf:2: *UTF-8*"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    write_file(fixture->file, cases[i].text);
    g_assert_null(config_load(&error));
    g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX);
    g_test_message("%s", error->message);

    g_assert_true(g_pattern_match_simple(cases[i].message, error->message));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add("/config/missing", struct fixture, NULL, set_up, test_missing, tear_down);
  g_test_add("/config/values", struct fixture, NULL, set_up, test_values, tear_down);
  g_test_add("/config/folder", struct fixture, NULL, set_up, test_folder, tear_down);
  g_test_add("/config/wrong", struct fixture, NULL, set_up, test_wrong, tear_down);
  return g_test_run();
}
