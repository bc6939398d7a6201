/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data types that SSH's blobs are made of: RFC 4251 section 5, as strict and as lax as OpenSSH
 * reads them (sshbuf-getput-basic.c, sshbuf-getput-crypto.c). Reading cuts off `rest`; what is
 * returned points into it. On failure false with an SSH_KEY_ERROR, and `rest` may be anywhere.
 */
#pragma once

#include "guest/text.h"

bool wire_u32(struct text *rest, guint32 *ret_number, GError **error);
bool wire_u64(struct text *rest, guint64 *ret_number, GError **error);
bool wire_string(struct text *rest, struct text *ret_string, GError **error);

/* A string without NUL; one at its end is dropped. */
bool wire_words(struct text *rest, struct text *ret_words, GError **error);

/* A number from 0 on, of at most 16384 bits; leading zeros are dropped. */
bool wire_number(struct text *rest, struct text *ret_number, GError **error);

void wire_append_string(GByteArray *blob, struct text string);

/* `number` is big-endian and without leading zeros. */
void wire_append_number(GByteArray *blob, struct text number);
