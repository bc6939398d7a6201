/* SPDX-License-Identifier: Apache-2.0 */
/* Agents that hang, drip, flood and lie. */
#include "agent_modes.h"

#include <string.h>
#include <sys/socket.h>

#define LATE_S    6         /* after libvirt's own limit */
#define FLOOD     (1 << 20) /* bytes at a time */
#define BIG       (3 << 20) /* what libvirt still passes on */
#define DEEP      10000
#define TOO_MANY  40000 /* bytes that nobody asked for at once */
#define RED_ALERT "\\u001b[2J\\u001b]0;owned\\u0007\\u202e\\u009b31m"

static bool
say_bytes(struct fake_agent *agent, const char *bytes, size_t length)
{
  return send(agent->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool
say_line(struct fake_agent *agent, const char *text)
{
  g_autofree char *line = g_strconcat(text, "\n", NULL);

  return say_bytes(agent, line, strlen(line));
}

static bool
say_nothing(G_GNUC_UNUSED struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  return true;
}

static bool
say_words(struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  return say_line(agent, agent->mode->words);
}

static bool
say_slowly(struct fake_agent *agent, const char *reply)
{
  for (; *reply; reply++) {
    if (!say_bytes(agent, reply, 1))
      return false;
    g_usleep(G_USEC_PER_SEC);
  }
  return say_line(agent, "");
}

static bool
say_late(struct fake_agent *agent, const char *reply)
{
  g_usleep(LATE_S * G_USEC_PER_SEC);
  return say_line(agent, reply);
}

/* What the question before should have got. */
static bool
say_previous(struct fake_agent *agent, const char *reply)
{
  g_autofree char *previous = g_steal_pointer(&agent->previous);

  agent->previous = g_strdup(reply);
  return say_line(agent, previous ? previous : reply);
}

static bool
say_endlessly(struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  g_autofree char *text = g_strnfill(FLOOD, 'a');

  if (!say_bytes(agent, "{\"return\":\"", strlen("{\"return\":\"")))
    return false;
  while (say_bytes(agent, text, FLOOD))
    ;
  return false;
}

static bool
say_much(struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  g_autofree char *text = g_strnfill(BIG, 'a');
  g_autofree char *line = g_strdup_printf("{\"return\":\"%s\"}", text);

  return say_line(agent, line);
}

static bool
say_deep(struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  g_autofree char *in = g_strnfill(DEEP, '['), *out = g_strnfill(DEEP, ']');
  g_autofree char *line = g_strdup_printf("{\"return\":%s%s}", in, out);

  return say_line(agent, line);
}

static bool
say_piece(struct fake_agent *agent, size_t count)
{
  g_autofree char *bytes = g_strnfill(count, 'a');
  g_autofree char *base64 = g_base64_encode((guchar *)bytes, count);
  g_autofree char *line = g_strdup_printf(
      "{\"return\":{\"count\":%zu,\"buf-b64\":\"%s\",\"eof\":false}}", count, base64);

  return say_line(agent, line);
}

static bool
say_more_than_asked(struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  return say_piece(agent, TOO_MANY);
}

static bool
say_crumbs(struct fake_agent *agent, G_GNUC_UNUSED const char *reply)
{
  return say_piece(agent, 1);
}

static const struct fake_agent_mode modes[] = {
    {"honest", NULL, NULL, NULL, false},
    {"blocked", NULL, NULL, NULL, true},
    {"never", "guest-", say_nothing, NULL, false},
    {"hang", "guest-file-read", say_nothing, NULL, false},
    {"drip", "guest-info", say_slowly, NULL, false},
    {"late", "guest-file-read", say_late, NULL, false},
    {"previous", "guest-file", say_previous, NULL, false},
    {"flood", "guest-info", say_endlessly, NULL, false},
    {"big", "guest-info", say_much, NULL, false},
    {"deep", "guest-info", say_deep, NULL, false},
    {"more", "guest-file-read", say_more_than_asked, NULL, false},
    {"crumbs", "guest-file-read", say_crumbs, NULL, false},
    {"types", "guest-file-open", say_words, "{\"return\":{\"handle\":\"1000\"}}", false},
    {"duplicate", "guest-file-open", say_words, "{\"return\":1000,\"return\":1001}", false},
    {"number", "guest-file-read", say_words,
     "{\"return\":{\"count\":1e400,\"buf-b64\":\"\",\"eof\":true}}", false},
    {"garbage", "guest-file-open", say_words, "{\"handle\":1000}", false},
    {"denied", "guest-file-open", say_words,
     "{\"error\":{\"class\":\"GenericError\",\"desc\":\"failed to open file "
     "'/etc/machine-id' (mode: 'r'): Permission denied\"}}",
     false},
    {"escape", "guest-file-open", say_words,
     "{\"error\":{\"class\":\"GenericError\",\"desc\":\"" RED_ALERT " Permission denied\"}}",
     false},
};

const struct fake_agent_mode *
fake_agent_mode(const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
    if (g_strcmp0(modes[i].name, name) == 0)
      return &modes[i];
  g_error("no such mode: %s", name);
}

bool
fake_agent_say(struct fake_agent *agent, const char *command, const char *reply)
{
  const struct fake_agent_mode *mode = agent->mode;

  if (mode->at && g_str_has_prefix(command, mode->at))
    return mode->say(agent, reply);
  return say_line(agent, reply);
}
