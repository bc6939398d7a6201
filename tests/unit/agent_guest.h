/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest with an agent, made of a table of files. It answers in the words of qemu-ga 7.2, as
 * libvirt 9.0 passes them on, save where a surprise is due. Questions that break a rule of
 * guest/agent.h end the test.
 */
#pragma once

#include "guest/agent.h"

struct agent_guest_file {
  const char *path;
  const char *text;
  gsize size;             /* 0: the text is a string */
  const char *open_error; /* as strerror(3) has it */
  const char *read_error;
};

/* What all questions of a kind, about one file or all of them, are answered with. */
struct agent_guest_surprise {
  enum agent_question_kind kind;
  const char *path; /* NULL: any */
  enum agent_outcome outcome;
  const char *text;
};

struct agent_guest {
  struct agent_channel channel;
  const struct agent_guest_file *files; /* ended by one without a path */
  struct agent_guest_surprise surprise;
  bool surprising;
  gint64 piece_max; /* bytes that it gives at once; 0: what is asked for */
  GArray *opened;   /* of struct agent_guest_handle, by handle */
  guint asked;      /* questions so far */
};
typedef struct agent_guest AgentGuest;

#define AGENT_GUEST_FIRST_HANDLE 1000

struct agent_guest *agent_guest_new(const struct agent_guest_file *files);
void agent_guest_free(struct agent_guest *guest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgentGuest, agent_guest_free)

void agent_guest_surprise(struct agent_guest *guest, const struct agent_guest_surprise *surprise);

/* Handles that are still open. */
guint agent_guest_open_count(struct agent_guest *guest);

/*
 * What agent_inspect() and the collectors make of it; it must survive the strict reader of facts.
 */
struct guest *agent_guest_inspect(struct agent_channel *channel);
