/* SPDX-License-Identifier: Apache-2.0 */
/* The wall clock, or the one that a test has set. */
#include "facts/clock.h"

gint64
clock_now(void)
{
  const char *fixed = g_getenv("VIRT_LEDGER_CLOCK");
  gint64 seconds;

  if (fixed && g_ascii_string_to_signed(fixed, 10, 0, G_MAXINT64, &seconds, NULL))
    return seconds;
  return g_get_real_time() / G_USEC_PER_SEC;
}
