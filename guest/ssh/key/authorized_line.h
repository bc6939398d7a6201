/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of an authorized_keys file, parsed as sshd does (auth2-pubkeyfile.c, auth-options.c of
 * OpenSSH 9.2): a key at the start, else options up to the first blank outside quotes, then a key.
 */
#pragma once

#include "guest/ssh/key/key.h"

struct authorized_line {
  struct ssh_key *key; /* NULL of a malformed line */
  GBytes *options;     /* as written; NULL without */
  GBytes *comment;     /* NULL without */
  bool cert_authority;
  bool forced_command;  /* it has command="…" */
  bool has_principals;  /* it has principals="…", which is for a cert-authority alone */
  bool invalid_options; /* sshd refuses the line for them, though it has a key */
  gint64 expires_at;    /* expiry-time=, Unix seconds; -1 without. Without "Z" it is in the guest's
                           own time zone, which is taken for UTC */
};

/* False for a blank line or a comment, which is no entry. `line` is without its newline. */
bool authorized_line_parse(struct text line, struct authorized_line *ret_line);
void authorized_line_clear(struct authorized_line *line);
