/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate of OpenSSH says of its key (PROTOCOL.certkeys; cert_parse() of sshkey.c). */
#pragma once

#include "guest/ssh/key/key.h"

/*
 * Cut off `rest` what follows the key in a certificate's blob, up to and with its signature, which
 * is not verified; new. NULL with an SSH_KEY_ERROR.
 */
struct ssh_certificate *ssh_certificate_read(struct text *rest, GError **error);

void ssh_certificate_free(struct ssh_certificate *certificate); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshCertificate, ssh_certificate_free)
