/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, warnings and notes on standard error. */
#include "cmd/output/message.h"

#include "cmd/output/escape.h"

#include <stdio.h>
#include <unistd.h>

#define RED    "\033[1;31m"
#define YELLOW "\033[1;33m"
#define PLAIN  "\033[0m"

/* How one kind of message looks; a missing colour leaves its label plain. */
struct look {
  const char *label, *color;
};

static const struct look error_look = {"virt-ledger: ", RED};
static const struct look warning_look = {"virt-ledger: warning: ", YELLOW};
static const struct look note_look = {"virt-ledger: ", NULL};
static const struct look line_look = {"", NULL};

bool
message_in_color(const struct globals *globals)
{
  const char *no_color = g_getenv("NO_COLOR");

  if (globals->no_color || (no_color && *no_color))
    return false;
  return isatty(STDERR_FILENO) && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

static void print(const struct globals *globals, const struct look *look, const char *format,
                  va_list values) G_GNUC_PRINTF(3, 0);

static void
print(const struct globals *globals, const struct look *look, const char *format, va_list values)
{
  g_autofree char *text = g_strdup_vprintf(format, values);
  g_autofree char *escaped = escape_text(text);
  bool color = look->color && message_in_color(globals);

  fprintf(stderr, "%s%s%s%s\n", color ? look->color : "", look->label, color ? PLAIN : "", escaped);
}

void
message_error(const struct globals *globals, const char *format, ...)
{
  va_list values;

  va_start(values, format);
  print(globals, &error_look, format, values);
  va_end(values);
}

void
message_warning(const struct globals *globals, const char *format, ...)
{
  va_list values;

  va_start(values, format);
  print(globals, &warning_look, format, values);
  va_end(values);
}

void
message_note(const struct globals *globals, const char *format, ...)
{
  va_list values;

  if (globals->quiet)
    return;
  va_start(values, format);
  print(globals, &note_look, format, values);
  va_end(values);
}

void
message_detail(const struct globals *globals, const char *format, ...)
{
  va_list values;

  if (!globals->verbose)
    return;
  va_start(values, format);
  print(globals, &note_look, format, values);
  va_end(values);
}

void
message_line(const struct globals *globals, const char *format, ...)
{
  va_list values;

  if (globals->quiet)
    return;
  va_start(values, format);
  print(globals, &line_look, format, values);
  va_end(values);
}

enum exit_status
message_usage(const struct globals *globals, const char *verb, const char *format, ...)
{
  va_list values;

  va_start(values, format);
  print(globals, &error_look, format, values);
  va_end(values);
  fprintf(stderr, "Try 'virt-ledger %s%s--help'.\n", verb ? verb : "", verb ? " " : "");
  return EXIT_USAGE;
}
