/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conversation with an agent that answers what the input says: answers, separated by RS (0x1e),
 * each of a letter (see enum below) and its text. Whatever is made of it must survive the strict
 * reader of facts, hold no byte that a terminal obeys, and end.
 */
#include "guest/agent.h"
#include "guest/collectors.h"

#include <stdint.h>
#include <string.h>

#define SEPARATOR '\x1e'

/* More than this many questions are no reading of a few files any more. */
#define QUESTIONS_MAX 2000

/* Bytes: what we say, and AGENT_WORDS_MAX of theirs. */
#define DETAIL_MAX 512

enum letter {
  LETTER_WELL = 'w',   /* a right answer; the text is what is in the file */
  LETTER_REPLY = 'r',  /* the text as it is */
  LETTER_REFUSE = 'e', /* the text is the agent's words */
  LETTER_LATE = 'l',
  LETTER_GONE = 'g',
  LETTER_FORBID = 'd',
  LETTER_FLOOD = 'f',
};

struct peer {
  struct agent_channel channel;
  const char *rest;
  gsize size;
  guint asked;
};

/* The next answer, as a new C string; NULL after the last. */
static char *
next_piece(struct peer *peer)
{
  if (peer->size == 0)
    return NULL;
  const char *end = memchr(peer->rest, SEPARATOR, peer->size);
  gsize length = end ? (gsize)(end - peer->rest) : peer->size;
  char *piece = g_strndup(peer->rest, length);

  peer->rest += length + (end != NULL);
  peer->size -= length + (end != NULL);
  return piece;
}

static char *
info_reply(void)
{
  GString *reply = g_string_new("{\"return\":{\"supported_commands\":[");

  for (guint i = 0; i < AGENT_QUESTIONS; i++)
    g_string_append_printf(reply, "%s{\"name\":\"%s\",\"enabled\":true}", i > 0 ? "," : "",
                           agent_command_name(i));
  g_string_append(reply, "]}}");
  return g_string_free(reply, FALSE);
}

static char *
read_reply(const struct agent_question *question, const char *text)
{
  gsize length = MIN(strlen(text), (gsize)question->count);
  g_autofree char *base64 = g_base64_encode((const guchar *)text, length);

  return g_strdup_printf("{\"return\":{\"count\":%zu,\"buf-b64\":\"%s\",\"eof\":true}}", length,
                         base64);
}

static struct agent_answer
answer_well(const struct agent_question *question, const char *text)
{
  switch (question->kind) {
  case AGENT_INFO:
    return (struct agent_answer){AGENT_REPLIED, info_reply()};
  case AGENT_FILE_OPEN:
    return (struct agent_answer){AGENT_REPLIED, g_strdup("{\"return\":1000}")};
  case AGENT_FILE_READ:
    return (struct agent_answer){AGENT_REPLIED, read_reply(question, text)};
  default:
    return (struct agent_answer){AGENT_REPLIED, g_strdup("{\"return\":{}}")};
  }
}

/* What comes after the input: files that are not there. */
static struct agent_answer
answer_last(const struct agent_question *question)
{
  if (question->kind == AGENT_FILE_OPEN)
    return (struct agent_answer){AGENT_REFUSED, g_strdup("No such file or directory")};
  return answer_well(question, "");
}

static struct agent_answer
ask(struct agent_channel *channel, const struct agent_question *question)
{
  struct peer *peer = (struct peer *)channel;
  g_autofree char *command = agent_command(question);
  g_autofree char *piece = next_piece(peer);

  g_assert_nonnull(command);
  g_assert_cmpuint(++peer->asked, <, QUESTIONS_MAX);
  if (!piece)
    return answer_last(question);
  const char *text = piece[0] ? piece + 1 : piece;
  switch ((enum letter)piece[0]) {
  case LETTER_REPLY:
    return (struct agent_answer){AGENT_REPLIED, g_strdup(text)};
  case LETTER_REFUSE:
    return (struct agent_answer){AGENT_REFUSED, g_strdup(text)};
  case LETTER_LATE:
    return (struct agent_answer){AGENT_LATE, g_strdup(text)};
  case LETTER_GONE:
    return (struct agent_answer){AGENT_GONE, g_strdup(text)};
  case LETTER_FORBID:
    return (struct agent_answer){AGENT_FORBIDDEN, NULL};
  case LETTER_FLOOD:
    return (struct agent_answer){AGENT_FLOODED, NULL};
  default:
    return answer_well(question, text);
  }
}

static void
on_root(struct road *road, struct root *root, gpointer data)
{
  (void)data;
  collectors_run(road, root);
}

static void
assert_sound(const struct guest *guest)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = shape_to_text(&guest_shape, guest);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  g_autoptr(Guest) again = shape_from_json(&guest_shape, json, &error);

  json_decref(json);
  g_assert_no_error(error);
  g_assert_cmpuint(again->roots->len, ==, strcmp(guest->status, GUEST_OK) == 0);
  g_assert_true(!guest->detail || strlen(guest->detail) <= DETAIL_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct peer peer = {.channel.ask = ask, .rest = (const char *)data, .size = size};
  g_autoptr(Guest) guest = guest_new();

  guest->domain = g_strdup("01234567-89ab-cdef-0123-456789abcdef");
  guest->road = g_strdup(ROAD_AGENT);
  agent_inspect(&peer.channel, guest, on_root, NULL);
  assert_sound(guest);
  return 0;
}
