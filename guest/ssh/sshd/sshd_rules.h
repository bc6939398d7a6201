/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of an sshd_config say, line after line, before anybody asks whom it is about. */
#pragma once

#include "guest/ssh/sshd/sshd_setting.h"

enum sshd_rule_kind {
  RULE_SETTING,
  RULE_MATCH,   /* a block begins: the values are criteria and their arguments by turns */
  RULE_INCLUDE, /* the lines of a file begin, … */
  RULE_END,     /* … and end */
  RULE_GAP,     /* there may be files here, which the road cannot tell */
};

struct sshd_rule {
  enum sshd_rule_kind kind;
  bool outside_only; /* a setting that no Match block may hold */
  struct sshd_line line;
};

struct sshd_rules {
  GPtrArray *list;             /* of struct sshd_rule */
  GPtrArray *files;            /* char *: names of the files, for lines to point to */
  GPtrArray *blocks;           /* char *: Match blocks as written, likewise */
  struct sshd_answers *global; /* what they come to before anybody logs in */
  guint64 steps_left;          /* work of patterns that is left; without any, all is uncertain */
};

struct sshd_rules *sshd_rules_new(void);
void sshd_rules_free(struct sshd_rules *rules);
