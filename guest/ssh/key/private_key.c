/* SPDX-License-Identifier: Apache-2.0 */
/* The public half of a private key file: what its lines hold, and of which format that is. */
#include "guest/ssh/key/private_key.h"

#include "guest/ssh/key/base64.h"
#include "guest/ssh/key/private_openssh.h"
#include "guest/ssh/key/private_pem.h"

#include <string.h>

#define BEGIN  "-----BEGIN "
#define END    "-----END "
#define DASHES "-----"

#define LABEL_OPENSSH "OPENSSH PRIVATE KEY"
#define LABEL_ANY     "PRIVATE KEY" /* how all of them end */

struct block {
  struct text label, body; /* body: the lines between BEGIN and END */
};

/* Cut a line off, without its newline. False after the last. */
static bool
next_line(struct text *rest, struct text *ret_line)
{
  if (rest->length == 0)
    return false;
  *ret_line = text_cut(rest, '\n');
  return true;
}

static bool
ends_with(struct text text, const char *end)
{
  gsize length = strlen(end);

  return text.length >= length && memcmp(text.at + text.length - length, end, length) == 0;
}

/* Whether a line is "-----BEGIN LABEL-----", or with END. */
static bool
is_mark(struct text line, const char *mark, struct text *ret_label)
{
  while (line.length > 0 && strchr(" \t\r", line.at[line.length - 1]))
    line.length--;
  if (!text_skip(&line, mark) || !ends_with(line, DASHES))
    return false;
  line.length -= strlen(DASHES);
  *ret_label = line;
  return true;
}

/* The lines up to that which ends `label`. False when there is none. */
static bool
next_body(struct text *rest, struct text label, struct text *ret_body)
{
  const char *start = rest->at;
  struct text line, end;

  while (next_line(rest, &line)) {
    if (!is_mark(line, END, &end))
      continue;
    *ret_body = (struct text){start, (gsize)(line.at - start)};
    return end.length == label.length && memcmp(end.at, label.at, label.length) == 0;
  }
  return false;
}

/*
 * The first block of a private key. OpenSSL, which reads PEM for OpenSSH, passes over what stands
 * before it, and blanks at the end of its first and last line.
 */
static bool
find_block(struct text file, struct block *ret_block, GError **error)
{
  struct text rest = file, line;
  struct block block;

  while (next_line(&rest, &line)) {
    if (!is_mark(line, BEGIN, &block.label) || !ends_with(block.label, LABEL_ANY))
      continue;
    if (!next_body(&rest, block.label, &block.body))
      return ssh_key_fail(SSH_KEY_ERROR_TRUNCATED, "the key ends too early", error);
    *ret_block = block;
    return true;
  }
  /* The file may end even before its first line does. */
  if (file.length > 0 && strncmp(file.at, BEGIN, MIN(file.length, strlen(BEGIN))) == 0)
    return ssh_key_fail(SSH_KEY_ERROR_TRUNCATED, "the key ends too early", error);
  return ssh_key_malformed("no private key", error);
}

/* OpenSSH's own reader wants its first line at the very start, and a newline behind its last. */
static bool
is_openssh_file(struct text file, struct text body, GError **error)
{
  static const char begin[] = BEGIN LABEL_OPENSSH DASHES "\n";
  static const char end[] = END LABEL_OPENSSH DASHES "\n";
  gsize before = (gsize)(body.at - file.at);
  struct text behind = {body.at + body.length, file.length - before - body.length};

  if (before != strlen(begin) || !text_skip(&file, begin))
    return ssh_key_malformed("the key does not begin where its file does", error);
  return text_skip(&behind, end) ||
         ssh_key_fail(SSH_KEY_ERROR_TRUNCATED, "the key's last line is not whole", error);
}

/* PEM's headers (RFC 1421) say what encrypts it; the blank line behind them ends them. */
static bool
has_headers(struct text body)
{
  struct text line;

  return next_line(&body, &line) && memchr(line.at, ':', line.length);
}

static struct ssh_key *
parse_decoded(struct text label, struct text decoded, bool *ret_encrypted, GError **error)
{
  if (text_is(label, LABEL_OPENSSH))
    return private_openssh_parse(decoded, ret_encrypted, error);
  struct ssh_key *key = private_pem_parse(label, decoded, error);
  if (key)
    *ret_encrypted = false;
  return key;
}

struct ssh_key *
private_key_parse(const char *bytes, gsize length, bool *ret_encrypted, GError **error)
{
  struct text file = {bytes, length};
  struct block block;
  gsize size;

  if (!find_block(file, &block, error))
    return NULL;
  if (text_is(block.label, LABEL_OPENSSH) && !is_openssh_file(file, block.body, error))
    return NULL;
  if (has_headers(block.body)) {
    ssh_key_fail(SSH_KEY_ERROR_ENCRYPTED, "the key is encrypted", error);
    return NULL;
  }
  char *decoded = (char *)base64_decode(block.body, &size);
  if (!decoded) {
    ssh_key_malformed("the key is no base64", error);
    return NULL;
  }
  struct ssh_key *key =
      parse_decoded(block.label, (struct text){decoded, size}, ret_encrypted, error);
  explicit_bzero(decoded, size);
  g_free(decoded);
  return key;
}
