/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a guest was left alone while it was read. */
#pragma once

#include "guest/reader.h"

/* Remember when the images of a job were last written. Outside the sandbox, as is the next. */
void reader_job_see(struct reader_job *job);

/* Whether one was written since. Block devices do not say. */
bool reader_job_was_written(const struct reader_job *job);
