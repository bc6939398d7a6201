/* SPDX-License-Identifier: Apache-2.0 */
/* A file in authorized_keys format, read once for all the users that it is about. */
#pragma once

#include "facts/ssh.h"
#include "guest/road.h"

/* A line that is neither blank nor a comment, whoever the user is. */
struct authorized_entry {
  AuthorizedKey *fact; /* all but user, key_file, uid, effective and reason */
  bool too_long;       /* more than KEY_LINE_MAX: nothing of it was looked at */
  bool malformed;      /* sshd passes over it */
  bool is_certificate; /* in place of a key */
  bool forced_command; /* this and the next one as in struct authorized_line */
  gint64 expires_at;
};

struct authorized_file {
  const char *state;  /* KEY_FILE_*: ok; truncated, when there is more; or why nothing was read */
  char *detail;       /* of a state that is not ok */
  gsize size;         /* bytes that were read */
  GPtrArray *entries; /* of struct authorized_entry */
};
typedef struct authorized_file AuthorizedFile;

/* Read a file; new. Of its entries at most `entries_max` are taken. */
struct authorized_file *authorized_file_read(struct road *road, const char *path,
                                             guint entries_max);
void authorized_file_free(struct authorized_file *file); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthorizedFile, authorized_file_free)
