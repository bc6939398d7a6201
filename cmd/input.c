/* SPDX-License-Identifier: Apache-2.0 */
/* Files and standard input, read alike. */
#include "cmd/input.h"

#include <errno.h>
#include <string.h>

FILE *
input_open(const char *path, GError **error)
{
  FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

  if (!in) {
    int why = errno;
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(why), "%s: %s", path,
                g_strerror(why));
  }
  return in;
}

void
input_close(FILE *in)
{
  if (in && in != stdin)
    fclose(in);
}

static char *
read_all(FILE *in, const char *path, GError **error)
{
  g_autoptr(GString) text = g_string_new(NULL);
  char buffer[8192];
  size_t size;

  while (text->len <= INPUT_MAX && (size = fread(buffer, 1, sizeof(buffer), in)) > 0)
    g_string_append_len(text, buffer, (gssize)size);
  const char *why = ferror(in) ? g_strerror(errno) : NULL;
  if (text->len > INPUT_MAX)
    why = "it is too long";
  else if (memchr(text->str, '\0', text->len))
    why = "it is no text";
  if (!why)
    return g_string_free(g_steal_pointer(&text), FALSE);
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: %s", path, why);
  return NULL;
}

char *
input_read(const char *path, GError **error)
{
  FILE *in = input_open(path, error);
  char *text = in ? read_all(in, path, error) : NULL;

  input_close(in);
  return text;
}
