/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers: the processes that parse what guests wrote. The collecting side keeps one per CPU, hands each
 * the open files of one guest at a time, and takes back a struct guest. virt-ledger-reader is the other side.
 */
#pragma once

#include "facts/guest.h"

/* One image of a chain, as it goes to a reader. */
struct reader_layer {
  int fd; /* owned by the job: closed when the job is freed */
  char *format; /* "raw" or "qcow2" */
};

struct reader_disk {
  char *target;
  char *status; /* why it has no layers; NULL when it has */
  GArray *layers; /* of struct reader_layer, top image first */
};

/* One guest to be read. At most READER_FILES_MAX layers in all; more are a status of the disk. */
struct reader_job {
  char *domain; /* UUID */
  char *road;
  GPtrArray *disks; /* of struct reader_disk */
};
typedef struct reader_job ReaderJob;

#define READER_FILES_MAX 253 /* SCM_MAX_FD */

struct reader_job *reader_job_new(const char *domain, const char *road);
struct reader_disk *reader_job_add_disk(struct reader_job *job, const char *target);
void reader_disk_add_layer(struct reader_disk *disk, int fd, const char *format);
void reader_job_free(struct reader_job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReaderJob, reader_job_free)

#define READER_ERROR (reader_error_quark())
GQuark reader_error_quark(void);
enum reader_error {
  READER_ERROR_START, /* no program, no process, no socket, or a sandbox that could not be built */
};

struct reader_pool;

struct reader_pool_options {
  const char *program;  /* path of virt-ledger-reader; NULL looks beside this program and in libexec */
  guint readers;        /* 0: one per CPU */
  guint deadline_ms;    /* per guest */
};

/*
 * Start the readers. The pool's results come back in the order the jobs went in, through `done`, which owns
 * its guest: called from reader_pool_submit() and reader_pool_finish() only.
 */
typedef void (*reader_done)(struct guest *guest, gpointer data);
struct reader_pool *reader_pool_new(const struct reader_pool_options *options, reader_done done, gpointer data,
                                    GError **error);

/*
 * Take over a job and give it to the next free reader, waiting for one (and delivering results) as long as
 * all are busy. A reader that dies or misses its deadline costs only its guest, whose status says so; another is
 * started. False with READER_ERROR_START when no reader can be started any more.
 */
bool reader_pool_submit(struct reader_pool *pool, struct reader_job *job, GError **error);

/*
 * Deliver a guest that needs no reading (`running`, `no-disk`, …) in its place in the order. Takes it over.
 */
bool reader_pool_submit_known(struct reader_pool *pool, struct guest *guest, GError **error);

/* Wait for all results and deliver them. */
bool reader_pool_finish(struct reader_pool *pool, GError **error);

/* Kill the readers, by their pids, and free the pool. NULL is fine. */
void reader_pool_free(struct reader_pool *pool);
