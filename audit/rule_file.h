/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a folder of rules holds. */
#pragma once

#include "audit/rules.h"

#define RULE_FILE_MAX ((size_t)1 << 20) /* bytes */

/*
 * Paths of the folder's *.sql files but for hidden ones, sorted, as a new array of char *. A folder
 * that is not there has none. NULL with AUDIT_ERROR_FILE when it cannot be read.
 */
GPtrArray *rule_file_list(const char *folder, GError **error);

/*
 * The text of a rule's file, new. Only a regular file of at most RULE_FILE_MAX bytes of UTF-8 is
 * read. NULL with AUDIT_ERROR_FILE.
 */
char *rule_file_read(const char *path, GError **error);
