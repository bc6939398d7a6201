/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns with '*' and '?'. */
#include "guest/ssh/sshd/sshd_pattern.h"

/* A longer pattern of a list ends the list: it never matches (match_pattern_list() of match.c). */
#define PATTERN_MAX 1023

static void
spend(guint64 *steps_left, guint64 steps)
{
  *steps_left -= MIN(*steps_left, steps);
}

/*
 * Only the last '*' can need another try: what an earlier one took is as good as anything else it
 * might have taken.
 */
bool
sshd_pattern_match(struct text name, struct text pattern, guint64 *steps_left)
{
  gsize n = 0, p = 0, star = G_MAXSIZE, taken = 0;
  guint64 steps = 1;

  for (; n < name.length && steps < *steps_left; steps++) {
    if (p < pattern.length && pattern.at[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.length && (pattern.at[p] == '?' || pattern.at[p] == name.at[n])) {
      p++;
      n++;
    } else if (star != G_MAXSIZE) {
      p = star + 1;
      n = ++taken;
    } else {
      break;
    }
  }
  spend(steps_left, steps);
  while (n == name.length && p < pattern.length && pattern.at[p] == '*')
    p++;
  return n == name.length && p == pattern.length;
}

int
sshd_pattern_list_match(struct text name, struct text list, guint64 *steps_left)
{
  int found = 0;

  while (list.length > 0 && *steps_left > 0) {
    struct text pattern = text_cut(&list, ',');
    bool negated = text_skip(&pattern, "!");

    if (pattern.length >= PATTERN_MAX)
      return 0;
    if (!sshd_pattern_match(name, pattern, steps_left))
      continue;
    if (negated)
      return -1;
    found = 1;
  }
  return found;
}
