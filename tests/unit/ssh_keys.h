/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that the real ssh-keygen made, and what it says of them. */
#pragma once

#include "guest/ssh/key/key.h"
#include "tests/unit/scratch.h"

/*
 * A folder with a key pair of each type that ssh-keygen makes without a device, named like its type
 * and bits ("rsa-3072", "rsa-3072.pub"; their comment is "NAME@guest"), and "ca". NULL, and the
 * test is skipped, where there is no ssh-keygen.
 */
struct scratch *ssh_keys_new(void);

/* The names of those pairs, ended by NULL. */
extern const char *const ssh_keys_names[];

/* A file of the folder as one line of text, without its newline; new. */
char *ssh_keys_read(struct scratch *keys, const char *name);

/* What `ssh-keygen -l -f NAME` prints; new. Empty when it takes nothing in it for a key. */
char *ssh_keys_list(struct scratch *keys, const char *name);

/* "BITS FINGERPRINT" of a key, as those lines begin; new. */
char *ssh_keys_summary(const struct ssh_key *key);

/* "TYPE BASE64 COMMENT" of a blob; new. */
char *ssh_keys_line(const char *type, const GByteArray *blob, const char *comment);
