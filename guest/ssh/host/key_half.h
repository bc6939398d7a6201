/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that should hold a half of a key pair, as sshd loads it (authfile.c of OpenSSH). Bytes of
 * a private half are wiped before they are freed.
 */
#pragma once

#include "guest/road.h"
#include "guest/ssh/key/key.h"

/* Bytes of one file. The private half of the largest key that OpenSSH makes has 13 KiB. */
#define KEY_HALF_MAX ((gsize)64 << 10)

struct key_half {
  const char *state;   /* a KEY_FILE_* of facts/ssh.h; ok of a public half, too */
  char *detail;        /* of a state that is not ok, or what else there is to say */
  struct ssh_key *key; /* NULL where it could not be told */
  GBytes *comment;     /* of a public half; NULL without */
  bool is_private;     /* it is a private half, and whole */
};

/* A file that HostKey may name: a private key, or the first public one in the file. */
void key_half_read(struct road *road, const char *path, struct key_half *ret_half);

/* The first public key or certificate in a file: a .pub file. A private half is malformed. */
void key_half_read_public(struct road *road, const char *path, struct key_half *ret_half);

void key_half_clear(struct key_half *half);
