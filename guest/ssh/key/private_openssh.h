/* SPDX-License-Identifier: Apache-2.0 */
/* The public half of a private key in OpenSSH's own format (PROTOCOL.key; sshkey.c). */
#pragma once

#include "guest/ssh/key/key.h"

/*
 * The key of what the lines between BEGIN and END hold; new. That the private half is there, and is
 * of the same key, is checked where it is in the clear. As private_key_parse() otherwise.
 */
struct ssh_key *private_openssh_parse(struct text blob, bool *ret_encrypted, GError **error);
