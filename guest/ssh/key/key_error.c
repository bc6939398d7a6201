/* SPDX-License-Identifier: Apache-2.0 */
/* Errors of keys. */
#include "guest/ssh/key/key_error.h"

G_DEFINE_QUARK(ssh_key_error, ssh_key_error)
