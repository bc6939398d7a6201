/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the thread that watches collectors to the one that deals with what they left, in the order
 * in which they ended, while nobody is kept from watching.
 */
#pragma once

#include "cmd/fleet/collectors.h"

struct outcome_queue;

/* Start the thread that calls `done`. */
struct outcome_queue *outcome_queue_new(collectors_done done, gpointer data);

/* Readable when an outcome was dealt with since outcome_queue_take_done() looked last. */
int outcome_queue_file(const struct outcome_queue *queue);

/* Takes `collected` over. Does not wait. */
void outcome_queue_push(struct outcome_queue *queue, guint index, struct collected *collected);

/* How many outcomes were dealt with since the last call. */
guint outcome_queue_take_done(struct outcome_queue *queue);

/* Wait for the outcome that is being dealt with, drop those that still wait, end the thread. */
void outcome_queue_free(struct outcome_queue *queue);
