/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time as OpenSSH writes them. */
#include "guest/ssh/key/absolute_time.h"

#include <string.h>

#define EPOCH_JULIAN 719163 /* the day 1970-01-01 of GDate */

/*
 * Fields in their order. A leap second, and the 31st of every month, are taken as strptime(3) does.
 */
static const struct time_field {
  gsize digits;
  guint least, most;
} fields[] = {{4, 1970, 9999}, {2, 1, 12}, {2, 1, 31}, {2, 0, 23}, {2, 0, 59}, {2, 0, 61}};

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

/* Like strptime(3), which passes over white space before a number. */
static bool
parse_field(const char *text, const struct time_field *field, guint *ret_number)
{
  guint number = 0;
  gsize i = 0;

  while (i < field->digits && g_ascii_isspace(text[i]))
    i++;
  if (i == field->digits)
    return false;
  for (; i < field->digits; i++) {
    if (!g_ascii_isdigit(text[i]))
      return false;
    number = number * 10 + (guint)(text[i] - '0');
  }
  *ret_number = number;
  return number >= field->least && number <= field->most;
}

static gsize
length_without_zone(const char *text)
{
  gsize length = strlen(text);

  if (length > 1 && g_ascii_strcasecmp(text + length - 1, "Z") == 0)
    return length - 1;
  if (length > 3 && g_ascii_strcasecmp(text + length - 3, "UTC") == 0)
    return length - 3;
  return length;
}

static gint64
seconds_of(const guint values[FIELDS])
{
  GDate date;

  g_date_clear(&date, 1);
  g_date_set_dmy(&date, 1, values[MONTH], (GDateYear)values[YEAR]);
  gint64 days = (gint64)g_date_get_julian(&date) - EPOCH_JULIAN + values[DAY] - 1;

  return ((days * 24 + values[HOUR]) * 60 + values[MINUTE]) * 60 + values[SECOND];
}

bool
absolute_time_parse(const char *text, gint64 *ret_at)
{
  gsize length = length_without_zone(text), at = 0;
  guint values[FIELDS] = {0};

  if (length != 8 && length != 12 && length != 14)
    return false;
  for (guint i = 0; at < length; at += fields[i++].digits)
    if (!parse_field(text + at, &fields[i], &values[i]))
      return false;
  *ret_at = seconds_of(values);
  return true;
}
