/* SPDX-License-Identifier: Apache-2.0 */
/* Moments out of words: one pattern per form. */
#include "store/moment.h"

#include "store/ledger.h"

#include <stdlib.h>

/* The parts of a text that matched a pattern; the first is all of it. */
typedef bool (*moment_reader)(char **parts, gint64 now, struct moment *moment);

static bool
read_number(const char *digits, gint64 *ret_number)
{
  return g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64, ret_number, NULL);
}

static bool
read_scan(char **parts, G_GNUC_UNUSED gint64 now, struct moment *moment)
{
  return read_number(parts[0], &moment->scan_id);
}

/* Part `number`, of digits alone; 0 where the text ended before it. */
static int
part_number(char **parts, guint number)
{
  return number < g_strv_length(parts) ? atoi(parts[number]) : 0;
}

enum { YEAR = 1, MONTH, DAY, HOUR, MINUTE, SECOND, ZONE };

static bool
read_date(char **parts, G_GNUC_UNUSED gint64 now, struct moment *moment)
{
  const char *name = g_strv_length(parts) > ZONE && *parts[ZONE] ? parts[ZONE] : NULL;
  g_autoptr(GTimeZone) zone = name ? g_time_zone_new_identifier(name) : g_time_zone_new_local();

  if (!zone)
    return false;
  g_autoptr(GDateTime) date = g_date_time_new(
      zone, part_number(parts, YEAR), part_number(parts, MONTH), part_number(parts, DAY),
      part_number(parts, HOUR), part_number(parts, MINUTE), part_number(parts, SECOND));
  if (date)
    moment->time = g_date_time_to_unix(date);
  return date;
}

static bool
read_now(G_GNUC_UNUSED char **parts, gint64 now, struct moment *moment)
{
  moment->time = now;
  return true;
}

/* The first moment of the day that is `back` days before that of `now`. */
static bool
begin_of_day(gint64 now, int back, struct moment *moment)
{
  g_autoptr(GDateTime) present = g_date_time_new_from_unix_local(now);
  g_autoptr(GDateTime) day = present ? g_date_time_add_days(present, -back) : NULL;

  if (!day)
    return false;
  g_autoptr(GDateTime) begin =
      g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
                            g_date_time_get_day_of_month(day), 0, 0, 0);
  moment->time = g_date_time_to_unix(begin);
  return true;
}

static bool
read_today(G_GNUC_UNUSED char **parts, gint64 now, struct moment *moment)
{
  return begin_of_day(now, 0, moment);
}

static bool
read_yesterday(G_GNUC_UNUSED char **parts, gint64 now, struct moment *moment)
{
  return begin_of_day(now, 1, moment);
}

static const struct {
  const char *name;
  gint64 seconds;
} units[] = {
    {"s", 1}, {"min", 60}, {"h", 60 * 60}, {"d", 24 * 60 * 60}, {"w", 7 * 24 * 60 * 60},
};

static bool
read_ago(char **parts, gint64 now, struct moment *moment)
{
  gint64 count;

  if (!read_number(parts[1], &count))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
    if (g_str_equal(units[i].name, parts[2])) {
      moment->time = count < now / units[i].seconds ? now - count * units[i].seconds : 0;
      return moment->time > 0;
    }
  return false;
}

#define UNITS "(s|min|h|d|w)"

static const struct {
  const char *pattern;
  moment_reader read;
} forms[] = {
    {"^[0-9]+$", read_scan},
    {"^([0-9]{4})-([0-9]{2})-([0-9]{2})"
     "(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
     read_date},
    {"^now$", read_now},
    {"^today$", read_today},
    {"^yesterday$", read_yesterday},
    {"^([0-9]+) ?" UNITS " ago$", read_ago},
    {"^-([0-9]+) ?" UNITS "$", read_ago},
};

static bool
read_form(const char *pattern, moment_reader read, const char *text, gint64 now,
          struct moment *moment)
{
  g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  if (!g_regex_match(regex, text, 0, &match))
    return false;
  g_auto(GStrv) parts = g_match_info_fetch_all(match);
  return read(parts, now, moment);
}

bool
moment_parse(const char *text, gint64 now, struct moment *ret_moment, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
    struct moment moment = {0};

    if (read_form(forms[i].pattern, forms[i].read, text, now, &moment)) {
      *ret_moment = moment;
      return true;
    }
  }
  g_set_error(error, STORE_ERROR, STORE_ERROR_MOMENT,
              "'%s' is neither a scan's number nor a time like 2026-11-22, "
              "'2026-11-22 10:00', 2026-11-22T10:00:00Z, yesterday or '7d ago'",
              text);
  return false;
}
