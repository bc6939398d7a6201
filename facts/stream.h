/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stream of facts: JSON Lines, one fact a line, each an object whose first key is `kind`. It
 * begins with a `collection` and ends with an `end`; docs/facts.md describes every kind and key.
 */
#pragma once

#include "facts/shape.h"

#include <stdio.h>

#define STREAM_VERSION      3 /* 1 and 2 are parts of it */
#define STREAM_VERSION_KEYS 3 /* the first with keys, accounts, cloud-init and all identities */
/* Bytes of one line, its newline counted: a definition of DOMAIN_XML_MAX and its facts, escaped. */
#define STREAM_LINE_MAX ((size_t)32 << 20)

enum fact_kind {
  FACT_COLLECTION,
  FACT_HYPERVISOR,
  FACT_DOMAIN,
  FACT_IMAGE,
  FACT_GUEST,
  FACT_NOTE,
  FACT_GONE,
  FACT_END,
  FACT_KINDS,
};

/* The shape of a kind; its name is the kind's word. */
const struct shape *fact_shape(enum fact_kind kind);

/* A fact read from a line: `data` is a struct of fact_shape(kind). Clear with fact_clear(). */
struct fact {
  enum fact_kind kind;
  gpointer data;
};
void fact_clear(struct fact *fact);

#define STREAM_ERROR (stream_error_quark())
GQuark stream_error_quark(void);
enum stream_error {
  STREAM_ERROR_SYNTAX, /* not one JSON object with a known kind, duplicate keys, not UTF-8 */
  STREAM_ERROR_TOO_LONG,
  STREAM_ERROR_IO,
};

/* Write a fact as one line. False with STREAM_ERROR_IO when `out` cannot take it. */
bool stream_write(FILE *out, enum fact_kind kind, gconstpointer data, GError **error);

/* A fact from the bytes of one line without its newline. On failure `ret_fact` is untouched. */
bool stream_parse(const char *line, size_t length, struct fact *ret_fact, GError **error);

/*
 * The kind of a line as its first bytes claim it, without parsing it; FACT_KINDS when they claim
 * none. A hint: only stream_parse() tells.
 */
enum fact_kind stream_guess_kind(const char *line, size_t length);

/* Bytes within a line. */
struct stream_text {
  const char *text;
  size_t length;
};

/*
 * The first `count` values of a line after its kind, if they are texts without an escape: the key
 * of a domain, image or guest, as stream_write() puts it. A hint too; false for any other line.
 */
bool stream_guess_texts(const char *line, size_t length, struct stream_text *ret_texts,
                        size_t count);
