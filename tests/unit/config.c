/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations, right and wrong. */
#include "cmd/fleet/config.h"

#include <fnmatch.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>

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
  g_assert_null(config->templates);
  g_assert_cmpint(config->jobs, ==, 0);
  g_assert_cmpuint(config->hypervisors->len, ==, 0);
  g_assert_cmpuint(config->warnings->len, ==, 0);
}

static void
test_values(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "# ours\n; and theirs\n[ledger]\npath=/srv/l.db\n\n"
                            "[scan]\r\njobs = 16\ndeadline=600\n guest-deadline = 5 \n"
                            "templates = golden-*; base,\nroads=auto\nstream-limit=64M\n"
                            "prom=/var/lib/node_exporter/virt-ledger.prom\n");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpstr(config->ledger, ==, "/srv/l.db");
  g_assert_cmpint(config->jobs, ==, 16);
  g_assert_cmpint(config->deadline_s, ==, 600);
  g_assert_cmpint(config->guest_deadline_s, ==, 5);
  g_assert_cmpstr(config->roads, ==, "auto");
  g_assert_cmpint(config->stream_limit, ==, 64 << 20);
  g_assert_cmpstr(config->prom, ==, "/var/lib/node_exporter/virt-ledger.prom");
  g_assert_cmpuint(g_strv_length(config->templates), ==, 2);
  g_assert_cmpstr(config->templates[1], ==, "base");
}

static void
test_hypervisors(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "[hypervisor kvm1]\nuri=qemu:///system\n"
                            "[hypervisor  kvm-2.example ]\nuri = qemu+ssh://root@host2/system\n"
                            "transport = ssh\nlabels = prod, rack 4\nroads = disk\ndeadline = 60\n"
                            "templates = t-*\n");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpuint(config->hypervisors->len, ==, 2);
  const struct config_hypervisor *first = config->hypervisors->pdata[0];
  const struct config_hypervisor *second = config_find(config, "kvm-2.example");
  g_assert_cmpstr(first->name, ==, "kvm1");
  g_assert_cmpint(first->transport, ==, CONFIG_TRANSPORT_LIBVIRT);
  g_assert_null(first->labels);
  g_assert_true(second == config->hypervisors->pdata[1]);
  g_assert_cmpint(second->transport, ==, CONFIG_TRANSPORT_SSH);
  g_assert_cmpstr(second->labels[1], ==, "rack 4");
  g_assert_cmpstr(second->roads, ==, "disk");
  g_assert_cmpint(second->deadline_s, ==, 60);
  g_assert_cmpstr(second->templates[0], ==, "t-*");
  g_assert_true(g_str_has_suffix(second->place, "/test.conf:3"));
  g_assert_null(config_find(config, "kvm3"));
  g_autofree const char **names = config_names(config);
  g_assert_cmpstr(names[0], ==, "kvm1");
  g_assert_null(names[2]);
}

/* A name may be of a section of each sort; hypervisors may come later. */
static void
test_keys(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "[audit]\nkeys-everywhere = 5\n"
                            "[keys kvm1]\nfile=/etc/a.keys\nmode=required\n"
                            "[keys all]\nfile=/b\nmode=exact\nguests=web-*, db\nlabels=rack 4\n"
                            "hypervisors=kvm1\nusers=root;deploy\n"
                            "[shared-host-keys kvm1]\nguests=lb-*\n"
                            "[hypervisor kvm1]\nuri=qemu:///system\nlabels=prod, rack 4\n");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpint(config->keys_everywhere, ==, 5);
  g_assert_cmpuint(config->keys->len, ==, 2);
  const struct config_keys *first = config->keys->pdata[0];
  const struct config_keys *second = config->keys->pdata[1];
  g_assert_cmpstr(first->file, ==, "/etc/a.keys");
  g_assert_cmpstr(first->mode, ==, "required");
  g_assert_null(first->guests);
  g_assert_null(first->users);
  g_assert_true(g_str_has_suffix(second->place, "/test.conf:6"));
  g_assert_cmpstr(second->guests[1], ==, "db");
  g_assert_cmpstr(second->labels[0], ==, "rack 4");
  g_assert_cmpstr(second->hypervisors[0], ==, "kvm1");
  g_assert_cmpstr(second->users[1], ==, "deploy");
  const struct config_shared_host_keys *shared = config->shared_host_keys->pdata[0];
  g_assert_cmpstr(shared->name, ==, "kvm1");
  g_assert_cmpstr(shared->guests[0], ==, "lb-*");
}

static void
test_folder(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "[ledger]\npath=/first\n[scan]\ntemplates=golden-*\n");
  write_more(fixture, "20-b.conf", "[ledger]\npath=/last\n");
  write_more(fixture, "10-a.conf", "[ledger]\npath=/second\n[hypervisor a]\nuri=lxc:///\n");
  write_more(fixture, "30-empty.conf", "# nothing yet\n");
  write_more(fixture, "README", "not read");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpstr(config->ledger, ==, "/last");
  g_assert_cmpstr(config->templates[0], ==, "golden-*");
  g_assert_cmpuint(config->warnings->len, ==, 0);
}

static void
test_warnings(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const char *const expected[] = {
      "*/test.d/.hidden.conf is passed over: it is hidden",
      "*/test.d/keys.conf is passed over: it has no [[]section]",
      "*/test.conf:1: [[]hypervisor a]: its uri holds a password; *",
  };

  write_file(fixture->file, "[hypervisor a]\nuri=esx://me:secret@host/\n");
  write_more(fixture, ".hidden.conf", "not read");
  write_more(fixture, "keys.conf", "uri=lxc:///\n");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpuint(config->warnings->len, ==, G_N_ELEMENTS(expected));
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
    g_test_message("%s", (char *)config->warnings->pdata[i]);
    g_assert_cmpint(fnmatch(expected[i], config->warnings->pdata[i], 0), ==, 0);
    g_assert_null(strstr(config->warnings->pdata[i], "secret"));
  }
}

static void
test_twice(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "\n[hypervisor a]\nuri=qemu:///system\n");
  write_more(fixture, "a.conf", "# another\n[hypervisor b]\nuri=lxc:///\n[hypervisor a]\n");
  g_autoptr(GError) error = NULL;

  g_assert_null(config_load(&error));
  g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX);
  g_assert_cmpint(fnmatch("*/test.d/a.conf:4: [[]hypervisor a] is there already, at *test.conf:2",
                          error->message, 0),
                  ==, 0);
}

static void
test_wrong(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"[ledger]\n\nnonsense\n[scan]\n", "3: this is neither*"},
      {"[ledger]\n = x\n", "2: this is neither*"},
      {"path=/x\n[ledger]\n", "1: a key comes before the first [[]section]"},
      {"[ledger]\npath=/x\n[scan\n", "3: this section lacks its ']'"},
      {"[\n", "1: this section lacks its ']'"},
      {"[ledger]\nnonsense", "2: this is neither*"},
      {"[ledger]\npath=/x\npaht = /y\n", "3: there is no key 'paht' in [[]ledger]; did you mean "
                                         "'path'?"},
      {"[ledger]\nowner=me\n", "2: there is no key 'owner' in [[]ledger]; allowed: path"},
      {"\n[leger]\npath=/x\n", "2: there is no section [[]leger]; did you mean 'ledger'?"},
      {"[]\n", "1: there is no section []; allowed: ledger, scan, audit, hypervisor, keys, "
               "shared-host-keys"},
      {"[scan x]\n", "1: there is no section [[]scan x]*"},
      {"[ledger]\npath=\xff\n", "2: this is not UTF-8"},
      {"[ledger]\npath=l.db\n", "2: path wants a path from / on"},
      {"[scan]\njobs=0\n", "2: jobs wants a whole number from 1 to 1000"},
      {"[scan]\njobs=many\n", "2: jobs wants a whole number from 1 to 1000"},
      {"[scan]\ndeadline=1h\n", "2: deadline wants a whole number from 1 to 604800"},
      {"[scan]\nroads=shortest\n", "2: roads wants one of auto, disk, agent, rootfs"},
      {"[scan]\nstream-limit=1T\n", "2: stream-limit wants a number of bytes, such as 64M or 1G"},
      {"[scan]\nstream-limit=\n", "2: stream-limit wants a number of bytes*"},
      {"[scan]\nstream-limit=9999999999G\n", "2: stream-limit wants a number of bytes*"},
      {"[scan]\nuris=qemu:///system\n", "2: there is no key 'uris' in [[]scan]; allowed: jobs, *"},
      {"[hypervisor]\n", "1: [[]hypervisor NAME] wants a name *"},
      {"[hypervisor a b]\n", "1: [[]hypervisor NAME] wants a name *"},
      {"[hypervisor -a]\n", "1: [[]hypervisor NAME] wants a name *"},
      {"[hypervisor a]\nurl=lxc:///\n", "2: there is no key 'url' in [[]hypervisor a]; did you "
                                        "mean 'uri'?"},
      {"[hypervisor a]\nuri=\n", "2: uri wants a libvirt URI, such as qemu:///system"},
      {"[hypervisor a]\nuri=qemu+ssh://me:secret@h h/\n", "2: uri wants a libvirt URI*"},
      {"[hypervisor a]\nlabels=x\n", "1: [[]hypervisor a]: it lacks its uri"},
      {"[hypervisor a]\nuri=lxc:///\ntransport=rsh\n", "3: transport wants one of libvirt, ssh"},
      {"[hypervisor a]\nuri=qemu:///system\ntransport=ssh\n",
       "1: [[]hypervisor a]: qemu:///system: transport = ssh wants a URI like *"},
      {"[hypervisor a]\ntransport=ssh\nuri=qemu+ssh://me:secret@host/system\n",
       "1: [[]hypervisor a]: qemu+ssh://me@host/system: ssh takes no password; *"},
      {"[audit]\nkeys-everywhere=0\n", "2: keys-everywhere wants a whole number from 1 to *"},
      {"[keys]\n", "1: [[]keys NAME] wants a name *"},
      {"[keys a]\nfile=a.keys\n", "2: file wants a path from / on"},
      {"[keys a]\nmode=strict\n", "2: mode wants one of exact, required, forbidden"},
      {"[keys a]\nusers=\n", "2: users wants at least one word; *"},
      {"[keys a]\nguests= , ;\n", "2: guests wants at least one word; *"},
      {"[keys a]\nuser=root\n", "2: there is no key 'user' in [[]keys a]; did you mean 'users'?"},
      {"[keys a]\nmode=exact\n", "1: [[]keys a]: it lacks its file"},
      {"[keys a]\nfile=/a\n", "1: [[]keys a]: it lacks its mode: one of exact, required, "
                              "forbidden"},
      {"[keys a]\n[keys a]\n", "2: [[]keys a] is there already, at *test.conf:1"},
      {"[hypervisor kvm1]\nuri=lxc:///\n[keys a]\nfile=/a\nmode=exact\nhypervisors=kvm2\n",
       "3: [[]keys a]: no [[]hypervisor NAME] section is called 'kvm2'; did you mean 'kvm1'?"},
      {"[hypervisor kvm1]\nuri=lxc:///\nlabels=prod\n[keys a]\nfile=/a\nmode=exact\nlabels=x\n",
       "4: [[]keys a]: no [[]hypervisor NAME] section has the label 'x'"},
      {"[shared-host-keys a]\n", "1: [[]shared-host-keys a]: it lacks its guests"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *expected = g_strdup_printf("*/test.conf:%s", cases[i].message);
    g_autoptr(GError) error = NULL;

    write_file(fixture->file, cases[i].text);
    g_assert_null(config_load(&error));
    g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX);
    g_test_message("%s", error->message);
    g_assert_cmpint(fnmatch(expected, error->message, 0), ==, 0);
    g_assert_null(strstr(error->message, "secret"));
  }
}

static void
test_no_text(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const char text[] = "[hypervisor a]\nuri=lxc:///\n\0\n[hypervisor b]\nuri=lxc:///\n";
  g_autoptr(GError) error = NULL;

  g_assert_true(g_file_set_contents(fixture->file, text, sizeof text - 1, NULL));
  g_assert_null(config_load(&error));
  g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX);
  g_assert_cmpint(fnmatch("*/test.conf: *NUL byte", error->message, 0), ==, 0);
}

static void
test_byte_order_mark(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file(fixture->file, "\xef\xbb\xbf[hypervisor a]\r\nuri=lxc:///\r\n");
  g_autoptr(GError) error = NULL;
  g_autoptr(Config) config = config_load(&error);

  g_assert_no_error(error);
  g_assert_cmpuint(config->warnings->len, ==, 0);
  g_assert_nonnull(config_find(config, "a"));
}

/* What is there and cannot be read may say anything. */
static void
test_unread_folder(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  write_file(fixture->more, "a file in place of a folder");
  g_assert_null(config_load(&error));
  g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_READ);
  g_assert_nonnull(strstr(error->message, fixture->more));
  g_unlink(fixture->more);
}

#define ADD(name, test) g_test_add("/config/" name, struct fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("missing", test_missing);
  ADD("values", test_values);
  ADD("hypervisors", test_hypervisors);
  ADD("keys", test_keys);
  ADD("folder", test_folder);
  ADD("warnings", test_warnings);
  ADD("twice", test_twice);
  ADD("wrong", test_wrong);
  ADD("no-text", test_no_text);
  ADD("byte-order-mark", test_byte_order_mark);
  ADD("unread-folder", test_unread_folder);
  return g_test_run();
}
