/* SPDX-License-Identifier: Apache-2.0 */
/* The road through a guest agent, whom the collecting side asks for us. */
#include "guest/reader_channel.h"
#include "guest/reader_protocol.h"
#include "guest/reading.h"

struct guest *
reading_agent(const struct reader_job *job)
{
  struct guest *guest = reading_guest_new(job);
  struct reader_channel channel;

  reader_channel_init(&channel, READER_SOCKET);
  agent_inspect(&channel.channel, guest, reading_collect, guest);
  reading_end(guest);
  return guest;
}
