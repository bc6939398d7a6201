/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent_server FOLDER TREES LATENCY_MS NAME:MODE…: QEMU guest agents at unix sockets FOLDER/NAME,
 * each serving the files of TREES/NAME, or of TREES/default, after so much time, and behaving as
 * its mode says (agent_modes.h). FOLDER/NAME.log gets a line for each command, and for each file
 * that is opened and closed. Says "ready" once all are there, and stays until it is killed.
 */
#include "agent_modes.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_HANDLE 1000 /* as QEMU's */

static json_t *
refusal(const char *class, const char *words)
{
  return json_pack("{s:{s:s,s:s}}", "error", "class", class, "desc", words);
}

static json_t *
guest_sync(G_GNUC_UNUSED struct fake_agent *agent, json_t *arguments)
{
  return json_pack("{s:O}", "return", json_object_get(arguments, "id"));
}

static json_t *
guest_file_open(struct fake_agent *agent, json_t *arguments)
{
  const char *path = json_string_value(json_object_get(arguments, "path"));
  struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
  int fd = (int)syscall(SYS_openat2, agent->tree, path, &how, sizeof(how));
  json_t *handle = json_integer(FIRST_HANDLE + agent->files->len);

  if (fd < 0) {
    g_autofree char *words =
        g_strdup_printf("failed to open file '%s' (mode: 'r'): %s", path, g_strerror(errno));
    json_decref(handle);
    return refusal("GenericError", words);
  }
  fprintf(agent->log, "opened %s\n", path);
  g_ptr_array_add(agent->files, fdopen(fd, "r"));
  return json_pack("{s:o}", "return", handle);
}

/* The place of an open file; NULL for a handle that is none. */
static gpointer *
find_file(struct fake_agent *agent, json_t *arguments)
{
  json_int_t handle = json_integer_value(json_object_get(arguments, "handle")) - FIRST_HANDLE;

  if (handle < 0 || handle >= agent->files->len || !agent->files->pdata[handle])
    return NULL;
  return &agent->files->pdata[handle];
}

static json_t *
guest_file_read(struct fake_agent *agent, json_t *arguments)
{
  gpointer *file = find_file(agent, arguments);
  size_t count = (size_t)json_integer_value(json_object_get(arguments, "count"));
  g_autofree guchar *bytes = g_malloc(count + 1);

  if (!file)
    return refusal("GenericError", "handle has not been found");
  count = fread(bytes, 1, count, *file);
  g_autofree char *base64 = g_base64_encode(bytes, count);
  return json_pack("{s:{s:I,s:s,s:b}}", "return", "count", (json_int_t)count, "buf-b64", base64,
                   "eof", feof(*file) != 0);
}

static json_t *
guest_file_close(struct fake_agent *agent, json_t *arguments)
{
  gpointer *file = find_file(agent, arguments);

  if (!file)
    return refusal("GenericError", "handle has not been found");
  fputs("closed\n", agent->log);
  fclose(g_steal_pointer(file));
  return json_pack("{s:{}}", "return");
}

static json_t *guest_info(struct fake_agent *agent, json_t *arguments);

static const struct {
  const char *name;
  json_t *(*answer)(struct fake_agent *agent, json_t *arguments);
} commands[] = {
    {"guest-sync", guest_sync},
    {"guest-info", guest_info},
    {"guest-file-open", guest_file_open},
    {"guest-file-read", guest_file_read},
    {"guest-file-close", guest_file_close},
};

static json_t *
guest_info(struct fake_agent *agent, G_GNUC_UNUSED json_t *arguments)
{
  json_t *supported = json_array();

  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
    bool enabled = !agent->mode->blocks_files || !strstr(commands[i].name, "file");

    json_array_append_new(supported, json_pack("{s:b,s:s,s:b}", "enabled", enabled, "name",
                                               commands[i].name, "success-response", true));
  }
  return json_pack("{s:{s:s,s:o}}", "return", "version", "7.2.0", "supported_commands", supported);
}

static json_t *
answer(struct fake_agent *agent, const char *name, json_t *arguments)
{
  if (agent->mode->blocks_files && strstr(name, "file")) {
    g_autofree char *words = g_strdup_printf("Command %s has been disabled", name);
    return refusal("CommandNotFound", words);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
    if (strcmp(commands[i].name, name) == 0)
      return commands[i].answer(agent, arguments);
  return refusal("CommandNotFound", "The command has not been found");
}

/* False when the other side is gone. */
static bool
serve(struct fake_agent *agent, const char *line)
{
  json_t *request = json_loads(line, 0, NULL);
  const char *name = json_string_value(json_object_get(request, "execute"));

  if (!name)
    g_error("no command: %s", line);
  fputs(line, agent->log);
  json_t *reply = answer(agent, name, json_object_get(request, "arguments"));
  g_autofree char *text = json_dumps(reply, JSON_COMPACT);
  fflush(agent->log);
  g_usleep(agent->latency_ms * 1000);
  bool heard = fake_agent_say(agent, name, text);
  json_decref(reply);
  json_decref(request);
  return heard;
}

static gpointer
run(gpointer data)
{
  struct fake_agent *agent = data;
  g_autofree char *line = NULL;
  size_t size = 0;

  for (;;) {
    agent->fd = accept4(agent->listener, NULL, NULL, SOCK_CLOEXEC);
    FILE *in = fdopen(agent->fd, "r");

    while (getline(&line, &size, in) > 0 && serve(agent, line))
      ;
    fclose(in);
  }
  return NULL;
}

static int
listen_at(const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
  if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 8) != 0)
    g_error("%s: %s", path, g_strerror(errno));
  return listener;
}

static int
open_tree(const char *trees, const char *name)
{
  g_autofree char *own = g_build_filename(trees, name, NULL);
  g_autofree char *common = g_build_filename(trees, "default", NULL);

  return open(g_file_test(own, G_FILE_TEST_IS_DIR) ? own : common, O_PATH | O_CLOEXEC);
}

static void
start(const char *folder, const char *trees, gulong latency_ms, const char *argument)
{
  g_auto(GStrv) words = g_strsplit(argument, ":", 2);
  g_autofree char *path = g_build_filename(folder, words[0], NULL);
  g_autofree char *log = g_strconcat(path, ".log", NULL);
  struct fake_agent *agent = g_new0(struct fake_agent, 1);

  agent->mode = fake_agent_mode(words[1]);
  agent->latency_ms = latency_ms;
  agent->tree = open_tree(trees, words[0]);
  agent->log = fopen(log, "we");
  agent->files = g_ptr_array_new();
  agent->listener = listen_at(path);
  g_thread_unref(g_thread_new(words[0], run, agent));
}

int
main(int argc, char **argv)
{
  for (int i = 4; i < argc; i++)
    start(argv[1], argv[2], strtoul(argv[3], NULL, 10), argv[i]);
  puts("ready");
  fflush(stdout);
  for (;;)
    pause();
}
