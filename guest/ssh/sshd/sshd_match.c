/* SPDX-License-Identifier: Apache-2.0 */
/* The criteria of Match blocks. */
#include "guest/ssh/sshd/sshd_match.h"

#include "guest/ssh/sshd/sshd_pattern.h"

#include <string.h>

static enum certainty
match_user(const struct sshd_user *user, const char *patterns, guint64 *steps_left)
{
  return sshd_pattern_list_match(text_of_string(user->name), text_of_string(patterns),
                                 steps_left) == 1
             ? CERTAIN_YES
             : CERTAIN_NO;
}

/* One group that must not be there outweighs all that may (ga_match_pattern_list()). */
static enum certainty
match_groups(const struct sshd_user *user, const char *patterns, guint64 *steps_left)
{
  GPtrArray *groups = user->groups;
  enum certainty found = CERTAIN_NO;

  if (!groups)
    return UNCERTAIN;
  for (guint i = 0; i<groups->len && * steps_left> 0; i++) {
    int matches = sshd_pattern_list_match(text_of_string(groups->pdata[i]),
                                          text_of_string(patterns), steps_left);
    if (matches == -1)
      return CERTAIN_NO;
    if (matches == 1)
      found = CERTAIN_YES;
  }
  return found;
}

static enum certainty
match_all(const struct sshd_user *user, const char *patterns, guint64 *steps_left)
{
  (void)user, (void)patterns, (void)steps_left;
  return CERTAIN_YES;
}

static enum certainty
match_none(const struct sshd_user *user, const char *patterns, guint64 *steps_left)
{
  (void)user, (void)patterns, (void)steps_left;
  return CERTAIN_NO;
}

/* Criteria that an account decides. Whatever else there is hangs on the connection. */
static const struct criterion {
  const char *name;
  enum certainty (*match)(const struct sshd_user *user, const char *patterns, guint64 *steps_left);
} criteria[] = {
    {"all", match_all},
    {"invalid-user", match_none},
    {"user", match_user},
    {"group", match_groups},
};

static enum certainty
match_one(const struct sshd_user *user, const char *name, const char *patterns, guint64 *steps_left)
{
  for (guint i = 0; i < G_N_ELEMENTS(criteria) && *steps_left > 0; i++) {
    if (g_ascii_strcasecmp(name, criteria[i].name) != 0)
      continue;
    enum certainty result = criteria[i].match(user, patterns, steps_left);
    return *steps_left > 0 ? result : UNCERTAIN;
  }
  return UNCERTAIN;
}

enum certainty
sshd_match(const struct sshd_user *user, char *const *values, guint64 *steps_left)
{
  enum certainty result = CERTAIN_YES;

  if (!values)
    return UNCERTAIN;
  if (!user)
    return g_ascii_strcasecmp(values[0], "all") == 0 ? CERTAIN_YES : CERTAIN_NO;
  for (; *values && result != CERTAIN_NO; values += values[1] ? 2 : 1)
    result = MIN(result, match_one(user, values[0], values[1], steps_left));
  return result;
}
