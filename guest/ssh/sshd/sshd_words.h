/* SPDX-License-Identifier: Apache-2.0 */
/* How sshd cuts a line of its configuration into words: two ways, with quotes that differ. */
#pragma once

/*
 * Cut the next word off *rest, which is changed in place, as strdelim() of OpenSSH's misc.c does:
 * words end at blanks, one '=' counts as a blank, and double quotes hold a word together. NULL
 * after the last, and where a quote stays open.
 */
char *sshd_words_next(char **rest);

/*
 * The arguments of a keyword, as argv_split() of misc.c cuts them: single and double quotes,
 * backslashes before quotes, backslashes and blanks; '#' at the start of a word ends the line. A
 * new list for g_strfreev(); NULL when a quote stays open.
 */
char **sshd_words_split(const char *text);

/*
 * The criteria of a Match line and their arguments, by turns, as match_cfg_line() of servconf.c
 * cuts them, which minds no single quotes: a new list for g_strfreev(). `rest` is changed in place.
 * NULL when sshd refuses it.
 */
char **sshd_words_criteria(char *rest);
