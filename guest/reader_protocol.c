/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets between the collecting side and a reader. A packet with a part of an answer is one byte,
 * which says whether more follows, and the part.
 */
#include "guest/reader_protocol.h"

#include "guest/reader_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELLO "virt-ledger-reader 1"

enum { PACKET_LAST, PACKET_MORE };

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
  char *text = reader_request_write(job, fds, &count);
  struct iovec part = {text, strlen(text)};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  bool fits = part.iov_len <= READER_REQUEST_MAX;

  attach_files(&message, &control, fds, count);
  bool sent =
      fits && TEMP_FAILURE_RETRY(sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL)) >= 0;
  int saved_errno = fits ? errno : EMSGSIZE;
  free(text);
  errno = saved_errno;
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
  guint8 more;
  guint length = answer->len;

  g_byte_array_set_size(answer, length + READER_PACKET_MAX);
  struct iovec parts[] = {{&more, 1}, {answer->data + length, READER_PACKET_MAX}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts)};
  ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT);
  int saved_errno = errno;
  g_byte_array_set_size(answer, length + (got > 1 ? got - 1 : 0));
  if (got < 0)
    return arrival_of_errno(saved_errno);
  if (got == 0)
    return READER_ARRIVAL_END;
  /* Files that come the wrong way (MSG_CTRUNC) were never installed here. */
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || more > PACKET_MORE ||
      answer->len > READER_ANSWER_MAX)
    return READER_ARRIVAL_BROKEN;
  return more == PACKET_MORE ? READER_ARRIVAL_PART : READER_ARRIVAL_COMPLETE;
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
  json_t *json = json_loadb((const char *)answer->data, answer->len, JSON_REJECT_DUPLICATES, NULL);

  if (!json) {
    g_set_error_literal(error, READER_ERROR, READER_ERROR_ANSWER, "it is not JSON");
    return NULL;
  }
  g_autoptr(Guest) guest = shape_from_json(&guest_shape, json, error);
  json_decref(json);
  if (!guest)
    return NULL;
  if (strcmp(guest->domain, domain) == 0 && strcmp(guest->road, road) == 0)
    return g_steal_pointer(&guest);
  g_set_error_literal(error, READER_ERROR, READER_ERROR_ANSWER, "it is about another guest");
  return NULL;
}

static bool
send_packet(int socket, guint8 more, const char *bytes, size_t length)
{
  struct iovec parts[] = {{&more, 1}, {(char *)bytes, length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts)};

  return TEMP_FAILURE_RETRY(sendmsg(socket, &message, MSG_NOSIGNAL)) >= 0;
}

static bool
send_text(int socket, const char *text, size_t length)
{
  while (length > READER_PACKET_MAX) {
    if (!send_packet(socket, PACKET_MORE, text, READER_PACKET_MAX))
      return false;
    text += READER_PACKET_MAX;
    length -= READER_PACKET_MAX;
  }
  return send_packet(socket, PACKET_LAST, text, length);
}

bool
reader_protocol_send_hello(int socket)
{
  return send_text(socket, HELLO, strlen(HELLO));
}

bool
reader_protocol_send_guest(int socket, const struct guest *guest)
{
  json_t *json = shape_to_json(&guest_shape, guest);
  char *text = json_dumps(json, JSON_COMPACT);
  bool sent = send_text(socket, text, strlen(text));

  free(text);
  json_decref(json);
  return sent;
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
