/* SPDX-License-Identifier: Apache-2.0 */
/* Text of others, made fit to be a fact. */
#pragma once

#include <stddef.h>

#define FOREIGN_MESSAGE_MAX ((size_t)1024) /* bytes of somebody else's message in one of ours */

/* A new copy that is UTF-8 and at most `max` bytes long: bad bytes replaced, the rest cut. */
char *foreign_text_clean(const char *text, size_t max);
