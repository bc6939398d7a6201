/* SPDX-License-Identifier: Apache-2.0 */
/* Reading what may be written meanwhile. */
#pragma once

#include "guest/reader_job.h"

/*
 * Call `read` twice and return the second guest, its roots marked MARK_TORN_POSSIBLE: what was read
 * may still be two states at once. When the first says anything else, the guest is GUEST_CHANGED
 * without roots. `read` must begin anew each time and keep nothing from the first for the second.
 */
struct guest *twice_read(struct guest *(*read)(const struct reader_job *job),
                         const struct reader_job *job);
