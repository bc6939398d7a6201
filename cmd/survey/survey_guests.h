/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the guests of a hypervisor, each by the roads that lead into it. */
#pragma once

#include "cmd/survey/survey.h"
#include "cmd/survey/survey_stream.h"
#include "hypervisor/images.h"

struct survey_guests {
  const struct survey_options *options;
  struct survey_stream *stream;
  GPtrArray *domains; /* of struct survey_domain */
  struct images *images;
  bool local; /* image paths are paths of this machine */
};

/*
 * Read the guests of all domains, then the images that others back onto and that are nobody's disk,
 * and write what was found. What goes wrong in reading is a guest's status; where no reader can be
 * started the stream fails.
 */
void survey_guests_read(const struct survey_guests *guests);

/* How many domains were tried, and could not be read by any road. */
guint64 survey_guests_unread(const struct survey_guests *guests);
