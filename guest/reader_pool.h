/* SPDX-License-Identifier: Apache-2.0 */
/* The road disk: a pool of readers, one per CPU, each for many guests. */
#pragma once

#include "guest/reader.h"
#include "guest/reader_job.h"

struct reader_pool;

struct reader_pool_options {
  const char *program; /* path of virt-ledger-reader; NULL looks beside us and in libexec */
  guint readers;       /* 0: one per CPU */
  guint deadline_ms;   /* per guest; 0: READER_DEADLINE_MS */
};

/*
 * A new pool, which starts readers as it needs them. Its results come back in the order the jobs
 * went in, through `done`, which owns its guest and must not call the pool: it is called from
 * reader_pool_submit(), reader_pool_submit_known() and reader_pool_finish() only. A reader dies
 * with the thread that started it, so all calls come from one thread. NULL with READER_ERROR_START.
 */
struct reader_pool *reader_pool_new(const struct reader_pool_options *options, reader_done done,
                                    gpointer data, GError **error);

/*
 * Take over a job and give it to the next free reader, waiting for one (and delivering results) as
 * long as all are busy. A reader that dies, lies or misses its deadline costs only its guest, whose
 * status says so, and another is started; where an earlier guest may have spoilt the one that died
 * or lied, the other tries once more. False with READER_ERROR_START when no reader can be started.
 */
bool reader_pool_submit(struct reader_pool *pool, struct reader_job *job, GError **error);

/* Take over a guest that needs no reading (`remote`, …), delivered in its place in the order. */
void reader_pool_submit_known(struct reader_pool *pool, struct guest *guest);

/* Wait for all results and deliver them. */
void reader_pool_finish(struct reader_pool *pool);

/* Kill the readers, by their pids, and free the pool. NULL is fine. */
void reader_pool_free(struct reader_pool *pool);
