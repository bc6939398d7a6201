/* SPDX-License-Identifier: Apache-2.0 */
/* What sshd is set to: lines of its configuration, and what they come to for a keyword. */
#pragma once

#include <glib.h>
#include <stdbool.h>

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

/* The first value that sets a keyword, or the one given for none. */
const char *sshd_setting_value(const struct sshd_setting *setting, const char *otherwise);

/* Whether a keyword that takes "none" is set to that, or to nothing. */
bool sshd_setting_is_none(const struct sshd_setting *setting);

/* Whether a yes-or-no keyword is set to yes; FACT_UNKNOWN where that is unresolved. */
gint64 sshd_setting_is_yes(const struct sshd_setting *setting, bool otherwise);

/* "FILE:LINE" of a line, new. */
char *sshd_line_place(const struct sshd_line *line);
