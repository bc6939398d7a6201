/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the lines of sshd_config into rules, as process_server_config_line() of servconf.c does.
 */
#pragma once

#include "guest/ssh/sshd/sshd_config.h"
#include "guest/ssh/sshd/sshd_glob.h"
#include "guest/ssh/sshd/sshd_rules.h"

struct sshd_parser {
  struct sshd_config *config;
  struct sshd_rules *rules;
  struct sshd_glob glob;
  guint files_left, lines_left;
  gsize bytes_left;
  bool stopped; /* sshd, or we, would go no further */
};

/* Where a line is read. */
struct sshd_position {
  const char *file;
  guint number, depth;
  const char *block; /* the Match block it is in; NULL outside of them */
};

/* Read the lines of one file, whose text is cut in place. They stand in `block`, NULL: in none. */
void sshd_parser_read(struct sshd_parser *parser, char *text, const char *path, guint depth,
                      const char *block);

/* Add a rule at a position, which the parser's rules own. */
struct sshd_rule *sshd_parser_add(struct sshd_parser *parser, const struct sshd_position *at,
                                  enum sshd_rule_kind kind);

/*
 * Note what is wrong, unless something else was before it: the state and detail of the config,
 * which takes `detail`.
 */
void sshd_parser_set_wrong(struct sshd_parser *parser, const char *state, char *detail);

/* Likewise of a line whose keyword is `name`. */
void sshd_parser_set_malformed(struct sshd_parser *parser, const struct sshd_position *at,
                               const char *name, const char *what);

/* Likewise of something beyond a limit; no more is read. */
void sshd_parser_set_cut(struct sshd_parser *parser, const char *file, const char *what);
