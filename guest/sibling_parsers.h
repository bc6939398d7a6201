/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the table of identity kinds say. */
#pragma once

#include "facts/guest.h"
#include "facts/identity_kinds.h"

struct sibling {
  const char *state; /* STATE_*; NULL: the file says nothing of this kind, which is no fault */
  char *value;       /* new, printable, at most SIBLING_VALUE_MAX bytes; NULL unless valid */
};

#define SIBLING_VALUE_MAX 1024

/* By any parser but IDENTITY_ELSEWHERE. */
struct sibling sibling_parse(enum identity_parser parser, GBytes *bytes);
