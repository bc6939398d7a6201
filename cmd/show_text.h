/* SPDX-License-Identifier: Apache-2.0 */
/* A domain for people to read. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Print what show_model() made: tables, disks as trees of images; with `bytes`, exact sizes. */
void show_text(FILE *out, const json_t *model, bool bytes);
