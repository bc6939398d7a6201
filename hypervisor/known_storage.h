/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is declared about paths before any is read: by domains, by what domains say of their chains,
 * by pools. It answers which format a path has, and whether a raw file is one of ours.
 */
#pragma once

#include "hypervisor/storage.h"

#include <glib.h>
#include <stdbool.h>

struct declaration {
  char *format; /* NULL: named without a format */
  char *other;  /* a second format that somebody else declared: nothing can be believed */
  bool encrypted;
};

struct known_storage;

/* `storage` stays the caller's. */
struct known_storage *known_storage_new(const struct storage *storage);
void known_storage_free(struct known_storage *known); /* NULL is fine */

/* Declare a path. Formats may be NULL; the first counts, another is kept as a contradiction. */
void known_storage_declare(struct known_storage *known, const char *path, const char *format,
                           bool encrypted);

/* Add the folder of a path that is a file of ours. */
void known_storage_add_folder_of(struct known_storage *known, const char *path);

/* What is declared about a path, or NULL. */
const struct declaration *known_storage_find(const struct known_storage *known, const char *path);

/*
 * Whether a path is declared, a volume of a pool, or directly in a folder of ours. Follows the
 * links of its folder, opens nothing.
 */
bool known_storage_has(const struct known_storage *known, const char *path);
