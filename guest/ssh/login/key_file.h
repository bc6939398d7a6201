/* SPDX-License-Identifier: Apache-2.0 */
/* A file in authorized_keys format, read once for all the users that it is about. */
#pragma once

#include "facts/ssh.h"
#include "guest/road.h"
#include "guest/ssh/key/authorized_line.h"

struct key_line {
  struct authorized_line line;
  /* What there is to say of it whoever the user is: all but user, key_file, uid, effective and
     reason. */
  AuthorizedKey *fact;
  bool too_long;       /* more than KEY_LINE_MAX: nothing of it was looked at */
  bool forced_command; /* it has the option command= */
};

struct key_file {
  const char *state; /* KEY_FILE_*: ok; truncated, when there is more; or why nothing was read */
  char *detail;      /* of a state that is not ok */
  gsize size;        /* bytes that were read */
  GPtrArray *lines;  /* of struct key_line */
};
typedef struct key_file KeyFile;

/* Read a file; new. Of its entries at most `lines_max` are taken. */
struct key_file *key_file_read(struct road *road, const char *path, guint lines_max);
void key_file_free(struct key_file *file); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyFile, key_file_free)
