/* SPDX-License-Identifier: Apache-2.0 */
/* The options before a key. */
#include "guest/ssh/key/authorized_options.h"

#include "guest/ssh/key/absolute_time.h"
#include "guest/ssh/key/from_patterns.h"

#include <limits.h>
#include <netdb.h>
#include <string.h>

/* SSH_TUNID_MAX of OpenSSH. */
#define TUNNEL_MAX (INT_MAX - 2)

static bool
set_authority(struct authorized_line *line, const char *value)
{
  (void)value;
  line->cert_authority = true;
  return true;
}

static bool
set_command(struct authorized_line *line, const char *value)
{
  (void)value;
  line->forced_command = true;
  return true;
}

static bool
set_principals(struct authorized_line *line, const char *value)
{
  (void)value;
  line->has_principals = true;
  return true;
}

static bool
is_from(struct authorized_line *line, const char *value)
{
  (void)line;
  return from_patterns_valid(value);
}

/* The earliest counts. */
static bool
set_expiry(struct authorized_line *line, const char *value)
{
  gint64 at;

  if (!absolute_time_parse(value, &at) || at == 0)
    return false;
  if (line->expires_at == -1 || at < line->expires_at)
    line->expires_at = at;
  return true;
}

static bool
is_environment(struct authorized_line *line, const char *value)
{
  gsize length = strcspn(value, "=");

  (void)line;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(value[i]) && value[i] != '_')
      return false;
  return length > 0 && value[length] == '=';
}

/* A number from `least` to `most`, as strtonum(3) has it: blanks and a sign may be before it. */
static bool
is_number(const char *text, gint64 least, gint64 most)
{
  char *end;
  gint64 number = g_ascii_strtoll(text, &end, 10);

  return end != text && *end == '\0' && number >= least && number <= most;
}

/*
 * A number, or the name of a service: which names there are is in the guest's /etc/services, so
 * that any that looks like one is taken for one.
 */
static bool
is_port(const char *text)
{
  if (strcmp(text, "*") == 0 || is_number(text, 1, G_MAXUINT16))
    return true;
  if (!g_ascii_isalpha(text[0]))
    return false;
  for (; *text; text++)
    if (!g_ascii_isalnum(*text) && !strchr("-_+.", *text))
      return false;
  return true;
}

/* HOST:PORT, HOST/PORT or [HOST]:PORT, as hpdelim2() of misc.c cuts them. */
static bool
is_destination(struct authorized_line *line, const char *value)
{
  const char *bracket = value[0] == '[' ? strchr(value, ']') : NULL;
  const char *end = bracket ? bracket + 1 : value + strcspn(value, ":/");

  (void)line;
  if ((value[0] == '[' && !bracket) || (*end != ':' && *end != '/'))
    return false;
  return end - value < NI_MAXHOST && is_port(end + 1);
}

/* A port alone listens on every address. */
static bool
is_listener(struct authorized_line *line, const char *value)
{
  return strchr(value, ':') ? is_destination(line, value) : is_port(value);
}

static bool
is_tunnel(struct authorized_line *line, const char *value)
{
  (void)line;
  return g_ascii_strcasecmp(value, "any") == 0 || is_number(value, 0, TUNNEL_MAX);
}

static bool
is_anything(struct authorized_line *line, const char *value)
{
  (void)line;
  (void)value;
  return true;
}

enum option_kind {
  OPTION_FLAG,
  OPTION_SWITCH,     /* a flag that "no-" turns off */
  OPTION_VALUE,      /* ="…" behind it */
  OPTION_VALUE_ONCE, /* likewise, and not twice */
};

/* `take` looks at a value, or takes it; it gets NULL for one of a flag. */
static const struct option {
  const char *name;
  enum option_kind kind;
  bool (*take)(struct authorized_line *line, const char *value);
} known_options[] = {
    {"restrict", OPTION_FLAG, is_anything},
    {"cert-authority", OPTION_FLAG, set_authority},
    {"port-forwarding", OPTION_SWITCH, is_anything},
    {"agent-forwarding", OPTION_SWITCH, is_anything},
    {"x11-forwarding", OPTION_SWITCH, is_anything},
    {"touch-required", OPTION_SWITCH, is_anything},
    {"verify-required", OPTION_SWITCH, is_anything},
    {"pty", OPTION_SWITCH, is_anything},
    {"user-rc", OPTION_SWITCH, is_anything},
    {"command", OPTION_VALUE_ONCE, set_command},
    {"principals", OPTION_VALUE_ONCE, set_principals},
    {"from", OPTION_VALUE_ONCE, is_from},
    {"expiry-time", OPTION_VALUE, set_expiry},
    {"environment", OPTION_VALUE, is_environment},
    {"permitopen", OPTION_VALUE, is_destination},
    {"permitlisten", OPTION_VALUE, is_listener},
    {"tunnel", OPTION_VALUE, is_tunnel},
};

static bool
skip_caseless(struct text *text, const char *word)
{
  gsize length = strlen(word);

  if (text->length < length || g_ascii_strncasecmp(text->at, word, length) != 0)
    return false;
  text_drop(text, length);
  return true;
}

/* Cut the option's name off, and the sign before its value. */
static bool
skip_name(struct text *rest, const struct option *option)
{
  struct text behind = *rest;

  if (option->kind == OPTION_SWITCH)
    skip_caseless(&behind, "no-");
  if (!skip_caseless(&behind, option->name))
    return false;
  if (option->kind >= OPTION_VALUE && !text_skip(&behind, "="))
    return false;
  *rest = behind;
  return true;
}

/* Cut a quoted value off, in which only \" stands for something else; new. NULL when it is none. */
static char *
next_value(struct text *rest)
{
  struct text at = *rest;
  GString *value = g_string_new(NULL);

  if (!text_skip(&at, "\""))
    return g_string_free(value, TRUE);
  while (at.length > 0 && at.at[0] != '"') {
    if (!text_skip(&at, "\\\"")) {
      g_string_append_c(value, at.at[0]);
      text_drop(&at, 1);
    } else {
      g_string_append_c(value, '"');
    }
  }
  if (!text_skip(&at, "\""))
    return g_string_free(value, TRUE);
  *rest = at;
  return g_string_free(value, FALSE);
}

static bool
take(struct text *rest, const struct option *option, guint *seen, struct authorized_line *line)
{
  guint bit = 1u << (option - known_options);

  if (option->kind < OPTION_VALUE)
    return option->take(line, NULL);
  if (option->kind == OPTION_VALUE_ONCE && (*seen & bit) != 0)
    return false;
  *seen |= bit;
  g_autofree char *value = next_value(rest);
  return value && option->take(line, value);
}

/* Take the option that `rest` begins with, if it is a known one. */
static bool
take_option(struct text *rest, guint *seen, struct authorized_line *line)
{
  G_STATIC_ASSERT(G_N_ELEMENTS(known_options) < 32);

  for (guint i = 0; i < G_N_ELEMENTS(known_options); i++)
    if (skip_name(rest, &known_options[i]))
      return take(rest, &known_options[i], seen, line);
  return true;
}

static bool
at_end(struct text rest)
{
  return rest.length == 0 || rest.at[0] == ' ' || rest.at[0] == '\t';
}

bool
authorized_options_parse(struct text options, struct authorized_line *line)
{
  guint seen = 0;

  while (!at_end(options)) {
    if (!take_option(&options, &seen, line))
      return false;
    /* What is left over of an unknown option is no comma; between two of them may be nothing. */
    if (!at_end(options) && !text_skip(&options, ","))
      return false;
  }
  return !line->has_principals || line->cert_authority;
}
