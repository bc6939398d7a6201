/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status.json that cloud-init keeps of its last run (status_wrapper() in cloudinit/cmd/main.py
 * of 22.4; later versions add recoverable_errors to each stage), and the result.json of its end.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct run_status {
  gint64 finished;  /* its last stage came to an end */
  gint64 failed;    /* a stage had errors, or began and, unless `running`, did not end */
  char *stages;     /* those, separated by blanks; NULL when none */
  char *datasource; /* NULL when none, or none that is a text of a fact */
};

/*
 * Either text may be NULL, for a file that is not there. Unknown stays what neither says; errors'
 * texts are left alone, for they may quote commands. `running` is the system's state.
 */
void run_status_parse(GBytes *status, GBytes *result, bool running, struct run_status *ret_status);
void run_status_clear(struct run_status *status);

/*
 * A datasource as it names itself, "DataSourceNoCloud [seed=/dev/sr0][dsmode=net]", without the
 * class before a colon; only its first word where a URL in it may hold a secret. NULL when it can
 * be no fact.
 */
char *run_status_datasource(const char *text);
