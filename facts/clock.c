/* SPDX-License-Identifier: Apache-2.0 */
/* The wall clock, or the one that a test has set. */
#include "facts/clock.h"

#include <stdbool.h>

static bool
is_fixed(gint64 *ret_seconds)
{
  const char *fixed = g_getenv("VIRT_LEDGER_CLOCK");

  return fixed && g_ascii_string_to_signed(fixed, 10, 0, G_MAXINT64, ret_seconds, NULL);
}

gint64
clock_now(void)
{
  gint64 seconds;

  return is_fixed(&seconds) ? seconds : g_get_real_time() / G_USEC_PER_SEC;
}

gint64
clock_elapsed_ms(gint64 since_us)
{
  gint64 seconds;

  return is_fixed(&seconds) ? 0 : (g_get_monotonic_time() - since_us) / 1000;
}
