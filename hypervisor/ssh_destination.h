/* SPDX-License-Identifier: Apache-2.0 */
/* The host that a URI like qemu+ssh://root@host2/system names, for ssh(1) itself. */
#pragma once

#include <glib.h>

struct ssh_destination {
  char *user;      /* NULL: ssh's choice */
  char *host;      /* a name, an alias of ssh's configuration, or an address, without brackets */
  int port;        /* 0: ssh's choice */
  char *local_uri; /* what the hypervisor is called on that host: "qemu:///system" */
};
typedef struct ssh_destination SshDestination;

/*
 * Take a URI apart. NULL with HYPERVISOR_ERROR_BAD_URI and a message without the URI's password:
 * where it has another transport than ssh, no host, a password, parameters, or bytes in its host or
 * user that no host or user has. Neither can pass for an option of ssh.
 */
struct ssh_destination *ssh_destination_new(const char *uri, GError **error);

void ssh_destination_free(struct ssh_destination *destination); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshDestination, ssh_destination_free)
