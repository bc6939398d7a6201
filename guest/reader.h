/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers: the processes that parse what guests wrote, each in a sandbox. The collecting side hands
 * a reader the open files of one guest, passes on its questions to that guest's agent, and gets
 * back a struct guest. A pool keeps readers of disks, one per CPU, each for many guests; a crew has
 * one for each guest by the other roads. The program of the other side is virt-ledger-reader.
 */
#pragma once

#include "facts/guest.h"
#include "guest/agent.h"

#define READER_ERROR (reader_error_quark())
GQuark reader_error_quark(void);
enum reader_error {
  READER_ERROR_START,  /* no program, no process, no socket, or a sandbox that could not be built */
  READER_ERROR_ANSWER, /* a reader said something that is no guest; never leaves this folder */
};

#define READER_DEADLINE_MS 10000 /* of a guest, where nothing else is asked for */

/* What becomes of a job: a guest, which is the callee's. */
typedef void (*reader_done)(struct guest *guest, gpointer data);

/*
 * Answer a question of the reader of `domain`, whose guest has `left_ms` until its deadline. Called
 * from the crew's threads, side by side for different domains.
 */
typedef struct agent_answer (*reader_ask)(const char *domain, const struct agent_question *question,
                                          guint left_ms, gpointer data);
