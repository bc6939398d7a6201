/* SPDX-License-Identifier: Apache-2.0 */
/* Files that should hold a half of a key pair. */
#include "guest/ssh/host/key_half.h"

#include "facts/ssh.h"
#include "guest/secret.h"
#include "guest/ssh/file_state.h"
#include "guest/ssh/key/key_text.h"
#include "guest/ssh/key/private_key.h"

#include <string.h>

#define PRIVATE_BEGIN "-----BEGIN"
#define DETAIL_MAX    512 /* bytes: a message may repeat a path */

static const char *
state_of_key_error(const GError *error)
{
  switch ((enum ssh_key_error)error->code) {
  case SSH_KEY_ERROR_TRUNCATED:
    return KEY_FILE_TRUNCATED;
  case SSH_KEY_ERROR_ENCRYPTED:
    return KEY_FILE_ENCRYPTED;
  case SSH_KEY_ERROR_NO_PUBLIC:
    return KEY_FILE_OK;
  case SSH_KEY_ERROR_MALFORMED:
    break;
  }
  return KEY_FILE_MALFORMED;
}

static void
set_state(struct key_half *half, const char *state, const char *detail)
{
  g_free(half->detail);
  half->state = state;
  half->detail = detail ? g_utf8_make_valid(detail, (gssize)MIN(strlen(detail), DETAIL_MAX)) : NULL;
}

static void
take_private(struct text file, struct key_half *half)
{
  g_autoptr(GError) error = NULL;
  bool encrypted = false;

  half->key = private_key_parse(file.at, file.length, &encrypted, &error);
  if (half->key)
    set_state(half, encrypted ? KEY_FILE_ENCRYPTED : KEY_FILE_OK, NULL);
  else
    set_state(half, state_of_key_error(error), error->message);
  half->is_private =
      half->key || error->code == SSH_KEY_ERROR_ENCRYPTED || error->code == SSH_KEY_ERROR_NO_PUBLIC;
}

static void
take_comment(struct text rest, struct key_half *half)
{
  struct text comment = text_cut(&rest, '\r');

  if (comment.length > 0)
    half->comment = g_bytes_new(comment.at, MIN(comment.length, FIELD_TEXT_MAX));
}

/* Whether a line holds a public key, or a private one begins with it: the search ends there. */
static bool
take_public_line(struct text line, struct key_half *half, GError **error)
{
  if (text_skip(&line, PRIVATE_BEGIN))
    return true;
  if (text_skip(&line, "#"))
    return false;
  ssh_key_skip_blanks(&line);
  if (line.length == 0)
    return false;
  g_clear_error(error);
  half->key = ssh_key_parse_text(&line, error);
  if (half->key)
    take_comment(line, half);
  return half->key;
}

static void
take_public(struct text file, struct key_half *half)
{
  g_autoptr(GError) error = NULL;

  while (file.length > 0) {
    struct text line = text_cut(&file, '\n');

    /* It is a C string to OpenSSH. */
    if (take_public_line(text_cut(&line, '\0'), half, &error))
      break;
  }
  if (half->key)
    set_state(half, KEY_FILE_OK, NULL);
  else
    set_state(half, error ? state_of_key_error(error) : KEY_FILE_MALFORMED,
              error ? error->message : "no key in the file");
}

static void
take(struct text file, bool may_be_private, struct key_half *half)
{
  if (file.length == 0)
    set_state(half, KEY_FILE_EMPTY, NULL);
  else if (may_be_private && memmem(file.at, file.length, PRIVATE_BEGIN, strlen(PRIVATE_BEGIN)))
    take_private(file, half);
  else
    take_public(file, half);
}

static void
read_half(struct road *road, const char *path, bool may_be_private, struct key_half *ret_half)
{
  g_autoptr(GError) error = NULL;
  struct key_half half = {0};
  bool cut = false;
  g_autoptr(SecretBytes) bytes = road_read_whole(road, path, KEY_HALF_MAX, &cut, &error);

  if (bytes) {
    take(text_of(bytes), may_be_private, &half);
    if (cut)
      set_state(&half, KEY_FILE_TRUNCATED, "the file is larger than a key");
  } else {
    set_state(&half, file_state_of(error), error->message);
  }
  *ret_half = half;
}

void
key_half_read(struct road *road, const char *path, struct key_half *ret_half)
{
  read_half(road, path, true, ret_half);
}

void
key_half_read_public(struct road *road, const char *path, struct key_half *ret_half)
{
  read_half(road, path, false, ret_half);
}

void
key_half_clear(struct key_half *half)
{
  g_free(half->detail);
  ssh_key_free(half->key);
  g_clear_pointer(&half->comment, g_bytes_unref);
  *half = (struct key_half){0};
}
