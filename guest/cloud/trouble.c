/* SPDX-License-Identifier: Apache-2.0 */
/* Errors become a status and a detail. None of their messages holds a byte of what was read. */
#include "guest/cloud/trouble.h"

#include "facts/cloud.h"
#include "guest/cloud/gzip.h"
#include "guest/cloud/mime.h"
#include "guest/cloud/yaml.h"
#include "guest/road.h"

void
trouble_note(struct trouble *trouble, const char *status, const char *format, ...)
{
  va_list arguments;

  if (trouble->status)
    return;
  va_start(arguments, format);
  trouble->status = status;
  trouble->detail = g_strdup_vprintf(format, arguments);
  va_end(arguments);
}

static const char *
status_of(const GError *error)
{
  if (g_error_matches(error, YAML_ERROR, YAML_ERROR_TOO_LARGE) ||
      g_error_matches(error, MIME_ERROR, MIME_ERROR_TOO_LARGE) ||
      g_error_matches(error, GZIP_ERROR, GZIP_ERROR_TOO_LARGE))
    return CLOUD_TOO_LARGE;
  return CLOUD_MALFORMED;
}

void
trouble_note_error(struct trouble *trouble, const char *where, const GError *error)
{
  /* An error of YAML begins with its line and column. */
  const char *separator = error->domain == YAML_ERROR ? ":" : ": ";

  if (error->domain == ROAD_ERROR)
    trouble_note(trouble, CLOUD_UNREADABLE, "%s: it cannot be read", where);
  else
    trouble_note(trouble, status_of(error), "%s%s%s", where, separator, error->message);
}

void
trouble_clear(struct trouble *trouble)
{
  g_clear_pointer(&trouble->detail, g_free);
  trouble->status = NULL;
}
