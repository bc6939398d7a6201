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

#include <sys/stat.h>

/* One image of a chain, as it goes to a reader. */
struct reader_layer {
  int fd;           /* owned by the job: closed when the job is freed */
  char *format;     /* "raw" or "qcow2" */
  struct stat seen; /* when the job was submitted */
};

struct reader_disk {
  char *target;
  gint64 sector_size; /* <blockio logical_block_size>; FACT_UNKNOWN: 512 bytes */
  char *status;       /* why it has no layers; NULL when it has */
  GArray *layers;     /* of struct reader_layer, top image first */
};

/* One guest to be read. A disk whose layers make more than READER_FILES_MAX in all is not read. */
struct reader_job {
  char *domain; /* UUID */
  char *road;
  GPtrArray *disks; /* of struct reader_disk */
  int directory;    /* of the road rootfs, opened with O_PATH; owned by the job; -1 for none */
  char *idmap;      /* of the road rootfs: as struct domain has it; NULL for none */
  /*
   * The guest is in use. Disks are read twice, and are GUEST_CHANGED when that differs; the roots
   * are marked MARK_TORN_POSSIBLE, those of a directory MARK_LIVE. The disks of one that is not are
   * GUEST_CHANGED when an image was written meanwhile: somebody started it.
   */
  bool live;
};
typedef struct reader_job ReaderJob;

#define READER_FILES_MAX 253 /* SCM_MAX_FD */

struct reader_job *reader_job_new(const char *domain, const char *road);
struct reader_disk *reader_job_add_disk(struct reader_job *job, const char *target);
void reader_disk_add_layer(struct reader_disk *disk, int fd, const char *format);
/* Closes them: a chain is read whole or not at all. */
void reader_disk_drop_layers(struct reader_disk *disk);
void reader_job_free(struct reader_job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReaderJob, reader_job_free)

#define READER_ERROR (reader_error_quark())
GQuark reader_error_quark(void);
enum reader_error {
  READER_ERROR_START,  /* no program, no process, no socket, or a sandbox that could not be built */
  READER_ERROR_ANSWER, /* a reader said something that is no guest; never leaves this folder */
};

#define READER_DEADLINE_MS 10000

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
typedef void (*reader_done)(struct guest *guest, gpointer data);
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

/*
 * The roads rootfs and agent: a crew of threads, each of which starts a reader for one guest, lets
 * it ask its questions, and ends it. A reader that was taken over has no other guest to lie about.
 */
struct reader_crew;

struct reader_crew_options {
  const char *program; /* as in struct reader_pool_options */
  guint size;          /* threads; 0: 16 */
  guint deadline_ms;   /* per guest, its questions included; 0: READER_DEADLINE_MS */
};

/*
 * Answer a question of the reader of `domain`, whose guest has `left_ms` until its deadline. Called
 * from the crew's threads, side by side for different domains.
 */
typedef struct agent_answer (*reader_ask)(const char *domain, const struct agent_question *question,
                                          guint left_ms, gpointer data);

/* A new crew; `ask` may be NULL where no job is of the road agent. READER_ERROR_START as above. */
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
