/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's sshd_config(5), read and resolved as sshd of OpenSSH 9.2 does (servconf.c): Include in
 * its place, the first value of a keyword counts, Match blocks outrank what stands outside of them.
 * What hangs on a connection (Match Host, Address, …) cannot be known offline, and is told apart.
 */
#pragma once

#include "guest/road.h"

/* The keywords that somebody asks for. All others are checked, and passed over. */
enum sshd_keyword {
  SSHD_ALLOW_GROUPS,
  SSHD_ALLOW_USERS,
  SSHD_AUTHENTICATION_METHODS,
  SSHD_AUTHORIZED_KEYS_COMMAND,
  SSHD_AUTHORIZED_KEYS_FILE,
  SSHD_AUTHORIZED_PRINCIPALS_COMMAND,
  SSHD_AUTHORIZED_PRINCIPALS_FILE,
  SSHD_CA_SIGNATURE_ALGORITHMS,
  SSHD_CHROOT_DIRECTORY,
  SSHD_DENY_GROUPS,
  SSHD_DENY_USERS,
  SSHD_HOST_CERTIFICATE,
  SSHD_HOST_KEY,
  SSHD_HOST_KEY_AGENT,
  SSHD_PERMIT_ROOT_LOGIN,
  SSHD_PUBKEY_ACCEPTED_ALGORITHMS,
  SSHD_PUBKEY_AUTHENTICATION,
  SSHD_REQUIRED_RSA_SIZE,
  SSHD_REVOKED_KEYS,
  SSHD_STRICT_MODES,
  SSHD_TRUSTED_USER_CA_KEYS,
  SSHD_USE_PAM,
  SSHD_KEYWORDS, /* how many */
  SSHD_OTHER,
};

/* A line that sets a keyword. */
struct sshd_line {
  enum sshd_keyword keyword;
  const char *name;  /* of the keyword, lower case, an alias's own */
  char **values;     /* its arguments, quotes gone; of a command the rest of the line as one */
  const char *file;  /* where it stands */
  guint number;      /* of the line, from 1 */
  const char *block; /* the Match block that it stands in, as written; NULL outside of them */
};

/* What a keyword is set to. Neither kind of line: its default. */
struct sshd_setting {
  /* What sets it: one line, or each of them, in order, for keywords whose lines add up (HostKey,
     HostCertificate, Allow…, Deny…). Of const struct sshd_line *. */
  GPtrArray *lines;
  GPtrArray *possible; /* lines that may outrank or add to those, depending on the connection */
  bool unresolved;     /* there are such lines, or files that could not be found out */
};

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

/* Whom it is about. */
struct sshd_user {
  const char *name;
  GPtrArray *groups; /* const char *: all of them; NULL where they are not known */
};

/* What holds for one user, as `sshd -T -C user=…` shows it where connections make no difference. */
struct sshd_answers;
typedef struct sshd_answers SshdAnswers;
struct sshd_answers *sshd_config_for_user(const struct sshd_config *config,
                                          const struct sshd_user *user);
void sshd_answers_free(struct sshd_answers *answers); /* NULL is fine; before its config */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshdAnswers, sshd_answers_free)

const struct sshd_setting *sshd_answers_get(const struct sshd_answers *answers,
                                            enum sshd_keyword keyword);

/* The first value that sets a keyword, or the one given for none. */
const char *sshd_setting_value(const struct sshd_setting *setting, const char *otherwise);

/* "FILE:LINE" of a line, new. */
char *sshd_line_place(const struct sshd_line *line);
