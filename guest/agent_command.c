/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a guest agent, as commands of its protocol. */
#include "guest/agent.h"

#include <jansson.h>
#include <string.h>

const char *
agent_command_name(enum agent_question_kind kind)
{
  static const char *const names[AGENT_QUESTIONS] = {
      [AGENT_INFO] = "guest-info",
      [AGENT_FILE_OPEN] = "guest-file-open",
      [AGENT_FILE_READ] = "guest-file-read",
      [AGENT_FILE_CLOSE] = "guest-file-close",
  };

  return names[kind];
}

static bool
is_path(const char *path)
{
  return path && path[0] == '/' && strlen(path) < ROAD_PATH_MAX && g_utf8_validate(path, -1, NULL);
}

static bool
is_allowed(const struct agent_question *question)
{
  switch (question->kind) {
  case AGENT_INFO:
    return true;
  case AGENT_FILE_OPEN:
    return is_path(question->path);
  case AGENT_FILE_READ:
    return question->handle >= 0 && question->count >= 1 && question->count <= AGENT_READ_MAX;
  case AGENT_FILE_CLOSE:
    return question->handle >= 0;
  default:
    return false;
  }
}

static json_t *
arguments_of(const struct agent_question *question)
{
  switch (question->kind) {
  case AGENT_FILE_OPEN:
    return json_pack("{s:s, s:s}", "path", question->path, "mode", "r");
  case AGENT_FILE_READ:
    return json_pack("{s:I, s:I}", "handle", (json_int_t)question->handle, "count",
                     (json_int_t)question->count);
  case AGENT_FILE_CLOSE:
    return json_pack("{s:I}", "handle", (json_int_t)question->handle);
  default:
    return NULL;
  }
}

char *
agent_command(const struct agent_question *question)
{
  if (!is_allowed(question))
    return NULL;
  json_t *command = json_pack("{s:s, s:o*}", "execute", agent_command_name(question->kind),
                              "arguments", arguments_of(question));
  char *text = json_dumps(command, JSON_COMPACT);
  char *copy = g_strdup(text);
  json_decref(command);
  free(text);
  return copy;
}
