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

/* "The command guest-info has not been found", and not "handle '7' has not been found". */
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

char *
agent_error_quote(const char *speaker, const char *text)
{
  g_autofree char *words = g_utf8_make_valid(text, -1);
  g_autofree char *quote = g_strdup_printf("%s says: %s", speaker, words);

  if (strlen(quote) <= AGENT_WORDS_MAX)
    return g_steal_pointer(&quote);
  char *end = g_utf8_find_prev_char(quote, quote + AGENT_WORDS_MAX - strlen(ELLIPSIS) + 1);
  return g_strdup_printf("%.*s" ELLIPSIS, (int)(end - quote), quote);
}
