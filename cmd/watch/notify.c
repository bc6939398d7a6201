/* SPDX-License-Identifier: Apache-2.0 */
/* libsystemd's sd_notify(): without NOTIFY_SOCKET in the environment it does nothing. */
#include "cmd/watch/notify.h"

#include <stdarg.h>
#include <systemd/sd-daemon.h>

void
notify_ready(void)
{
  sd_notify(0, "READY=1");
}

/* Type=notify-reload, which systemd 252 does not have yet, wants to know when it began. */
void
notify_reloading(void)
{
  sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time());
}

void
notify_stopping(void)
{
  sd_notify(0, "STOPPING=1");
}

void
notify_status(const char *format, ...)
{
  va_list values;

  va_start(values, format);
  g_autofree char *text = g_strdup_vprintf(format, values);
  va_end(values);
  sd_notifyf(0, "STATUS=%s", text);
}

static gboolean
on_watchdog(G_GNUC_UNUSED gpointer data)
{
  sd_notify(0, "WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/* Twice as often as need be, as sd_watchdog_enabled(3) advises. */
void
notify_watchdog(void)
{
  guint64 limit_us;

  if (sd_watchdog_enabled(0, &limit_us) > 0)
    g_timeout_add((guint)CLAMP(limit_us / 2 / 1000, 1, G_MAXINT), on_watchdog, NULL);
}
