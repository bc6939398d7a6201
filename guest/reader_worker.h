/* SPDX-License-Identifier: Apache-2.0 */
/* One place for a reader: what it is doing, for which guest, and until when. */
#pragma once

#include "guest/reader_process.h"
#include "guest/reader_protocol.h"

enum worker_state {
  WORKER_NONE, /* no process */
  WORKER_STARTING,
  WORKER_IDLE,
  WORKER_BUSY,
};

/* More questions than any guest is worth; a guest that is read asks some twenty. */
#define WORKER_QUESTIONS_MAX 4096

struct reader_worker {
  const char *program, *road; /* stay the caller's */
  guint job_ms;               /* how long a guest may take */
  reader_ask ask;             /* where its questions go; NULL: it may ask none */
  gpointer ask_data;
  enum worker_state state;
  struct reader_process process;
  gint64 deadline_us;     /* of the start or the job, by g_get_monotonic_time() */
  guint guests_read;      /* by this process */
  guint questions;        /* asked about the guest of this job */
  bool is_late;           /* it was told that there is no time left for more of them */
  struct reader_job *job; /* being read, or waiting for a start */
  bool is_second_try;     /* of the job */
  GByteArray *answer;     /* what has come so far */
  char *failure;          /* how its last reader was lost */
};

void reader_worker_init(struct reader_worker *worker, const char *program, const char *road,
                        guint job_ms);
void reader_worker_clear(struct reader_worker *worker); /* kills its reader */

/* From WORKER_NONE to WORKER_STARTING. False with READER_ERROR_START. */
bool reader_worker_start(struct reader_worker *worker, GError **error);

/* Milliseconds to its deadline, rounded up; -1 when there is none: nothing is to come from it. */
int reader_worker_ms_left(const struct reader_worker *worker);

/*
 * Take over a job, in the state WORKER_IDLE. Returns NULL when it is under way, else the guest with
 * the status that says why not.
 */
struct guest *reader_worker_give(struct reader_worker *worker, struct reader_job *job);

/* The same in the state WORKER_NONE, with a new reader. */
struct guest *reader_worker_start_with(struct reader_worker *worker, struct reader_job *job);

/*
 * Take a packet that has come from the reader, reply if it is a question (which takes as long as
 * `ask` does), and look at the clock. When a job has come to its end this returns its guest, as
 * read or with the status that says why not; else NULL. Afterwards the state is WORKER_IDLE when
 * the reader has started or is done, WORKER_NONE when it is lost.
 *
 * A reader that dies or lies may have been spoilt by a guest before, so the job is given to another
 * one, once.
 */
struct guest *reader_worker_advance(struct reader_worker *worker);
