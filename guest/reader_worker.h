/* SPDX-License-Identifier: Apache-2.0 */
/* One place for a reader in the pool: what it is doing, for which guest, and until when. */
#pragma once

#include "guest/reader_process.h"
#include "guest/reader_protocol.h"

enum worker_state {
  WORKER_NONE, /* no process */
  WORKER_STARTING,
  WORKER_IDLE,
  WORKER_BUSY,
};

struct reader_worker {
  const char *program; /* stays the caller's */
  guint job_ms;        /* how long a guest may take */
  enum worker_state state;
  struct reader_process process;
  gint64 deadline_us;     /* of the start or the job, by g_get_monotonic_time() */
  guint guests_read;      /* by this process */
  struct reader_job *job; /* being read, or waiting for a start */
  bool is_second_try;     /* of the job */
  GByteArray *answer;     /* what has come so far */
  char *failure;          /* how its last reader was lost */
};

void reader_worker_init(struct reader_worker *worker, const char *program, guint job_ms);
void reader_worker_clear(struct reader_worker *worker); /* kills its reader */

/* From WORKER_NONE to WORKER_STARTING. False with READER_ERROR_START. */
bool reader_worker_start(struct reader_worker *worker, GError **error);

/*
 * Take over a job, in the state WORKER_IDLE. Returns NULL when it is under way, else the guest with
 * the status that says why not.
 */
struct guest *reader_worker_give(struct reader_worker *worker, struct reader_job *job);

/*
 * Take a packet that has come from the reader, and look at the clock. When a job has come to its
 * end this returns its guest, as read or with the status that says why not; else NULL. Afterwards
 * the state is WORKER_IDLE when the reader has started or is done, WORKER_NONE when it is lost.
 *
 * A reader that dies or lies may have been spoilt by a guest before, so the job is given to another
 * one, once.
 */
struct guest *reader_worker_advance(struct reader_worker *worker);
