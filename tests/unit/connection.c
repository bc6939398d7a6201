/* SPDX-License-Identifier: Apache-2.0 */
/* URIs and what opening them gives; nothing here talks to a daemon of this machine. */
#include "hypervisor/connection.h"

#include <string.h>

static const struct {
  const char *uri;
  const char *shown; /* without a password; NULL: as it is */
  bool local;
  const char *scope;
} uris[] = {
    {"qemu:///system", NULL, true, "system"},
    {"qemu+unix:///system", NULL, true, "system"},
    {"qemu:///system?socket=/run/private/sock", NULL, true, "system"},
    {"qemu+ssh://host/system", NULL, false, "system"},
    {"qemu+ssh://root@host:2222/system?no_tty=1", NULL, false, "system"},
    {"qemu+ssh://root:secret@host/system", "qemu+ssh://root@host/system", false, "system"},
    {"qemu+tcp://u:p/w@host/system", "qemu+tcp://u@host/system", false, NULL},
    {"qemu+unix://host/system", NULL, false, "system"},
    {"qemu+ext:///system?command=/usr/bin/away", NULL, false, "system"},
    {"qemu+tls://host/system", NULL, false, "system"},
    {"qemu+ssh://alice@host/session", NULL, false, "session:alice"},
    {"qemu:///embed?root=/srv/a/../b", NULL, true, "embed:/srv/b"},
    {"test:///default", NULL, true, "default"},
    {"test:///srv/x/../node.xml", NULL, true, "/srv/node.xml"},
    {"lxc:///", NULL, true, "default"},
    {"lxc:///system", NULL, true, "system"},
    {"esx://root:p%40ss@esx.example.org/?no_verify=1", "esx://root@esx.example.org/?no_verify=1",
     false, "default"},
    {"vpx://vcenter.example.org/dc/cluster/host", NULL, false, "dc/cluster/host"},
    {"not a uri", NULL, false, NULL},
    {"/no/scheme", NULL, false, "no/scheme"},
    {"", NULL, false, "default"},
};

static void
test_uris(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
    g_autofree char *shown = connection_uri_public(uris[i].uri);
    g_autofree char *scope = connection_uri_scope(uris[i].uri);

    g_test_message("%s", uris[i].uri);
    g_assert_cmpstr(shown, ==, uris[i].shown ? uris[i].shown : uris[i].uri);
    g_assert_cmpint(connection_uri_is_local(uris[i].uri), ==, uris[i].local);
    g_assert_cmpstr(scope, ==, uris[i].scope);
  }
}

/* Passwords in texts that are no good URIs must not be shown either. */
static void
test_public(void)
{
  static const char *const cases[][2] = {
      {"qemu+tcp://me:se/cret@host/system", "qemu+tcp://me@host/system"},
      {"qemu+tcp://me:se?cret@host/system", "qemu+tcp://me@host/system"},
      {"qemu+tcp://me:se#cret@host/system", "qemu+tcp://me@host/system"},
      {"me:secret@host", "me@host"},
      {"qemu+tcp:me:secret@host/system", "qemu+tcp@host/system"},
      {"qemu+tcp://host:16509/system?a=b@c", "qemu+tcp://host:16509/system?a=b@c"},
      {"qemu+tcp://me:secret@host/system?a=b@c", "qemu+tcp://me@host/system?a=b@c"},
      {"qemu+ssh://me@[::1]:22/system?a=b@c", "qemu+ssh://me@[::1]:22/system?a=b@c"},
      {"qemu+ssh://[::1]/system?a=b@c", "qemu+ssh://[::1]/system?a=b@c"},
      {"qemu:///system?a=b@c", "qemu:///system?a=b@c"},
      {"qemu:/system?a=b@c", "qemu:/system?a=b@c"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *shown = connection_uri_public(cases[i][0]);

    g_assert_cmpstr(shown, ==, cases[i][1]);
  }
}

static void
test_unattended(void)
{
  static const char *const cases[][2] = {
      {"qemu+ssh://host/system", "qemu+ssh://host/system?no_tty=1"},
      {"qemu+ssh://host/system?keyfile=/k", "qemu+ssh://host/system?keyfile=/k&no_tty=1"},
      {"qemu+ssh://host/system?no_tty=0", "qemu+ssh://host/system?no_tty=0"},
      {"qemu:///system", "qemu:///system"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *uri = connection_uri_unattended(cases[i][0]);
    g_assert_cmpstr(uri, ==, cases[i][1]);
  }
}

static const struct {
  const char *uri;
  enum hypervisor_error code;
  const char *status;
  const char *says;
} failures[] = {
    {"not a uri", HYPERVISOR_ERROR_BAD_URI, "bad-uri", "not a URI"},
    {"qemu", HYPERVISOR_ERROR_BAD_URI, "bad-uri", "DRIVER"},
    {"test:///nowhere/node.xml", HYPERVISOR_ERROR_BAD_URI, "bad-uri", "node file"},
    {"qemu+bogus:///system", HYPERVISOR_ERROR_BAD_URI, "bad-uri", "transport"},
    {"qemu:///system?socket=/nowhere/libvirt-sock", HYPERVISOR_ERROR_REFUSED, "refused",
     "systemctl"},
    {"qemu+tcp://root:secret@127.0.0.1:1/system", HYPERVISOR_ERROR_REFUSED, "refused",
     "127.0.0.1:1"},
};

static void
test_failures(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(virConnect) connection = connection_open(failures[i].uri, &error);

    g_test_message("%s: %s", failures[i].uri, error ? error->message : "opened");
    g_assert_null(connection);
    g_assert_error(error, HYPERVISOR_ERROR, (int)failures[i].code);
    g_assert_cmpstr(hypervisor_error_status(error), ==, failures[i].status);
    g_assert_nonnull(strstr(error->message, failures[i].says));
    g_assert_null(strstr(error->message, "secret"));
  }
}

/* libvirt and libxml2 print on their own unless they are told not to. */
static void
test_silence(void)
{
  if (g_test_subprocess()) {
    g_autoptr(virConnect) connection = connection_open("test:///nowhere/node.xml", NULL);
    g_assert_null(connection);
    return;
  }
  g_test_trap_subprocess(NULL, 0, 0);
  g_test_trap_assert_passed();
  g_test_trap_assert_stderr("");
}

static void
test_describe(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(virConnect) connection = connection_open("test:///default", &error);

  g_assert_no_error(error);
  g_autoptr(Hypervisor) hypervisor = connection_describe(connection, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(hypervisor->driver, ==, "TEST");
  g_assert_cmpstr(hypervisor->scope, ==, "default");
  g_assert_null(hypervisor->host_uuid);
  g_assert_cmpstr(hypervisor->hostname, !=, NULL);
  g_assert_cmpstr(hypervisor->driver_version, ==, "0.0.2");
  g_assert_cmpstr(hypervisor->arch, ==, "i686");
  g_assert_cmpint(hypervisor->local, ==, 1);
  g_assert_true(g_regex_match_simple("^\\d+\\.\\d+\\.\\d+$", hypervisor->libvirt_version, 0, 0));
  g_assert_true(shape_check(&hypervisor_shape, hypervisor, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/connection/uris", test_uris);
  g_test_add_func("/connection/public", test_public);
  g_test_add_func("/connection/unattended", test_unattended);
  g_test_add_func("/connection/failures", test_failures);
  g_test_add_func("/connection/silence", test_silence);
  g_test_add_func("/connection/describe", test_describe);
  return g_test_run();
}
