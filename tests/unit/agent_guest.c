/* SPDX-License-Identifier: Apache-2.0 */
/* The table of files, and the answers that it gives. */
#include "tests/unit/agent_guest.h"

#include "guest/collectors.h"

#include <string.h>

struct agent_guest_handle {
  const struct agent_guest_file *file;
  gsize at;
  bool closed;
};

static const char INFO[] =
    "{\"return\":{\"version\":\"7.2.22\",\"supported_commands\":["
    "{\"enabled\":true,\"name\":\"guest-exec\",\"success-response\":true},"
    "{\"enabled\":true,\"name\":\"guest-file-flush\",\"success-response\":true},"
    "{\"enabled\":true,\"name\":\"guest-file-write\",\"success-response\":true},"
    "{\"enabled\":true,\"name\":\"guest-file-read\",\"success-response\":true},"
    "{\"enabled\":true,\"name\":\"guest-file-close\",\"success-response\":true},"
    "{\"enabled\":true,\"name\":\"guest-file-open\",\"success-response\":true},"
    "{\"enabled\":false,\"name\":\"guest-get-devices\",\"success-response\":true},"
    "{\"enabled\":true,\"name\":\"guest-info\",\"success-response\":true}]}}";

static struct agent_answer
reply(char *text)
{
  return (struct agent_answer){AGENT_REPLIED, text};
}

static struct agent_answer
refuse(const struct agent_question *question, char *desc)
{
  char *text = g_strdup_printf("internal error: unable to execute QEMU agent command '%s': %s",
                               agent_command_name(question->kind), desc);

  g_free(desc);
  return (struct agent_answer){AGENT_REFUSED, text};
}

static const struct agent_guest_file *
find_file(const struct agent_guest *guest, const char *path)
{
  for (const struct agent_guest_file *file = guest->files; file->path; file++)
    if (strcmp(file->path, path) == 0)
      return file;
  return NULL;
}

static struct agent_answer
open_file(struct agent_guest *guest, const struct agent_question *question)
{
  struct agent_guest_handle handle = {.file = find_file(guest, question->path)};
  const char *problem = handle.file ? handle.file->open_error : "No such file or directory";

  if (problem)
    return refuse(question, g_strdup_printf("failed to open file '%s' (mode: 'r'): %s",
                                            question->path, problem));
  g_array_append_val(guest->opened, handle);
  return reply(
      g_strdup_printf("{\"return\":%u}", AGENT_GUEST_FIRST_HANDLE + guest->opened->len - 1));
}

static struct agent_guest_handle *
find_handle(struct agent_guest *guest, const struct agent_question *question)
{
  gint64 index = question->handle - AGENT_GUEST_FIRST_HANDLE;

  if (question->kind != AGENT_FILE_READ && question->kind != AGENT_FILE_CLOSE)
    return NULL;
  g_assert_cmpint(index, >=, 0);
  g_assert_cmpint(index, <, guest->opened->len);
  struct agent_guest_handle *handle =
      &g_array_index(guest->opened, struct agent_guest_handle, index);
  g_assert_false(handle->closed);
  return handle;
}

static struct agent_answer
read_file(struct agent_guest *guest, const struct agent_question *question)
{
  struct agent_guest_handle *handle = find_handle(guest, question);
  const struct agent_guest_file *file = handle->file;
  const char *text = file->text ? file->text : "";
  gsize size = file->size ? file->size : strlen(text);
  gsize wanted = (gsize)question->count;

  if (file->read_error)
    return refuse(question, g_strdup_printf("failed to read file: %s", file->read_error));
  if (guest->piece_max > 0)
    wanted = MIN(wanted, (gsize)guest->piece_max);
  gsize length = MIN(wanted, size - handle->at);
  g_autofree char *base64 = g_base64_encode((const guchar *)text + handle->at, length);
  handle->at += length;
  return reply(g_strdup_printf("{\"return\":{\"count\":%zu,\"buf-b64\":\"%s\",\"eof\":%s}}", length,
                               base64, length < wanted ? "true" : "false"));
}

static struct agent_answer
close_file(struct agent_guest *guest, const struct agent_question *question)
{
  find_handle(guest, question)->closed = true;
  return reply(g_strdup("{\"return\":{}}"));
}

static bool
is_surprise(struct agent_guest *guest, const struct agent_question *question)
{
  const struct agent_guest_surprise *surprise = &guest->surprise;
  const struct agent_guest_handle *handle = find_handle(guest, question);
  const char *path = handle ? handle->file->path : question->path;

  return guest->surprising && surprise->kind == question->kind &&
         (!surprise->path || strcmp(surprise->path, path) == 0);
}

static struct agent_answer
ask(struct agent_channel *channel, const struct agent_question *question)
{
  struct agent_guest *guest = (struct agent_guest *)channel;
  g_autofree char *command = agent_command(question);

  g_assert_nonnull(command);
  guest->asked++;
  if (is_surprise(guest, question))
    return (struct agent_answer){guest->surprise.outcome, g_strdup(guest->surprise.text)};
  switch (question->kind) {
  case AGENT_INFO:
    return reply(g_strdup(INFO));
  case AGENT_FILE_OPEN:
    return open_file(guest, question);
  case AGENT_FILE_READ:
    return read_file(guest, question);
  case AGENT_FILE_CLOSE:
    return close_file(guest, question);
  default:
    g_assert_not_reached();
  }
}

struct agent_guest *
agent_guest_new(const struct agent_guest_file *files)
{
  struct agent_guest *guest = g_new0(struct agent_guest, 1);

  guest->channel.ask = ask;
  guest->files = files;
  guest->opened = g_array_new(FALSE, FALSE, sizeof(struct agent_guest_handle));
  return guest;
}

void
agent_guest_free(struct agent_guest *guest)
{
  g_array_unref(guest->opened);
  g_free(guest);
}

void
agent_guest_surprise(struct agent_guest *guest, const struct agent_guest_surprise *surprise)
{
  guest->surprise = *surprise;
  guest->surprising = true;
}

guint
agent_guest_open_count(struct agent_guest *guest)
{
  guint count = 0;

  for (guint i = 0; i < guest->opened->len; i++)
    count += !g_array_index(guest->opened, struct agent_guest_handle, i).closed;
  return count;
}

static void
on_root(struct road *road, struct root *root, gpointer data)
{
  (void)data;
  collectors_run(road, root);
}

struct guest *
agent_guest_inspect(struct agent_channel *channel)
{
  g_autoptr(GError) error = NULL;
  struct guest *guest = guest_new();

  guest->domain = g_strdup("01234567-89ab-cdef-0123-456789abcdef");
  guest->road = g_strdup(ROAD_AGENT);
  agent_inspect(channel, guest, on_root, NULL);
  shape_check(&guest_shape, guest, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(guest->roots->len, ==, strcmp(guest->status, GUEST_OK) == 0);
  return guest;
}
