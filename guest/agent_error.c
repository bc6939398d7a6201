/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an agent's errors mean. Their class says nothing (GenericError), and libvirt passes on the
 * description only, so its words decide: those of strerror(3), which qemu-ga does not translate, of
 * qapi/qmp-dispatch.c of QEMU 7.2 and older, and of qemuAgentCheckError() of libvirt 9.0.
 */
#include "guest/agent_error.h"

#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "…"

/* What libvirt puts before the agent's words. */
#define LIBVIRT_PREFIX "unable to execute QEMU agent command "

G_DEFINE_QUARK(agent_error, agent_error)

static const struct meaning {
  const char *words;
  enum agent_error code;
} meanings[] = {
    {" has been disabled", AGENT_ERROR_BLOCKED},
    {"No such file or directory", AGENT_ERROR_NOT_FOUND},
    {"Not a directory", AGENT_ERROR_NOT_FOUND},
    {"File name too long", AGENT_ERROR_NOT_FOUND},
    {"The system cannot find the ", AGENT_ERROR_NOT_FOUND}, /* Windows: file, or path */
    {"Is a directory", AGENT_ERROR_NOT_REGULAR},
    {"No such device or address", AGENT_ERROR_NOT_REGULAR}, /* a socket */
    {"Permission denied", AGENT_ERROR_DENIED},
    {"Operation not permitted", AGENT_ERROR_DENIED},
    {"Too many levels of symbolic links", AGENT_ERROR_LOOP},
};

/* "The command guest-info has not been found"; "handle '7' has not been found" is another matter.
 */
static bool
is_unknown_command(const char *words)
{
  return g_str_has_prefix(words, "The command ") && strstr(words, " has not been found");
}

static enum agent_error
code_of(const char *words)
{
  if (is_unknown_command(words))
    return AGENT_ERROR_BLOCKED;
  for (guint i = 0; i < G_N_ELEMENTS(meanings); i++)
    if (strstr(words, meanings[i].words))
      return meanings[i].code;
  return AGENT_ERROR_OTHER;
}

/* The agent's words without libvirt's: `unable to execute QEMU agent command 'NAME': WORDS`. */
static const char *
skip_libvirt(const char *text)
{
  const char *prefix = strstr(text, LIBVIRT_PREFIX);
  const char *end = prefix ? strstr(prefix, "': ") : NULL;

  return end ? end + strlen("': ") : text;
}

GError *
agent_error_from_words(const char *text)
{
  const char *words = skip_libvirt(text ? text : "");
  g_autofree char *quote = agent_error_quote("guest", words);

  return g_error_new_literal(AGENT_ERROR, code_of(words), quote);
}

static bool
is_harmless(gunichar character)
{
  return character == ' ' || (g_unichar_isprint(character) && !g_unichar_isspace(character));
}

/* Write the first character of `text` as it may be shown, and step over it. */
static const char *
show_character(const char *text, char *shown, gsize size)
{
  gunichar character = g_utf8_get_char_validated(text, -1);

  if (character == (gunichar)-1 || character == (gunichar)-2) {
    g_snprintf(shown, size, "\\x%02x", (guint)(guchar)*text);
    return text + 1;
  }
  if (is_harmless(character))
    g_strlcpy(shown, text, MIN(size, (gsize)g_utf8_skip[(guchar)*text] + 1));
  else
    g_snprintf(shown, size, "\\u{%x}", character);
  return g_utf8_next_char(text);
}

char *
agent_error_quote(const char *speaker, const char *text)
{
  GString *quote = g_string_new(speaker);
  char shown[16];

  g_string_append(quote, " says: ");
  gsize fitting = quote->len; /* with an ellipsis */
  while (*text && quote->len <= AGENT_WORDS_MAX) {
    text = show_character(text, shown, sizeof(shown));
    g_string_append(quote, shown);
    if (quote->len + strlen(ELLIPSIS) <= AGENT_WORDS_MAX)
      fitting = quote->len;
  }
  if (quote->len > AGENT_WORDS_MAX) {
    g_string_truncate(quote, fitting);
    g_string_append(quote, ELLIPSIS);
  }
  return g_string_free(quote, FALSE);
}
