/* SPDX-License-Identifier: Apache-2.0 */
/* The facts about where keys come from beside lines that could be read: struct key_source. */
#pragma once

#include "facts/guest.h"
#include "guest/ssh/sshd/sshd_answers.h"

struct key_sources;
typedef struct key_sources KeySources;

/* They go to root->key_sources. */
struct key_sources *key_sources_new(struct root *root);
void key_sources_free(struct key_sources *sources); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeySources, key_sources_free)

/* As in struct key_source; bytes need not be UTF-8. One of the same user and source counts once. */
struct key_source_text {
  const char *user; /* NULL: everybody */
  const char *source, *state;
  const char *detail, *place; /* NULL: none */
};
void key_sources_add(struct key_sources *sources, const struct key_source_text *text);

/* What of a configuration nobody can follow, whoever the user is. */
void key_sources_add_config(struct key_sources *sources, const struct sshd_config *config);

/*
 * What of the settings for a user is dynamic: commands that are asked for keys, authorities whose
 * certificates let in, and lines that count for some connections only.
 */
void key_sources_add_answers(struct key_sources *sources, const char *user,
                             const struct sshd_answers *answers);
