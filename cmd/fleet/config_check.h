/* SPDX-License-Identifier: Apache-2.0 */
/* What only whole sections tell of a configuration, and only all of them together. */
#pragma once

#include "cmd/fleet/config.h"

/*
 * Whether each section says what it must, and what it names is there. Adds warnings. False with
 * CONFIG_ERROR_SYNTAX: "FILE:LINE: [section NAME]: WHY".
 */
bool config_check(struct config *config, GError **error);
