/* SPDX-License-Identifier: Apache-2.0 */
/* Which of a system's settings a cloud-config takes charge of. */
#pragma once

#include "guest/cloud/cloud_config.h"

/*
 * The CLOUD_SETS_* of facts/cloud.h that a config sets, separated by blanks, new; with
 * `has_network` the network also when the config is silent on it. NULL when none.
 */
char *config_sets_of(const struct cloud_config *config, bool has_network);
