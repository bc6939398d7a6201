/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roads rootfs and agent: a crew of threads, each of which starts a reader for one guest, lets
 * it ask its questions, and ends it. A reader that was taken over has no other guest to lie about.
 */
#pragma once

#include "guest/reader.h"
#include "guest/reader_job.h"

struct reader_crew;

struct reader_crew_options {
  const char *program; /* path of virt-ledger-reader; NULL looks beside us and in libexec */
  guint size;          /* threads; 0: 16 */
  guint deadline_ms;   /* per guest, its questions included; 0: READER_DEADLINE_MS */
};

/* A new crew; `ask` may be NULL where no job is of the road agent. NULL with READER_ERROR_START. */
struct reader_crew *reader_crew_new(const struct reader_crew_options *options, reader_ask ask,
                                    gpointer data, GError **error);

/* Take over a job, or a guest that needs no reading. Neither waits. */
void reader_crew_submit(struct reader_crew *crew, struct reader_job *job);
void reader_crew_submit_known(struct reader_crew *crew, struct guest *guest);

/*
 * Wait for all guests and deliver them in the order they were submitted, in the caller's thread;
 * `done` owns its guest.
 */
void reader_crew_finish(struct reader_crew *crew, reader_done done, gpointer data);

/* Kill the readers and free the crew. NULL is fine. */
void reader_crew_free(struct reader_crew *crew);
