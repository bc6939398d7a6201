/* SPDX-License-Identifier: Apache-2.0 */
/* What a network-config of cloud-init is about (cloudinit/net/network_state.py). */
#pragma once

#include "guest/cloud/yaml.h"

/*
 * Version and names of interfaces, "2: eth0 eth1", or "disabled", new; NULL when it has no version.
 * Of version 2 the names are those of its sections, which may match other devices.
 */
char *network_config_describe(const struct yaml_node *root);
