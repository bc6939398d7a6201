/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets between the collecting side and a reader. A packet from a reader is one byte, which says
 * what it is, and text; the reply to a question is one byte, the outcome, and text.
 */
#include "guest/reader_protocol.h"

#include "guest/reader_request.h"
#include "guest/reader_text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELLO "virt-ledger-reader 2"

enum packet {
  PACKET_LAST, /* the last part of an answer */
  PACKET_MORE, /* another part */
  PACKET_QUESTION,
  PACKETS,
};

static const enum reader_arrival arrivals[PACKETS] = {
    [PACKET_LAST] = READER_ARRIVAL_COMPLETE,
    [PACKET_MORE] = READER_ARRIVAL_PART,
    [PACKET_QUESTION] = READER_ARRIVAL_QUESTION,
};

/* Control data with the files of a job. */
union files_control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(READER_FILES_MAX * sizeof(int))];
};

static void
attach_files(struct msghdr *message, union files_control *control, const int *fds, guint count)
{
  if (count == 0)
    return;
  message->msg_control = control->bytes;
  message->msg_controllen = CMSG_SPACE(count * sizeof(*fds));
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(count * sizeof(*fds));
  memcpy(CMSG_DATA(header), fds, count * sizeof(*fds));
}

bool
reader_protocol_send_job(int socket, const struct reader_job *job)
{
  union files_control control = {0};
  int fds[READER_FILES_MAX];
  guint count;
  g_autofree char *text = reader_request_write(job, fds, &count);
  struct iovec part = {text, strlen(text)};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  bool fits = part.iov_len <= READER_REQUEST_MAX;

  attach_files(&message, &control, fds, count);
  bool sent =
      fits && TEMP_FAILURE_RETRY(sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL)) >= 0;
  if (!fits)
    errno = EMSGSIZE;
  return sent;
}

static enum reader_arrival
arrival_of_errno(int number)
{
  return number == EAGAIN || number == EINTR ? READER_ARRIVAL_NONE : READER_ARRIVAL_END;
}

enum reader_arrival
reader_protocol_receive(int socket, GByteArray *answer)
{
  guint8 packet;
  guint length = answer->len;

  g_byte_array_set_size(answer, length + READER_PACKET_MAX);
  struct iovec parts[] = {{&packet, 1}, {answer->data + length, READER_PACKET_MAX}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts)};
  ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT);
  int saved_errno = errno;
  g_byte_array_set_size(answer, length + (got > 1 ? got - 1 : 0));
  if (got < 0)
    return arrival_of_errno(saved_errno);
  if (got == 0)
    return READER_ARRIVAL_END;
  /* Files that come the wrong way (MSG_CTRUNC) were never installed here. */
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || packet >= PACKETS ||
      answer->len > READER_ANSWER_MAX)
    return READER_ARRIVAL_BROKEN;
  bool is_between = packet == PACKET_QUESTION && length > 0;
  return is_between ? READER_ARRIVAL_BROKEN : arrivals[packet];
}

bool
reader_protocol_is_hello(const GByteArray *answer)
{
  return answer->len == strlen(HELLO) && memcmp(answer->data, HELLO, answer->len) == 0;
}

struct guest *
reader_protocol_parse_guest(const GByteArray *answer, const char *domain, const char *road,
                            GError **error)
{
  g_autoptr(Guest) guest =
      reader_text_read(&guest_shape, (const char *)answer->data, answer->len, error);

  if (!guest)
    return NULL;
  if (strcmp(guest->domain, domain) == 0 && strcmp(guest->road, road) == 0)
    return g_steal_pointer(&guest);
  g_set_error_literal(error, READER_ERROR, READER_ERROR_ANSWER, "it is about another guest");
  return NULL;
}

static bool
send_packet(int socket, guint8 first, const char *bytes, size_t length, int flags)
{
  struct iovec parts[] = {{&first, 1}, {(char *)bytes, length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts)};

  return TEMP_FAILURE_RETRY(sendmsg(socket, &message, flags | MSG_NOSIGNAL)) >= 0;
}

bool
reader_protocol_send_reply(int socket, const struct agent_answer *answer)
{
  const char *text = answer->text ? answer->text : "";
  size_t length = strlen(text);

  if (length > AGENT_REPLY_MAX)
    return send_packet(socket, AGENT_FLOODED, NULL, 0, MSG_DONTWAIT);
  return send_packet(socket, (guint8)answer->outcome, text, length, MSG_DONTWAIT);
}

static bool
send_text(int socket, const char *text, size_t length)
{
  while (length > READER_PACKET_MAX) {
    if (!send_packet(socket, PACKET_MORE, text, READER_PACKET_MAX, 0))
      return false;
    text += READER_PACKET_MAX;
    length -= READER_PACKET_MAX;
  }
  return send_packet(socket, PACKET_LAST, text, length, 0);
}

bool
reader_protocol_send_hello(int socket)
{
  return send_text(socket, HELLO, strlen(HELLO));
}

bool
reader_protocol_send_guest(int socket, const struct guest *guest)
{
  g_autofree char *text = shape_to_text(&guest_shape, guest);

  return send_text(socket, text, strlen(text));
}

bool
reader_protocol_send_question(int socket, const char *text)
{
  return send_packet(socket, PACKET_QUESTION, text, strlen(text), 0);
}

bool
reader_protocol_receive_reply(int socket, struct agent_answer *ret_answer)
{
  g_autofree char *text = g_malloc(AGENT_REPLY_MAX + 1);
  guint8 outcome;
  struct iovec parts[] = {{&outcome, 1}, {text, AGENT_REPLY_MAX}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts)};
  ssize_t got = TEMP_FAILURE_RETRY(recvmsg(socket, &message, 0));

  if (got <= 0 || message.msg_flags & MSG_TRUNC || outcome >= AGENT_OUTCOMES)
    return false;
  text[got - 1] = '\0';
  *ret_answer = (struct agent_answer){outcome, g_steal_pointer(&text)};
  return true;
}

/* The files that came with a packet; returns how many. */
static guint
take_files(struct msghdr *message, int *ret_fds)
{
  struct cmsghdr *header = CMSG_FIRSTHDR(message);

  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
    return 0;
  size_t size = header->cmsg_len - CMSG_LEN(0);
  memcpy(ret_fds, CMSG_DATA(header), size);
  return (guint)(size / sizeof(*ret_fds));
}

struct reader_job *
reader_protocol_receive_job(int socket)
{
  g_autofree char *text = g_malloc(READER_REQUEST_MAX);
  union files_control control;
  int fds[READER_FILES_MAX];
  struct iovec part = {text, READER_REQUEST_MAX};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof(control.bytes)};
  ssize_t got = TEMP_FAILURE_RETRY(recvmsg(socket, &message, MSG_CMSG_CLOEXEC));

  if (got <= 0 || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
    return NULL;
  guint count = take_files(&message, fds);
  return reader_request_read(text, (gsize)got, fds, count);
}
