/* SPDX-License-Identifier: Apache-2.0 */
/* How many files this process may have open (RLIMIT_NOFILE). */
#pragma once

#include <glib.h>

/* Raise the limit to `wanted`, or as far as it may be. Returns what it is now. */
guint file_limit_raise(guint wanted);
