/* SPDX-License-Identifier: Apache-2.0 */
/* Known hosts as ssh and DNS take them. */
#pragma once

#include "cmd/keys/known_host.h"

#include <stdio.h>

/* A way of writing one key of a host. Each returns how many lines it wrote. */
typedef guint known_host_line_fn(FILE *out, const struct known_host *host,
                                 const struct ssh_key *key);

/* "NAME,…,ADDRESS,… TYPE BASE64": sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
known_host_line_fn known_host_line_plain;

/* A line per name, as `ssh-keygen -H` makes them: "|1|SALT|HMAC TYPE BASE64". */
known_host_line_fn known_host_line_hashed;

/*
 * Records of RFC 4255, 6594 and 7479, as `ssh-keygen -r` prints them: of names alone, with SHA-1
 * and SHA-256. A name with dots ends in one, for in a zone it would be relative else.
 */
known_host_line_fn known_host_line_sshfp;
