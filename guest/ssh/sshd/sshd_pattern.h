/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns of sshd_config and authorized_keys, as ssh_config(5) PATTERNS and OpenSSH's match.c have
 * them: '*' for anything, '?' for any one byte. The guest writes both sides, so the work is
 * counted.
 */
#pragma once

#include "guest/text.h"

/*
 * Whether the whole name matches the whole pattern. *steps_left falls by the work done, to 0 at
 * most; the work of one match is bounded by the product of both lengths.
 */
bool sshd_pattern_match(struct text name, struct text pattern, guint64 *steps_left);

/*
 * A list separated by commas, "!" before those that must not match: 1 when one matches, -1 when one
 * matches that must not, 0 otherwise.
 */
int sshd_pattern_list_match(struct text name, struct text list, guint64 *steps_left);
