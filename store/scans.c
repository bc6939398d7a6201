/* SPDX-License-Identifier: Apache-2.0 */
/* When a hypervisor was asked, and what came of it. */
#include "store/scans.h"

#include "facts/clock.h"
#include "store/sql.h"

struct scans {
  sqlite3_stmt *begin, *finish, *note;
};

static const char SCAN_BEGIN[] = "INSERT INTO scan (uri, tool, collected_at, ingested_at, status)\n"
                                 "VALUES (:uri, :tool, :collected_at, :ingested_at, 'partial')";

static const char SCAN_FINISH[] =
    "UPDATE scan\n"
    "   SET hypervisor_id = nullif(:hypervisor_id, 0), status = :status, error = :error,\n"
    "       domains = :domains, images = :images, guests = :guests,\n"
    "       duration_ms = nullif(:duration_ms, :unknown)\n"
    " WHERE scan_id = :scan_id";

static const char NOTE_ADD[] = "INSERT INTO note (scan_id, subject, text)\n"
                               "VALUES (:scan_id, :subject, :text)";

struct scans *
scans_new(sqlite3 *db, GError **error)
{
  struct scans *scans = g_new0(struct scans, 1);

  if ((scans->begin = sql_prepare(db, SCAN_BEGIN, error)) &&
      (scans->finish = sql_prepare(db, SCAN_FINISH, error)) &&
      (scans->note = sql_prepare(db, NOTE_ADD, error)))
    return scans;
  scans_free(scans);
  return NULL;
}

void
scans_free(struct scans *scans)
{
  if (!scans)
    return;
  sqlite3_finalize(scans->begin);
  sqlite3_finalize(scans->finish);
  sqlite3_finalize(scans->note);
  g_free(scans);
}

gint64
scans_begin(struct scans *scans, const struct collection *collection, const char *uri,
            GError **error)
{
  gint64 now = clock_now();

  sql_bind_text(scans->begin, ":uri", uri);
  sql_bind_text(scans->begin, ":tool", collection->tool);
  /* A clock that is ahead, or lies, must not let facts look fresh for ever. */
  sql_bind_number(scans->begin, ":collected_at", MIN(collection->at, now));
  sql_bind_number(scans->begin, ":ingested_at", now);
  if (!sql_run(scans->begin, error))
    return 0;
  return sqlite3_last_insert_rowid(sqlite3_db_handle(scans->begin));
}

bool
scans_finish(struct scans *scans, const struct scan_end *end, GError **error)
{
  sql_bind_number(scans->finish, ":scan_id", end->scan_id);
  sql_bind_number(scans->finish, ":hypervisor_id", end->hypervisor_id);
  sql_bind_text(scans->finish, ":status", end->status);
  sql_bind_text(scans->finish, ":error", end->error);
  sql_bind_number(scans->finish, ":domains", (gint64)end->domains);
  sql_bind_number(scans->finish, ":images", (gint64)end->images);
  sql_bind_number(scans->finish, ":guests", (gint64)end->guests);
  sql_bind_number(scans->finish, ":duration_ms", end->duration_ms);
  sql_bind_number(scans->finish, ":unknown", FACT_UNKNOWN);
  return sql_run(scans->finish, error);
}

bool
scans_note(struct scans *scans, gint64 scan_id, const struct note *note, GError **error)
{
  sql_bind_number(scans->note, ":scan_id", scan_id);
  sql_bind_text(scans->note, ":subject", note->subject);
  sql_bind_text(scans->note, ":text", note->text);
  return sql_run(scans->note, error);
}
