/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an sshd_config comes to: once before anybody logs in, and once more for each user, for whom
 * only Match blocks are gone through; what those set outranks what holds for everybody
 * (parse_server_match_config() and copy_set_server_options() of servconf.c).
 */
#pragma once

#include "guest/ssh/sshd/sshd_config.h"
#include "guest/ssh/sshd/sshd_match.h"

struct sshd_answers;
typedef struct sshd_answers SshdAnswers;

/*
 * What holds before anybody logs in, new: no Match block but "all". The first line that sshd takes
 * in no Match block, but stands in one, goes to *ret_misplaced; NULL when there is none.
 */
struct sshd_answers *sshd_answers_global(struct sshd_rules *rules,
                                         const struct sshd_line **ret_misplaced);

/*
 * What holds for one user, new, as `sshd -T -C user=…` shows it where connections make no
 * difference. All is unresolved where the config's state is not ok, and once there was more to
 * compare than is compared.
 */
struct sshd_answers *sshd_answers_for_user(const struct sshd_config *config,
                                           const struct sshd_user *user);
void sshd_answers_free(struct sshd_answers *answers); /* NULL is fine; before its config */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshdAnswers, sshd_answers_free)

/* Whether it came to that for any user so far. */
bool sshd_answers_ran_out(const struct sshd_config *config);

const struct sshd_setting *sshd_answers_get(const struct sshd_answers *answers,
                                            enum sshd_keyword keyword);
