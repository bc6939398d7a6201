/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 as OpenSSH takes it, which is b64_pton(3) of the C library: white space anywhere, padding
 * required, no bits left over.
 */
#pragma once

#include "guest/text.h"

/*
 * The bytes, new, for g_free(); NULL when it is none. The one buffer that held them is what is
 * returned: who decodes a secret wipes that.
 */
guint8 *base64_decode(struct text text, gsize *ret_length);
