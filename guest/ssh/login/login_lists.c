/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of users and groups that may, or may not, log in. */
#include "guest/ssh/login/login_lists.h"

#include "guest/ssh/sshd/sshd_pattern.h"

#include <string.h>

/* How a list is about a user. The order is that of certainty. */
enum mention {
  NOT_MENTIONED,
  PERHAPS_MENTIONED,
  MENTIONED,
};

typedef enum mention (*compare_function)(const struct login_user *user, const char *pattern);

static bool
matches(const struct login_user *user, const char *name, const char *pattern, gsize length)
{
  return sshd_pattern_match(text_of_string(name), (struct text){pattern, length}, user->steps_left);
}

static enum mention
mentions_user(const struct login_user *user, const char *pattern)
{
  gsize length = strcspn(pattern, "@");

  if (!matches(user, user->account->name, pattern, length))
    return NOT_MENTIONED;
  return pattern[length] == '@' ? PERHAPS_MENTIONED : MENTIONED;
}

static enum mention
mentions_group(const struct login_user *user, const char *pattern)
{
  for (guint i = 0; i<user->groups->names->len && * user->steps_left> 0; i++)
    if (matches(user, user->groups->names->pdata[i], pattern, strlen(pattern)))
      return MENTIONED;
  return accounts_know_groups(user->accounts) ? NOT_MENTIONED : PERHAPS_MENTIONED;
}

static enum mention
find_mention(const struct login_user *user, const struct sshd_setting *setting,
             compare_function compare)
{
  enum mention found = NOT_MENTIONED;

  for (guint i = 0; i < setting->lines->len; i++) {
    const struct sshd_line *line = setting->lines->pdata[i];

    for (char **pattern = line->values; *pattern && *user->steps_left > 0; pattern++)
      found = MAX(found, compare(user, *pattern));
  }
  return *user->steps_left > 0 ? found : PERHAPS_MENTIONED;
}

static const struct list {
  enum sshd_keyword keyword;
  compare_function compare;
  bool allows; /* else it denies those whom it mentions */
} lists[] = {
    {SSHD_DENY_USERS, mentions_user, false},
    {SSHD_ALLOW_USERS, mentions_user, true},
    {SSHD_DENY_GROUPS, mentions_group, false},
    {SSHD_ALLOW_GROUPS, mentions_group, true},
};

static struct verdict
judge_list(const struct login_user *user, const struct list *list)
{
  const struct sshd_setting *setting = sshd_answers_get(user->answers, list->keyword);

  if (setting->unresolved)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  if (setting->lines->len == 0)
    return VERDICT_ALLOWED;
  enum mention mention = find_mention(user, setting, list->compare);
  if (mention == PERHAPS_MENTIONED)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return (mention == MENTIONED) == list->allows ? VERDICT_ALLOWED
                                                : VERDICT_DENIED(LOGIN_USER_DENIED);
}

struct verdict
login_lists_judge(const struct login_user *user)
{
  struct verdict verdict = VERDICT_ALLOWED;

  for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    verdict = verdict_and(verdict, judge_list(user, &lists[i]));
  return verdict;
}
