/* SPDX-License-Identifier: Apache-2.0 */
/* Where virt-ledger-reader is. */
#pragma once

#include <glib.h>

#define READER_PROGRAM "virt-ledger-reader"

/*
 * The path of the reader as a new string: `program` when it is set, else beside this program, else
 * in libexec/ beside this program's folder, else where it was installed. NULL with
 * READER_ERROR_START, which names the places, when it is in none.
 */
char *reader_program_find(const char *program, GError **error);
