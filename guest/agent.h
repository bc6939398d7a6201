/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road through a QEMU guest agent. The reader that goes it asks the collecting side, which asks
 * libvirt: the reader can ask nothing but the questions below, and the collecting side never looks
 * into the agent's replies, which a guest wrote. Commands and replies are those of the QEMU Guest
 * Agent Protocol Reference (qga/qapi-schema.json of QEMU 7.2).
 */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"

enum agent_question_kind {
  AGENT_INFO,       /* guest-info */
  AGENT_FILE_OPEN,  /* guest-file-open, for reading */
  AGENT_FILE_READ,  /* guest-file-read */
  AGENT_FILE_CLOSE, /* guest-file-close */
  AGENT_QUESTIONS,
};

/* At most this many bytes are asked for at once: a reply in base64 fits one packet. */
#define AGENT_READ_MAX 32768
/* A reply that is longer is no answer to any question above. */
#define AGENT_REPLY_MAX ((gsize)64 << 10)

struct agent_question {
  enum agent_question_kind kind;
  char *path;    /* of AGENT_FILE_OPEN: absolute, in the guest */
  gint64 handle; /* of AGENT_FILE_READ and AGENT_FILE_CLOSE */
  gint64 count;  /* of AGENT_FILE_READ: 1 to AGENT_READ_MAX */
};

enum agent_outcome {
  AGENT_REPLIED,   /* `text` is the whole reply, a JSON object */
  AGENT_REFUSED,   /* the agent answered with an error; `text` holds its words, among libvirt's */
  AGENT_LATE,      /* no answer in time */
  AGENT_GONE,      /* it is not connected, or the domain no longer runs */
  AGENT_FORBIDDEN, /* the hypervisor does not let us ask */
  AGENT_FLOODED,   /* the reply was longer than AGENT_REPLY_MAX, and is not here */
  AGENT_OUTCOMES,
};

struct agent_answer {
  enum agent_outcome outcome;
  char *text;      /* the receiver's; may be NULL unless AGENT_REPLIED; any bytes but NUL */
  guint waited_ms; /* for its turn, which is no fault of the guest: its deadline is later by it */
};

/* Whoever passes questions on. The answer comes before the deadline of the call, always. */
struct agent_channel {
  struct agent_answer (*ask)(struct agent_channel *channel, const struct agent_question *question);
};

/* The name of the command that puts such a question: "guest-info", … */
const char *agent_command_name(enum agent_question_kind kind);

/*
 * The command that puts a question to an agent, as JSON, new. NULL for a question that breaks a
 * rule above: whoever asked it is not to be trusted.
 */
char *agent_command(const struct agent_question *question);

/*
 * Read a guest through its agent: fill `guest` with its status and its one root, "/", marked
 * MARK_GUEST_ATTESTED. `found` runs the collectors over the road. Never fails: what cannot be read
 * is a status (no-agent, blocked, denied, timeout, agent-hostile), whose detail shows the guest's
 * own words only escaped, cut, and as the guest's.
 */
void agent_inspect(struct agent_channel *channel, struct guest *guest,
                   void (*found)(struct road *road, struct root *root, gpointer data),
                   gpointer data);
