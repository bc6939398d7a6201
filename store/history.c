/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moments to scans and audits. The tables are those of `main`: a connection that was put at an
 * earlier moment (store/as_of.h) finds the same points.
 */
#include "store/history.h"

#include "facts/clock.h"
#include "store/sql.h"

/* Each gives no row when there is no such point. */
#define POINT_OF(scans)                                                                            \
  "SELECT s.scan_id,\n"                                                                            \
  "       (SELECT ifnull(max(audit_id), 0)\n"                                                      \
  "          FROM main.audit\n"                                                                    \
  "         WHERE scan_id <= s.scan_id AND (:time = 0 OR at <= :time)),\n"                         \
  "       s.ingested_at\n"                                                                         \
  "  FROM main.scan AS s\n"                                                                        \
  " WHERE s.scan_id = " scans

static const char POINT_OF_SCAN[] = POINT_OF(":scan_id");

static const char POINT_AT_TIME[] =
    POINT_OF("(SELECT max(scan_id) FROM main.scan WHERE ingested_at <= :time)");

static const char POINT_NOW[] = POINT_OF("(SELECT max(scan_id) FROM main.scan)");

static const char POINT_BEFORE_LAST_RUN[] =
    POINT_OF("ifnull((SELECT scan_id\n"
             "          FROM main.audit\n"
             "         WHERE scan_id < (SELECT max(scan_id) FROM main.scan)\n"
             "         ORDER BY audit_id DESC\n"
             "         LIMIT 1),\n"
             "       (SELECT scan_id FROM main.scan ORDER BY scan_id DESC LIMIT 1 OFFSET 1))");

static const char POINT_FIRST[] = POINT_OF("(SELECT min(scan_id) FROM main.scan)");

/* The first scan as of which everything is still there; 0 when nothing was ever pruned. */
static const char SELECT_HORIZON[] = "SELECT ifnull(max(before_scan), 0) FROM main.pruning";

static const struct moment NO_MOMENT = {0};

/* 1 with a point, 0 when there is none, -1 with an error. */
static int
select_point(sqlite3 *db, const char *sql, const struct moment *moment,
             struct history_point *ret_point, GError **error)
{
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return -1;
  sql_bind_number(statement, ":scan_id", moment->scan_id);
  sql_bind_number(statement, ":time", moment->time);
  int row = sql_step(statement, error);
  if (row > 0)
    *ret_point = (struct history_point){
        .scan_id = sqlite3_column_int64(statement, 0),
        .audit_id = sqlite3_column_int64(statement, 1),
        .ingested_at = sqlite3_column_int64(statement, 2),
    };
  return row;
}

static char *
time_text(gint64 seconds)
{
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);

  return date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("the end of time");
}

static bool
refuse_future(const struct moment *moment, GError **error)
{
  g_autofree char *time = time_text(moment->time);

  g_set_error(error, STORE_ERROR, STORE_ERROR_MOMENT, "%s is in the future", time);
  return false;
}

static bool
refuse_time(sqlite3 *db, const struct moment *moment, GError **error)
{
  struct history_point first;
  int row = select_point(db, POINT_FIRST, &NO_MOMENT, &first, error);

  if (row <= 0)
    return row == 0 && history_now(db, &first, error);
  g_autofree char *time = time_text(moment->time);
  g_autofree char *first_time = time_text(first.ingested_at);
  g_set_error(error, STORE_ERROR, STORE_ERROR_TOO_EARLY,
              "%s is before the first scan, which is of %s", time, first_time);
  return false;
}

static bool
refuse_scan(sqlite3 *db, const struct moment *moment, GError **error)
{
  struct history_point newest;

  if (!history_now(db, &newest, error))
    return false;
  g_set_error(error, STORE_ERROR, STORE_ERROR_MOMENT,
              "there is no scan %" G_GINT64_FORMAT "; the newest is %" G_GINT64_FORMAT,
              moment->scan_id, newest.scan_id);
  return false;
}

/* Before the horizon, a ledger would say that what it has forgotten had never been. */
static bool
check_horizon(sqlite3 *db, const struct history_point *point, GError **error)
{
  gint64 horizon;

  if (!sql_number(db, SELECT_HORIZON, &horizon, error))
    return false;
  if (point->scan_id >= horizon)
    return true;
  g_set_error(error, STORE_ERROR, STORE_ERROR_TOO_EARLY,
              "the history before scan %" G_GINT64_FORMAT " was pruned, and with it that of scan "
              "%" G_GINT64_FORMAT,
              horizon, point->scan_id);
  return false;
}

bool
history_find(sqlite3 *db, const struct moment *moment, struct history_point *ret_point,
             GError **error)
{
  const bool is_scan = moment->scan_id > 0;
  struct history_point point;

  if (!is_scan && moment->time > clock_now())
    return refuse_future(moment, error);
  int row = select_point(db, is_scan ? POINT_OF_SCAN : POINT_AT_TIME, moment, &point, error);
  if (row < 0)
    return false;
  if (row == 0)
    return is_scan ? refuse_scan(db, moment, error) : refuse_time(db, moment, error);
  if (!check_horizon(db, &point, error))
    return false;
  *ret_point = point;
  return true;
}

bool
history_now(sqlite3 *db, struct history_point *ret_point, GError **error)
{
  int row = select_point(db, POINT_NOW, &NO_MOMENT, ret_point, error);

  if (row == 0)
    g_set_error(error, STORE_ERROR, STORE_ERROR_MOMENT, "the ledger has no scan yet");
  return row > 0;
}

bool
history_before_last_run(sqlite3 *db, struct history_point *ret_point, GError **error)
{
  struct history_point point;
  int row = select_point(db, POINT_BEFORE_LAST_RUN, &NO_MOMENT, &point, error);

  if (row == 0)
    g_set_error(error, STORE_ERROR, STORE_ERROR_MOMENT,
                "there was no run before the last one to compare it with");
  if (row <= 0 || !check_horizon(db, &point, error))
    return false;
  *ret_point = point;
  return true;
}
