/* SPDX-License-Identifier: Apache-2.0 */
/* What --help prints, from the tables of verbs and options. */
#pragma once

#include "cmd/verb.h"

#include <stdio.h>

/* Options that every verb takes; their struct is struct globals. */
extern const struct verb_option usage_global_options[];

/* The program: its verbs, one line each, and the options of all. */
void usage_print_program(FILE *out);

/* A verb: usage line, what it teaches, its options. */
void usage_print_verb(FILE *out, const struct verb *verb);
