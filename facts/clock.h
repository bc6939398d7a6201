/* SPDX-License-Identifier: Apache-2.0 */
/* The wall clock, in one place so that tests can stop it. */
#pragma once

#include <glib.h>

/*
 * Unix seconds, UTC. Where the environment variable VIRT_LEDGER_CLOCK holds a whole number from 0
 * on, that number: whoever runs the program owns its idea of time. For deadlines use
 * g_get_monotonic_time().
 */
gint64 clock_now(void);

/*
 * Milliseconds since a moment of g_get_monotonic_time(); 0 while VIRT_LEDGER_CLOCK stops the clock.
 */
gint64 clock_elapsed_ms(gint64 since_us);
