/* SPDX-License-Identifier: Apache-2.0 */
/* What libvirt's error says of a question to a guest agent. Pure. */
#pragma once

#include "hypervisor/hypervisor_error.h"

#include <libvirt/virterror.h>

/*
 * The meaning of an error of virDomainQemuAgentCommand() after `lasted_ms`: libvirt has one code
 * for an agent that is not there and one that does not answer.
 */
enum hypervisor_error agent_failure_meaning(const virError *failure, guint lasted_ms);
