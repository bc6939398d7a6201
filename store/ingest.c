/* SPDX-License-Identifier: Apache-2.0 */
/* Streams into the ledger: their order, their frame, one transaction for each. */
#include "store/ingest.h"

#include "facts/clock.h"
#include "facts/domain.h"
#include "facts/hypervisor.h"
#include "store/hypervisors.h"
#include "store/keeper.h"
#include "store/line_feed.h"
#include "store/migrate.h"
#include "store/scans.h"
#include "store/sql.h"
#include "store/uuid_text.h"

#include <string.h>

static const struct keeper_kind *const kept[FACT_KINDS] = {
    [FACT_DOMAIN] = &keeper_domain,
    [FACT_IMAGE] = &keeper_image,
    [FACT_GUEST] = &keeper_guest,
};

struct ingest {
  sqlite3 *db;
  struct row_changes changes;
  struct scans *scans;
  struct hypervisors *hypervisors;
  struct keeper *keepers[FACT_KINDS]; /* of the kinds in `kept` */
  struct line_feed *feed;
  GPtrArray *results;

  /* Of the stream that is being read; NULL and 0 between two. */
  struct collection *collection;
  struct ingest_result *result;
  guint64 counts[FACT_KINDS];
};
typedef struct ingest Ingest;

void
ingest_result_free(struct ingest_result *result)
{
  if (!result)
    return;
  g_free(result->hypervisor);
  g_free(result->uri);
  g_free(result->status);
  g_free(result->error);
  g_free(result);
}

static bool
refuse(const char *why, GError **error)
{
  g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "%s", why);
  return false;
}

/* --- one stream ------------------------------------------------------------------------------- */

static void
forget_stream(struct ingest *ingest)
{
  g_clear_pointer(&ingest->collection, collection_free);
  g_clear_pointer(&ingest->result, ingest_result_free);
  memset(ingest->counts, 0, sizeof ingest->counts);
  ingest->changes = (struct row_changes){0};
}

/* Only a complete stream says something by what it does not name. */
static bool
close_absent(struct ingest *ingest, const char *status, GError **error)
{
  if (strcmp(status, END_COMPLETE) != 0)
    return true;
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (ingest->keepers[kind] && !keeper_close_absent(ingest->keepers[kind], error))
      return false;
  return true;
}

static bool
settle_hypervisor(struct ingest *ingest, GError **error)
{
  struct ingest_result *result = ingest->result;
  const struct asking asking = {.scan_id = result->scan_id, .uri = result->uri};

  if (result->hypervisor_id == 0)
    result->hypervisor_id = hypervisors_unreached(ingest->hypervisors, &asking, error);
  if (result->hypervisor_id == 0)
    return false;
  result->hypervisor = hypervisors_name(ingest->hypervisors, result->hypervisor_id, error);
  return result->hypervisor;
}

static bool
finish_stream(struct ingest *ingest, const char *status, const char *detail, GError **error)
{
  struct ingest_result *result = ingest->result;

  if (!close_absent(ingest, status, error) || !settle_hypervisor(ingest, error))
    return false;
  result->status = g_strdup(status);
  result->error = g_strdup(detail);
  result->domains = ingest->counts[FACT_DOMAIN];
  result->images = ingest->counts[FACT_IMAGE];
  result->guests = ingest->counts[FACT_GUEST];
  result->opened = ingest->changes.opened;
  result->closed = ingest->changes.closed;
  const struct scan_end end = {
      .scan_id = result->scan_id,
      .hypervisor_id = result->hypervisor_id,
      .status = status,
      .error = detail,
      .domains = result->domains,
      .images = result->images,
      .guests = result->guests,
  };
  if (!scans_finish(ingest->scans, &end, error) || !sql_commit(ingest->db, error))
    return false;
  g_ptr_array_add(ingest->results, g_steal_pointer(&ingest->result));
  forget_stream(ingest);
  return true;
}

static bool
finish_cut_stream(struct ingest *ingest, GError **error)
{
  if (!ingest->result)
    return true;
  ingest->result->cut = true;
  return finish_stream(ingest, END_PARTIAL, "the stream has no end", error);
}

/* --- the lines of its frame ------------------------------------------------------------------- */

static bool
take_collection(struct ingest *ingest, struct line *line, GError **error)
{
  if (!finish_cut_stream(ingest, error))
    return false;
  const struct collection *collection = ingest->collection = g_steal_pointer(&line->fact.data);
  if (collection->version != STREAM_VERSION)
    return refuse("it is of a version of the stream that this program does not know", error);
  if (!sql_begin(ingest->db, error))
    return false;
  ingest->result = g_new0(struct ingest_result, 1);
  ingest->result->uri = g_strdup(collection->uri);
  ingest->result->scan_id = scans_begin(ingest->scans, collection, error);
  return ingest->result->scan_id;
}

static bool
check_hypervisor(const struct ingest *ingest, const struct hypervisor *hypervisor, GError **error)
{
  if (ingest->result->hypervisor_id)
    return refuse("it is the second hypervisor of the stream", error);
  if (!*hypervisor->driver || !*hypervisor->hostname || !*hypervisor->scope)
    return refuse("its driver, hostname or scope is empty", error);
  if (hypervisor->host_uuid && !uuid_text_is_canonical(hypervisor->host_uuid))
    return refuse("its host_uuid is none", error);
  return true;
}

static bool
take_hypervisor(struct ingest *ingest, struct line *line, GError **error)
{
  struct ingest_result *result = ingest->result;
  const struct asking asking = {.scan_id = result->scan_id, .uri = result->uri};

  if (!check_hypervisor(ingest, line->fact.data, error))
    return false;
  result->hypervisor_id = hypervisors_named(ingest->hypervisors, &asking, line->fact.data, error);
  if (result->hypervisor_id == 0)
    return false;
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (ingest->keepers[kind])
      keeper_begin(ingest->keepers[kind], result->hypervisor_id, result->scan_id);
  return true;
}

static bool
take_note(struct ingest *ingest, struct line *line, GError **error)
{
  return scans_note(ingest->scans, ingest->result->scan_id, line->fact.data, error);
}

static bool
check_end(const struct ingest *ingest, const struct end *end, GError **error)
{
  const guint64 *counts = ingest->counts;

  if ((guint64)end->domains != counts[FACT_DOMAIN] || (guint64)end->images != counts[FACT_IMAGE] ||
      (guint64)end->guests != counts[FACT_GUEST])
    return refuse("it counts other facts than the stream has", error);
  if (strcmp(end->status, END_COMPLETE) == 0 && ingest->result->hypervisor_id == 0)
    return refuse("a stream without a hypervisor is not complete", error);
  return true;
}

static bool
take_end(struct ingest *ingest, struct line *line, GError **error)
{
  const struct end *end = line->fact.data;

  return check_end(ingest, end, error) && finish_stream(ingest, end->status, end->detail, error);
}

typedef bool (*line_take)(struct ingest *, struct line *, GError **);

static const line_take takes[FACT_KINDS] = {
    [FACT_COLLECTION] = take_collection,
    [FACT_HYPERVISOR] = take_hypervisor,
    [FACT_NOTE] = take_note,
    [FACT_END] = take_end,
};

/* --- lines ------------------------------------------------------------------------------------ */

static bool
take_kept(struct ingest *ingest, enum fact_kind kind, struct line *line, GError **error)
{
  struct keeping keeping;

  if (!ingest->result->hypervisor_id)
    return refuse("it comes before the hypervisor", error);
  if (!keeper_take(ingest->keepers[kind], line, &keeping, error))
    return false;
  ingest->counts[kind]++;
  ingest->result->unread += !keeping.was_read;
  line_feed_parse_ahead(ingest->feed, !keeping.was_known);
  return true;
}

/* Of the kinds that are kept, a guess will do: a line that is known need not be parsed. */
static bool
find_kind(struct line *line, enum fact_kind *ret_kind, GError **error)
{
  enum fact_kind guess = stream_guess_kind(line->text, line->length);

  if (guess == FACT_KINDS || !kept[guess]) {
    const struct fact *fact = line_fact(line, error);

    if (!fact)
      return false;
    guess = fact->kind;
  }
  *ret_kind = guess;
  return true;
}

static bool
take_line(struct ingest *ingest, struct line *line, GError **error)
{
  enum fact_kind kind;

  if (!find_kind(line, &kind, error))
    return false;
  if (!ingest->result && kind != FACT_COLLECTION)
    return refuse("a stream begins with a collection", error);
  if (kept[kind])
    return take_kept(ingest, kind, line, error);
  return takes[kind](ingest, line, error);
}

/* What is wrong with what was read, and not with the ledger. */
static bool
is_stream_error(const GError *error)
{
  return error->domain != STORE_ERROR || error->code == STORE_ERROR_STREAM;
}

/* `error` is never NULL here. */
static bool
take_lines(struct ingest *ingest, GError **error)
{
  struct line *line = NULL;
  int more;

  while ((more = line_feed_next(ingest->feed, &line, error)) > 0)
    if (!take_line(ingest, line, error)) {
      if (is_stream_error(*error))
        g_prefix_error(error, "line %" G_GUINT64_FORMAT ": ", line->number);
      return false;
    }
  return more == 0 && finish_cut_stream(ingest, error);
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool
write_refusal(struct ingest *ingest, const struct collection *collection, const char *why,
              GError **error)
{
  struct scan_end end = {.status = SCAN_STREAM_REFUSED, .error = why};

  return hypervisors_by_uri(ingest->hypervisors, collection->uri, &end.hypervisor_id, error) &&
         (end.scan_id = scans_begin(ingest->scans, collection, error)) &&
         scans_finish(ingest->scans, &end, error) && sql_commit(ingest->db, error);
}

/* That a stream was refused is worth a row, but no error of its own. */
static void
note_refusal(struct ingest *ingest, const char *why)
{
  char nobody[] = "";
  struct collection unknown = {.uri = nobody, .tool = nobody, .at = clock_now()};
  const struct collection *collection = ingest->collection ? ingest->collection : &unknown;

  if (sql_begin(ingest->db, NULL) && !write_refusal(ingest, collection, why, NULL))
    sql_rollback(ingest->db);
}

static bool
ingest_run(struct ingest *ingest, GError **error)
{
  g_autoptr(GError) wrong = NULL;

  if (take_lines(ingest, &wrong))
    return true;
  sql_rollback(ingest->db);
  if (!is_stream_error(wrong)) {
    g_propagate_error(error, g_steal_pointer(&wrong));
    return false;
  }
  note_refusal(ingest, wrong->message);
  g_set_error_literal(error, STORE_ERROR, STORE_ERROR_STREAM, wrong->message);
  return false;
}

static bool
prepare_keepers(struct ingest *ingest, GError **error)
{
  for (size_t kind = 0; kind < FACT_KINDS; kind++) {
    if (!kept[kind])
      continue;
    ingest->keepers[kind] = keeper_new(ingest->db, kind, kept[kind], &ingest->changes, error);
    if (!ingest->keepers[kind])
      return false;
  }
  return true;
}

static void
ingest_free(struct ingest *ingest)
{
  forget_stream(ingest);
  line_feed_free(ingest->feed);
  scans_free(ingest->scans);
  hypervisors_free(ingest->hypervisors);
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    keeper_free(ingest->keepers[kind]);
  g_clear_pointer(&ingest->results, g_ptr_array_unref);
  g_free(ingest);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ingest, ingest_free)

GPtrArray *
ingest_streams(struct ledger *ledger, FILE *in, GError **error)
{
  g_autoptr(Ingest) ingest = g_new0(struct ingest, 1);
  /* Lines that other tables or another stream have validated are to be looked at again. */
  const guint32 salt = (guint32)migrate_newest() << 16 | STREAM_VERSION;

  ingest->db = ledger_db(ledger);
  if (!(ingest->scans = scans_new(ingest->db, error)) ||
      !(ingest->hypervisors = hypervisors_new(ingest->db, &ingest->changes, error)) ||
      !prepare_keepers(ingest, error))
    return NULL;
  ingest->results = g_ptr_array_new_with_free_func((GDestroyNotify)ingest_result_free);
  ingest->feed = line_feed_new(in, salt);
  return ingest_run(ingest, error) ? g_steal_pointer(&ingest->results) : NULL;
}
