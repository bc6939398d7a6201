/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys sshd takes by their kind. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Whether a key of this type ("ssh-rsa") can sign in one of the ways that a list of
 * PubkeyAcceptedAlgorithms or CASignatureAlgorithms takes. NULL is sshd's default, which a list
 * that begins with '+', '-' or '^' changes. *steps_left: see sshd_pattern_match().
 */
bool key_algorithms_accept(const char *list, const char *type, guint64 *steps_left);

/*
 * Whether a key of RSA is shorter than sshd takes when RequiredRSASize says `least`. No other is.
 */
bool key_algorithms_too_short(const char *type, gint64 bits, guint64 least);
