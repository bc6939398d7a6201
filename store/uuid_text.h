/* SPDX-License-Identifier: Apache-2.0 */
/* UUIDs as keys. */
#pragma once

#include <stdbool.h>

/* Whether it is a UUID in the one form that a key has: lower case, with dashes. */
bool uuid_text_is_canonical(const char *text);
