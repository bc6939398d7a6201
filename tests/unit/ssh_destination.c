/* SPDX-License-Identifier: Apache-2.0 */
/* URIs that ssh is to reach, and those that it must never see. */
#include "hypervisor/ssh_destination.h"

#include "hypervisor/hypervisor_error.h"

#include <string.h>

static void
test_taken(void)
{
  static const struct {
    const char *uri, *user, *host;
    int port;
    const char *local_uri;
  } cases[] = {
      {"qemu+ssh://root@host2/system", "root", "host2", 0, "qemu:///system"},
      {"qemu+ssh://host2.example.org:2222/session", NULL, "host2.example.org", 2222,
       "qemu:///session"},
      {"lxc+ssh://ops@10.0.0.7/", "ops", "10.0.0.7", 0, "lxc:///"},
      {"lxc+ssh://alias", NULL, "alias", 0, "lxc:///"},
      {"qemu+ssh://[fe80::1]:22/system", NULL, "fe80::1", 22, "qemu:///system"},
      {"qemu+ssh://me%40corp@host/system", "me@corp", "host", 0, "qemu:///system"},
      {"test+ssh://host/srv/a%20node.xml", NULL, "host", 0, "test:///srv/a%20node.xml"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(SshDestination) destination = ssh_destination_new(cases[i].uri, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(destination->user, ==, cases[i].user);
    g_assert_cmpstr(destination->host, ==, cases[i].host);
    g_assert_cmpint(destination->port, ==, cases[i].port);
    g_assert_cmpstr(destination->local_uri, ==, cases[i].local_uri);
  }
}

static void
test_refused(void)
{
  static const struct {
    const char *uri, *message;
  } cases[] = {
      {"qemu:///system", "*wants a URI like*"},
      {"qemu://host/system", "*wants a URI like*"},
      {"qemu+tls://host/system", "*wants a URI like*"},
      {"no uri at all", "*wants a URI like*"},
      {"qemu+ssh:///system", "*no name of a host*"},
      {"qemu+ssh://-oProxyCommand=reboot/system", "*no name of a host*"},
      {"qemu+ssh://%2doProxyCommand/system", "*no name of a host*"},
      {"qemu+ssh://host$(reboot)/system", "*"},
      {"qemu+ssh://host%0areboot/system", "*no name of a host*"},
      {"qemu+ssh://host%20-oX/system", "*no name of a host*"},
      {"qemu+ssh://a%60b@host/system", "*no name of a user*"},
      {"qemu+ssh://-l@host/system", "*no name of a user*"},
      {"qemu+ssh://@host/system", "*no name of a user*"},
      {"qemu+ssh://me:secret@host/system", "qemu+ssh://me@host/system: ssh takes no password*"},
      {"qemu+ssh://host/system?keyfile=/k", "*no parameters*"},
      {"qemu+ssh://host/system#x", "*no parameters*"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(SshDestination) destination = ssh_destination_new(cases[i].uri, &error);

    g_assert_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_BAD_URI);
    g_test_message("%s", error->message);
    g_assert_null(destination);
    g_assert_true(g_pattern_match_simple(cases[i].message, error->message));
    g_assert_null(strstr(error->message, "secret"));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ssh-destination/taken", test_taken);
  g_test_add_func("/ssh-destination/refused", test_refused);
  return g_test_run();
}
