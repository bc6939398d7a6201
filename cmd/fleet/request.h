/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a collector is asked for: one JSON object on its standard input, so that neither a URI with
 * a password nor a name that a guest's owner chose is ever an argument, which others can see and a
 * remote shell would read.
 */
#pragma once

#include "facts/shape.h"

#include <stdio.h>

/* A name or pattern in a list. */
struct request_word {
  char *text;
};
SHAPE_DECLARE(RequestWord, request_word)

/* As the options of `collect`; unknown and empty where it does not say. */
struct request {
  char *uri;          /* NULL: libvirt's own default */
  GPtrArray *domains; /* of struct request_word: names or UUIDs; empty for all */
  GPtrArray *templates;
  char *roads;           /* a word of road_choice_words */
  gint64 narrowed;       /* `roads` is for this once */
  gint64 gone;           /* a domain that is not there is a fact, no error */
  gint64 check;          /* connect and say who answers, but list nothing */
  gint64 deadline;       /* seconds until the collector ends itself, should nobody else do it */
  gint64 guest_deadline; /* seconds */
  gint64 readers;        /* side by side */
  gint64 agents;         /* likewise */
};
SHAPE_DECLARE(Request, request)

#define REQUEST_ERROR (request_error_quark())
GQuark request_error_quark(void);
enum request_error {
  REQUEST_ERROR_READ,   /* longer than 1 MiB, too */
  REQUEST_ERROR_SYNTAX, /* not one JSON object */
};

/* Add texts, ended by NULL, to a list of a request. */
void request_add_words(GPtrArray *list, const char *const *texts);

/* The texts of such a list, ended by NULL, which stay the request's; NULL when it is empty. */
const char **request_texts(const GPtrArray *list);

/*
 * Write it, or read it to the end of `in`: NULL with REQUEST_ERROR, and with SHAPE_ERROR where a
 * key is unknown or its value is none.
 */
bool request_write(const struct request *request, FILE *out);
struct request *request_read(FILE *in, GError **error);
