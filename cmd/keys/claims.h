/* SPDX-License-Identifier: Apache-2.0 */
/* Names and addresses that several systems go by. */
#pragma once

#include "cmd/keys/known_host.h"

/*
 * Take from all these known hosts what several of them go by that have different keys: of two keys
 * for one name a client accepts either. The remarks say what was taken and who else goes by it. A
 * system without keys takes nothing from others.
 */
void claims_settle(GPtrArray *hosts);
