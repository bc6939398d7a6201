/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may stand before a key in known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) and before an
 * SSHFP record: names that come from guests are hostile, and there "*", "!", "," and "|" mean more
 * than themselves.
 */
#pragma once

#include <glib.h>

/*
 * A host name in lower case, new: RFC 1123 section 2.1, and "_" too, which names of guests hold.
 * NULL for anything else, for what resolvers take for an address ("10.1", "0x7f000001"), and for
 * names of every machine itself ("localhost").
 */
char *host_name_of(const char *text);

/*
 * An IPv4 or IPv6 address as ssh writes it, new. NULL for anything else, and for those that are no
 * one machine's: loopback, unspecified, link-local, multicast and broadcast.
 */
char *host_name_of_address(const char *text);
