/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's sshd_config(5), read and resolved as sshd of OpenSSH 9.2 does (servconf.c): Include in
 * its place, the first value of a keyword counts, Match blocks outrank what stands outside of them.
 * What hangs on a connection (Match Host, Address, …) cannot be known offline, and is told apart.
 */
#pragma once

#include "guest/road.h"
#include "guest/ssh/sshd/sshd_setting.h"

/* What there is to say of an Include that could not be followed. */
struct sshd_gap {
  char *include;    /* its pattern */
  const char *file; /* where it stands */
  guint number;
};

struct sshd_config {
  char *path; /* of the main file; the usual one where it is missing */
  /* A KEY_FILE_* of facts/ssh.h: ok, missing, malformed (sshd would not start with it), truncated
     (at a limit below), not-regular or unreadable. Unless it is ok nothing it says is certain. */
  const char *state;
  char *detail;             /* "FILE:LINE: what is wrong", the first thing; NULL when ok */
  GPtrArray *gaps;          /* of struct sshd_gap: patterns on a road that lists no directories */
  struct sshd_rules *rules; /* private */
};
typedef struct sshd_config SshdConfig;

/* Limits. What goes beyond is left out, and the state is truncated. */
#define SSHD_FILES_MAX      256               /* files, one that is included twice counted twice */
#define SSHD_FILE_BYTES_MAX ((gsize)1 << 20)  /* of one file */
#define SSHD_BYTES_MAX      ((gsize)4 << 20)  /* of all of them */
#define SSHD_LINE_BYTES_MAX ((gsize)16 << 10) /* of one line */
#define SSHD_LINES_MAX      10000             /* lines that say something */

/*
 * Read /etc/ssh/sshd_config, or SUSE's /usr/etc/ssh/sshd_config where that is missing, with all it
 * includes. New; whatever is wrong is its state.
 */
struct sshd_config *sshd_config_read(struct road *road);
void sshd_config_free(struct sshd_config *config); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshdConfig, sshd_config_free)

/* What holds for nobody in particular, as `sshd -T` shows it. The config's own. */
const struct sshd_setting *sshd_config_global(const struct sshd_config *config,
                                              enum sshd_keyword keyword);
