/* SPDX-License-Identifier: Apache-2.0 */
/* A reader for one guest only. */
#pragma once

#include "guest/reader.h"
#include "guest/reader_job.h"

struct reader_once {
  const char *program;
  guint deadline_ms;
  reader_ask ask;
  gpointer data;
  int stop; /* a descriptor that becomes readable when there is no more use in it */
};

/*
 * Take over a job, start a reader for it, pass on its questions if it is of the road agent, and end
 * it, all in the calling thread. The guest, as read or with the status that says why not; NULL when
 * it was stopped.
 */
struct guest *reader_once(const struct reader_once *once, struct reader_job *job);
