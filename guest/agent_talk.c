/* SPDX-License-Identifier: Apache-2.0 */
/* Asking, and judging what comes back. */
#include "guest/agent_talk.h"

void
agent_talk_init(struct agent_talk *talk, struct agent_channel *channel)
{
  *talk = (struct agent_talk){.channel = channel};
}

void
agent_talk_clear(struct agent_talk *talk)
{
  g_clear_pointer(&talk->detail, g_free);
}

void
agent_talk_end(struct agent_talk *talk, const char *status, const char *format, ...)
{
  va_list arguments;

  if (talk->status)
    return;
  talk->status = status;
  va_start(arguments, format);
  talk->detail = g_strdup_vprintf(format, arguments);
  va_end(arguments);
}

static struct agent_answer
put(struct agent_talk *talk, const struct agent_question *question)
{
  struct agent_answer answer = talk->channel->ask(talk->channel, question);

  g_assert(answer.outcome < AGENT_OUTCOMES);
  return answer;
}

/* There was no answer, or none to be taken: the end of the conversation. */
static void
end_without_answer(struct agent_talk *talk, const char *command, const struct agent_answer *answer)
{
  static const struct {
    const char *status;
    const char *why;
    bool cut_off;
  } ends[AGENT_OUTCOMES] = {
      [AGENT_REPLIED] = {GUEST_AGENT_HOSTILE, "an empty reply", false},
      [AGENT_LATE] = {GUEST_TIMEOUT, "no answer in time", false},
      [AGENT_GONE] = {GUEST_NO_AGENT, "the agent is not there", true},
      [AGENT_FORBIDDEN] = {GUEST_DENIED, "the hypervisor does not let us ask", true},
      [AGENT_FLOODED] = {GUEST_AGENT_HOSTILE, "the reply is too long, or could not be understood",
                         false},
  };
  bool has_words = answer->text && *answer->text;
  g_autofree char *words = has_words ? agent_error_quote("libvirt", answer->text) : NULL;

  agent_talk_end(talk, ends[answer->outcome].status, "%s: %s%s%s", command,
                 ends[answer->outcome].why, words ? "; " : "", words ? words : "");
  talk->cut_off = ends[answer->outcome].cut_off;
}

static void
take_refusal(struct agent_talk *talk, const char *command, const char *text, GError **error)
{
  g_autoptr(GError) refusal = agent_error_from_words(text);

  if (refusal->code == AGENT_ERROR_BLOCKED)
    agent_talk_end(talk, GUEST_BLOCKED, "%s: %s", command, refusal->message);
  g_propagate_error(error, g_steal_pointer(&refusal));
}

/* The text of a reply, new. NULL with an AGENT_ERROR. */
static char *
ask(struct agent_talk *talk, const struct agent_question *question, GError **error)
{
  const char *command = agent_command_name(question->kind);

  if (!talk->status) {
    struct agent_answer answer = put(talk, question);
    g_autofree char *text = answer.text;

    if (answer.outcome == AGENT_REPLIED && text)
      return g_steal_pointer(&text);
    if (answer.outcome == AGENT_REFUSED) {
      take_refusal(talk, command, text, error);
      return NULL;
    }
    end_without_answer(talk, command, &answer);
  }
  g_set_error_literal(error, AGENT_ERROR, AGENT_ERROR_OVER, talk->detail);
  return NULL;
}

/* A reply was refused: whoever answers like that is asked nothing more. Always false. */
static bool
end_with_reply(struct agent_talk *talk, enum agent_question_kind kind, GError *refused,
               GError **error)
{
  agent_talk_end(talk, GUEST_AGENT_HOSTILE, "%s: %s", agent_command_name(kind), refused->message);
  g_set_error_literal(error, AGENT_ERROR, AGENT_ERROR_OVER, talk->detail);
  return false;
}

bool
agent_talk_abilities(struct agent_talk *talk, struct agent_abilities *ret_abilities, GError **error)
{
  const struct agent_question question = {.kind = AGENT_INFO};
  g_autofree char *text = ask(talk, &question, error);
  g_autoptr(GError) refused = NULL;

  return text && (agent_reply_abilities(text, ret_abilities, &refused) ||
                  end_with_reply(talk, question.kind, refused, error));
}

bool
agent_talk_open(struct agent_talk *talk, const char *path, gint64 *ret_handle, GError **error)
{
  const struct agent_question question = {.kind = AGENT_FILE_OPEN, .path = (char *)path};
  g_autofree char *text = ask(talk, &question, error);
  g_autoptr(GError) refused = NULL;

  return text && (agent_reply_handle(text, ret_handle, &refused) ||
                  end_with_reply(talk, question.kind, refused, error));
}

GBytes *
agent_talk_read(struct agent_talk *talk, gint64 handle, gint64 count, bool *ret_end, GError **error)
{
  const struct agent_question question = {
      .kind = AGENT_FILE_READ, .handle = handle, .count = count};
  g_autofree char *text = ask(talk, &question, error);
  g_autoptr(GError) refused = NULL;

  GBytes *bytes = text ? agent_reply_bytes(text, count, ret_end, &refused) : NULL;
  if (refused)
    end_with_reply(talk, question.kind, refused, error);
  return bytes;
}

void
agent_talk_close(struct agent_talk *talk, gint64 handle)
{
  const struct agent_question question = {.kind = AGENT_FILE_CLOSE, .handle = handle};
  g_autoptr(GError) refused = NULL;

  if (talk->cut_off)
    return;
  if (talk->status) {
    g_free(put(talk, &question).text);
    return;
  }
  g_autofree char *text = ask(talk, &question, NULL);
  if (text && !agent_reply_empty(text, &refused))
    end_with_reply(talk, question.kind, refused, NULL);
}
