/* SPDX-License-Identifier: Apache-2.0 */
/* The options before a key, as sshauthopt_parse() of auth-options.c in OpenSSH 9.2 takes them. */
#pragma once

#include "guest/ssh/key/authorized_line.h"

/*
 * Take what `options` say into `line`; they end at a blank outside of quotes. False when sshd would
 * refuse the line for them, whoever comes: an option that is unknown, twice, or no good, or
 * principals of a key that is no authority. `line` may have got a part of them then.
 */
bool authorized_options_parse(struct text options, struct authorized_line *line);
