/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collecting side and a reader say to each other, over a pair of AF_UNIX sockets of the
 * type SOCK_SEQPACKET. A reader that is ready first says so (a hello). Then, for each guest, one
 * packet goes to it, a JSON object and the guest's open files, and one struct guest as JSON comes
 * back, in as many packets as it takes. Before that it may ask the guest's agent: each question is
 * a packet of JSON, and so is its reply. Nothing that a reader says is believed: it may have been
 * taken over.
 */
#pragma once

#include "guest/reader.h"
#include "guest/reader_job.h"

#define READER_SOCKET 3 /* the file descriptor of a reader's end */

#define READER_REQUEST_MAX ((size_t)64 << 10) /* bytes of JSON about one guest */
#define READER_PACKET_MAX  ((size_t)64 << 10)
#define READER_ANSWER_MAX  ((size_t)16 << 20) /* less than a line of facts may have */

/* The collecting side; none of these waits. */

enum reader_arrival {
  READER_ARRIVAL_PART, /* there is more to come */
  READER_ARRIVAL_COMPLETE,
  READER_ARRIVAL_QUESTION, /* of reader_question.h; the reader waits for the reply */
  READER_ARRIVAL_NONE,     /* nothing has come yet */
  READER_ARRIVAL_END,      /* the other end is closed */
  READER_ARRIVAL_BROKEN,   /* longer than READER_ANSWER_MAX, or not in this protocol */
};

/* Send a job and its files, which stay open here. False with errno: EMSGSIZE when it is too big. */
bool reader_protocol_send_job(int socket, const struct reader_job *job);

/* False with errno. What is longer than AGENT_REPLY_MAX goes as AGENT_FLOODED. */
bool reader_protocol_send_reply(int socket, const struct agent_answer *answer);

/* Append the next packet, a part of an answer or a question, to `answer`. */
enum reader_arrival reader_protocol_receive(int socket, GByteArray *answer);

/* Whether a whole answer is the hello of a reader of this version. */
bool reader_protocol_is_hello(const GByteArray *answer);

/*
 * The guest in a whole answer. NULL with an error when it is not strictly one, or is not about the
 * domain and the road that were asked for.
 */
struct guest *reader_protocol_parse_guest(const GByteArray *answer, const char *domain,
                                          const char *road, GError **error);

/* The reader's side; all of these wait. False when the other end is gone or speaks otherwise. */

bool reader_protocol_send_hello(int socket);
bool reader_protocol_send_guest(int socket, const struct guest *guest);
bool reader_protocol_send_question(int socket, const char *text);
bool reader_protocol_receive_reply(int socket, struct agent_answer *ret_answer);

/*
 * The next job, which owns its files; NULL when there is none any more. Files that came with
 * something else stay open until the reader ends, which is the next thing it does.
 */
struct reader_job *reader_protocol_receive_job(int socket);
