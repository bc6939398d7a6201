/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that says more than an answer may hold. */
#pragma once

#include "facts/guest.h"

/*
 * Cut lists of facts, always the largest by half, until the guest as JSON takes at most `max`
 * bytes, which must be enough for one without such lists: 16 MiB are. Nothing is cut in silence: a
 * root is marked truncated, and has a key source that says so for everybody; a seed is too large.
 */
void shorten_guest(struct guest *guest, gsize max);
