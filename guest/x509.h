/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a certificate is for: X.509 (RFC 5280) in DER, wrapped as PEM (RFC 7468). */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct x509 {
  char *common_name; /* the last of its subject, printable UTF-8; NULL for none. To be freed */
  bool is_authority; /* it vouches for others: basicConstraints */
};

/*
 * The first certificate among some bytes; no signature is checked. False, with nothing set, when
 * there is none, or what is there contradicts itself.
 */
bool x509_parse(GBytes *pem, struct x509 *ret_x509);
