/* SPDX-License-Identifier: Apache-2.0 */
/* Reading replies, strictly. */
#include "guest/agent_reply.h"

#include <jansson.h>
#include <string.h>

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

static bool
refuse(const char *why, GError **error)
{
  g_set_error_literal(error, AGENT_ERROR, AGENT_ERROR_REPLY, why);
  return false;
}

/* jansson calls itself once for each level, and its own limit is 2048. */
static bool
is_shallow(const char *text)
{
  bool in_string = false;
  int depth = 0;

  for (; *text && depth <= AGENT_REPLY_DEPTH_MAX; text++) {
    if (in_string && *text == '\\' && text[1])
      text++;
    else if (*text == '"')
      in_string = !in_string;
    else if (!in_string && strchr("{[", *text))
      depth++;
    else if (!in_string && strchr("}]", *text))
      depth--;
  }
  return depth <= AGENT_REPLY_DEPTH_MAX;
}

/* What `text` returns, new: it is {"return": …}, and nothing else beside. */
static json_t *
parse(const char *text, GError **error)
{
  if (strlen(text) > AGENT_REPLY_MAX || !is_shallow(text)) {
    refuse("the reply is too long, or too deep", error);
    return NULL;
  }
  g_autoptr(Json) reply = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  json_t *value = json_object_get(reply, "return");
  if (value && json_object_size(reply) == 1)
    return json_incref(value);
  refuse("the reply is not one JSON object that returns something", error);
  return NULL;
}

static bool
note_command(json_t *command, struct agent_abilities *abilities)
{
  const char *name;
  int enabled;

  if (json_unpack(command, "{s:s, s:b}", "name", &name, "enabled", &enabled) < 0)
    return false;
  for (guint i = 0; i < AGENT_QUESTIONS; i++)
    if (strcmp(name, agent_command_name(i)) == 0)
      abilities->of[i] = enabled ? AGENT_ENABLED : AGENT_DISABLED;
  return true;
}

/* Newer agents say more of themselves and of each command, which is fine. */
bool
agent_reply_abilities(const char *text, struct agent_abilities *ret_abilities, GError **error)
{
  g_autoptr(Json) value = parse(text, error);
  struct agent_abilities abilities = {0};
  json_t *commands, *command;
  size_t i;

  if (!value)
    return false;
  commands = json_object_get(value, "supported_commands");
  if (!json_is_array(commands))
    return refuse("the reply does not list commands", error);
  json_array_foreach(commands, i, command)
    if (!note_command(command, &abilities))
      return refuse("the reply lists something that is no command", error);
  *ret_abilities = abilities;
  return true;
}

bool
agent_reply_handle(const char *text, gint64 *ret_handle, GError **error)
{
  g_autoptr(Json) value = parse(text, error);

  if (!value)
    return false;
  if (!json_is_integer(value) || json_integer_value(value) < 0)
    return refuse("the reply is no handle", error);
  *ret_handle = json_integer_value(value);
  return true;
}

/* NULL when encoding some bytes would not make exactly this text; GLib itself skips the rest. */
static GBytes *
decode_base64(const char *text)
{
  gsize size;
  g_autofree guchar *bytes = g_base64_decode(text, &size);
  g_autofree char *again = g_base64_encode(bytes, size);

  return strcmp(text, again) == 0 ? g_bytes_new_take(g_steal_pointer(&bytes), size) : NULL;
}

/* `bytes` is NULL where they could not be decoded. NULL when nothing is wrong with them. */
static const char *
what_is_wrong(GBytes *bytes, json_int_t said, gint64 wanted, bool end)
{
  const json_int_t length = bytes ? (json_int_t)g_bytes_get_size(bytes) : 0;

  if (!bytes)
    return "the reply is not in base64";
  if (length != said)
    return "the reply is shorter or longer than it says";
  if (length > wanted)
    return "the reply is longer than was asked for";
  if (length == 0 && !end)
    return "the reply holds nothing, though the file has not ended";
  return NULL;
}

GBytes *
agent_reply_bytes(const char *text, gint64 count, bool *ret_end, GError **error)
{
  g_autoptr(Json) value = parse(text, error);
  json_int_t said;
  const char *base64;
  int end;

  if (!value)
    return NULL;
  if (json_unpack(value, "{s:I, s:s, s:b !}", "count", &said, "buf-b64", &base64, "eof", &end) <
      0) {
    refuse("the reply is no piece of a file", error);
    return NULL;
  }
  g_autoptr(GBytes) bytes = decode_base64(base64);
  const char *wrong = what_is_wrong(bytes, said, count, end);
  if (wrong) {
    refuse(wrong, error);
    return NULL;
  }
  *ret_end = end;
  return g_steal_pointer(&bytes);
}

bool
agent_reply_empty(const char *text, GError **error)
{
  g_autoptr(Json) value = parse(text, error);

  if (!value)
    return false;
  if (!json_is_object(value) || json_object_size(value) > 0)
    return refuse("the reply is not empty", error);
  return true;
}
