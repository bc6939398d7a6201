/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that may hold secrets, and are wiped before they are freed. */
#pragma once

#include "guest/text.h"

/* Room for all that will be in it must be asked for at once: growing leaves a copy behind. */
typedef GString SecretString;

struct text secret_string_text(const SecretString *string);
void secret_string_free(SecretString *string); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SecretString, secret_string_free)

/* Drop the last reference to bytes that a road has just read; NULL is fine. */
typedef GBytes SecretBytes;
void secret_bytes_free(SecretBytes *bytes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SecretBytes, secret_bytes_free)
