/* SPDX-License-Identifier: Apache-2.0 */
/* What the service manager is told (sd_notify(3)), if there is one. */
#pragma once

#include <glib.h>

void notify_ready(void);
void notify_reloading(void); /* until notify_ready() */
void notify_stopping(void);

/* One line for `systemctl status`. */
void notify_status(const char *format, ...) G_GNUC_PRINTF(1, 2);

/*
 * From now on say, as often as the service manager wants it (WatchdogSec=), that the main loop of
 * GLib still turns.
 */
void notify_watchdog(void);
