/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hypervisor tells while it is watched: one JSON object a line, from the process that
 * listens to the one that acts on it. The listener may be on another machine, which may be hostile.
 */
#pragma once

#include "facts/shape.h"

#include <stdio.h>

struct event {
  char *event; /* EVENT_* */
  char *uuid;  /* of EVENT_DOMAIN: lower case, with dashes */
  char *name;  /* of that domain */
  char *what;  /* happened to it, in a word: "started" */
  char *why;   /* of EVENT_LOST */
};
SHAPE_DECLARE(Event, event)

#define EVENT_CONNECTED "connected" /* from here on nothing is missed */
#define EVENT_DOMAIN    "domain"
#define EVENT_LOST      "lost" /* the last line: there is no connection, or no longer */

#define EVENT_WORD_MAX ((size_t)16)       /* bytes of `what` */
#define EVENT_LINE_MAX ((size_t)32 << 10) /* bytes, its newline counted */

/* Write an event as one line, at once. False when `out` cannot take it: errno says why. */
bool event_write(const struct event *event, FILE *out);

/*
 * An event from the bytes of a line without its newline. NULL with SHAPE_ERROR_INVALID where it is
 * not one JSON object with the keys of its kind, and no others.
 */
struct event *event_parse(const char *line, size_t length, GError **error);
