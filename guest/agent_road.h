/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road through a guest agent: it opens and reads files as a process of the guest does, in its
 * running system, and can do nothing else.
 */
#pragma once

#include "guest/agent_talk.h"

/* The road that goes on a conversation, which stays the caller's. */
struct road *agent_road_new(struct agent_talk *talk);
