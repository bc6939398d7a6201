/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of HostKey and HostCertificate, as derelativise_path() of servconf.c makes them absolute.
 */
#pragma once

/*
 * The path that sshd opens, new. A relative one is taken from "/", where service managers start it,
 * and "~" for /root; NULL for "~USER".
 */
char *host_key_path_resolve(const char *written);
