/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's numbers for states and reasons, in virsh's words. */
#pragma once

/* The word of a state (virDomainState); NULL for a number that has none. */
const char *domain_state_word(int state);

/* The word of a reason, whose meaning depends on the state; NULL for a number that has none. */
const char *domain_state_reason(int state, int reason);
