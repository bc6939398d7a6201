/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the thread that watches collectors to the one that ingests: outcomes in the order in which
 * they came, while nobody is kept from watching.
 */
#pragma once

#include "cmd/collectors.h"

struct hand_over;

/* Start the thread that calls `done`. */
struct hand_over *hand_over_new(collectors_done done, gpointer data);

/* Readable when an outcome was dealt with since hand_over_count_done() looked last. */
int hand_over_file(const struct hand_over *hand_over);

/* Takes `collected` over. Does not wait. */
void hand_over_give(struct hand_over *hand_over, guint index, struct collected *collected);

/* How many outcomes were dealt with since the last call. */
guint hand_over_take_done(struct hand_over *hand_over);

/* Wait for the outcome that is being dealt with, drop those that still wait, end the thread. */
void hand_over_free(struct hand_over *hand_over);
