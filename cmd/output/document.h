/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON document on standard output. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Print it over several lines, or on one; with unsafe characters escaped (cmd/output/escape.h). */
void document_print(FILE *out, const json_t *document, bool one_line);
