/* SPDX-License-Identifier: Apache-2.0 */
/* A job as text, and back: what is said about the files that travel beside it. */
#pragma once

#include "guest/reader_job.h"

/*
 * The job as a new JSON text. Its directory and the files of its layers go beside it, in the order
 * of `ret_fds`, room for READER_FILES_MAX. A disk whose layers do not fit goes without them, its
 * status saying so.
 */
char *reader_request_write(const struct reader_job *job, int *ret_fds, guint *ret_count);

/*
 * The job that a text of `length` bytes describes, with the files that came beside it, which are
 * the job's from then on. NULL, and the files still the caller's, for what is not strictly a job
 * with as many directories and layers as files.
 */
struct reader_job *reader_request_read(const char *text, gsize length, const int *fds, guint count);
