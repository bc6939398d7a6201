/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time as OpenSSH writes them: parse_absolute_time() of misc.c, sshd(8). */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, "Z" or "UTC" behind it or not, in Unix seconds. Without
 * those it is the local time of the machine that reads it, which is taken for UTC here.
 */
bool absolute_time_parse(const char *text, gint64 *ret_at);
