/* SPDX-License-Identifier: Apache-2.0 */
/* A key on the command line: by its fingerprint, or by a file that it is in. */
#pragma once

#include <glib.h>

/*
 * The fingerprints that `word` means, as a JSON array, new: "SHA256:…" itself, else that of every
 * key of a file, public keys or authorized_keys, of which "-" is standard input. NULL with
 * G_OPTION_ERROR_BAD_VALUE where that is no fingerprint, or a line no key, and with G_FILE_ERROR.
 */
char *key_argument_fingerprints(const char *word, GError **error);
