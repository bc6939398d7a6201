/* SPDX-License-Identifier: Apache-2.0 */
/* nsswitch.conf(5): where else a guest knows accounts from than its own files. */
#pragma once

#include "guest/road.h"

/*
 * The services that the guest asks for accounts beside its own files ("sss ldap"), separated by
 * blanks; new, NULL for none. *ret_line is the line that says so.
 */
char *name_services_foreign(struct road *road, guint *ret_line);
