/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of identity: what should be of one guest alone, where it is found, how it is read, and
 * what it means when two guests have the same. One row here adds a kind: the collector, the rule
 * identity.duplicate and `virt-ledger list identity-kinds` all read this table.
 */
#pragma once

#include <stdbool.h>

/* How a value is taken from the bytes of its file; the functions are in guest/sibling_parsers.c. */
enum identity_parser {
  IDENTITY_ELSEWHERE,   /* no file of the guest: another collector, or the hypervisor, tells it */
  IDENTITY_LINE,        /* the first line that is no comment */
  IDENTITY_INITIATOR,   /* InitiatorName=… of open-iscsi */
  IDENTITY_UUID,        /* a UUID, in lower case */
  IDENTITY_DHCP_DUID,   /* the last default-duid "…" of dhclient's leases, as hex digits */
  IDENTITY_CERTNAME,    /* certname = … of puppet.conf */
  IDENTITY_CERTIFICATE, /* the common name of an X.509 certificate's subject; none of an authority
                         */
  IDENTITY_DIGEST,      /* SHA-256 of the whole file, for it is a secret */
  IDENTITY_PARSERS,
};

struct identity_kind {
  const char *name; /* "iscsi-initiator": the `kind` of its facts */
  const char *path; /* of a file in the guest; a last part with '*' is a glob. NULL when
                       its parser is IDENTITY_ELSEWHERE */
  enum identity_parser parser;
  const char *severity;    /* of identity.duplicate; NULL: another rule tells, or none */
  const char *consequence; /* of two guests that share it */
};

/* Ended by a row without a name. Several rows of one name are several places of one kind. */
extern const struct identity_kind identity_kinds[];

/* The first row of that name; NULL when there is none. */
const struct identity_kind *identity_kind_find(const char *name);
