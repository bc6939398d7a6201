/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader does with a job: by each road a new guest, never NULL, whose status says what could
 * not be read.
 */
#pragma once

#include "guest/reader_job.h"
#include "guest/road.h"

/* In the sandbox. A guest in use is read twice. */
struct guest *reading_disk(const struct reader_job *job);

/* In the sandbox; asks over READER_SOCKET. */
struct guest *reading_agent(const struct reader_job *job);

/*
 * Enters the sandbox with the directory of the job, or does not read it: once in a process. The
 * guest has one root, "/".
 */
struct guest *reading_rootfs(const struct reader_job *job);

/* What they have in common: a guest of the job without roots, … */
struct guest *reading_guest_new(const struct reader_job *job);

/* … the run of all collectors over a root, with the seeds of cloud-init that it holds, … */
void reading_collect(struct road *road, struct root *root, gpointer guest);

/* … what a volume tells cloud-init, … */
void reading_seed(struct road *road, const char *volume, gpointer guest);

/* … and the end: a guest that an answer can hold. */
void reading_end(struct guest *guest);
