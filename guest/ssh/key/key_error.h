/* SPDX-License-Identifier: Apache-2.0 */
/* What may be wrong with a key. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SSH_KEY_ERROR (ssh_key_error_quark())
GQuark ssh_key_error_quark(void);
enum ssh_key_error {
  SSH_KEY_ERROR_MALFORMED, /* no key: what is wrong with it is the message */
  SSH_KEY_ERROR_TRUNCATED, /* it ends too early */
  SSH_KEY_ERROR_ENCRYPTED, /* a private key with a passphrase, its public half not in the clear */
  SSH_KEY_ERROR_NO_PUBLIC, /* a private key from which its public half would have to be computed */
};

/* Set such an error. Always false, for the caller to return: inline, so that compilers know it. */
static inline bool
ssh_key_fail(enum ssh_key_error code, const char *what, GError **error)
{
  g_set_error_literal(error, SSH_KEY_ERROR, code, what);
  return false;
}

static inline bool
ssh_key_malformed(const char *what, GError **error)
{
  return ssh_key_fail(SSH_KEY_ERROR_MALFORMED, what, error);
}
