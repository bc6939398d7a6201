/* SPDX-License-Identifier: Apache-2.0 */
/* One packet there, one packet back. */
#include "guest/reader_channel.h"

#include "guest/reader_protocol.h"
#include "guest/reader_question.h"

static struct agent_answer
ask(struct agent_channel *channel, const struct agent_question *question)
{
  int socket = ((const struct reader_channel *)channel)->socket;
  g_autofree char *text = reader_question_write(question);
  struct agent_answer answer = {.outcome = AGENT_GONE};

  if (reader_protocol_send_question(socket, text))
    reader_protocol_receive_reply(socket, &answer);
  return answer;
}

void
reader_channel_init(struct reader_channel *channel, int socket)
{
  *channel = (struct reader_channel){.channel.ask = ask, .socket = socket};
}
