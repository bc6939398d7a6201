/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The little of DER (X.690) that private keys and certificates are made of. Nothing is copied: what
 * is returned points into `rest`, of which it is cut off.
 */
#pragma once

#include "guest/text.h"

enum der_tag {
  DER_BOOLEAN = 0x01,
  DER_INTEGER = 0x02,
  DER_BIT_STRING = 0x03,
  DER_OCTET_STRING = 0x04,
  DER_OBJECT_ID = 0x06,
  DER_SEQUENCE = 0x30,
  DER_SET = 0x31,
  DER_CONTEXT_0 = 0xa0,
  DER_CONTEXT_1 = 0xa1,
  DER_CONTEXT_3 = 0xa3,
};

/* The content of the next element if its tag is this one. False with an SSH_KEY_ERROR. */
bool der_next(struct text *rest, enum der_tag tag, struct text *ret_content, GError **error);

/* Likewise of an optional one: false when it is not there, or no good. */
bool der_skip(struct text *rest, enum der_tag tag, struct text *ret_content);

/* Likewise whatever its tag is: false after the last element, or when the next is no good. */
bool der_skip_any(struct text *rest, struct text *ret_content);

/* An integer from 0 on, without leading zeros. */
bool der_number(struct text *rest, struct text *ret_number, GError **error);
