/* SPDX-License-Identifier: Apache-2.0 */
/* One stream after another: the order of its lines, its frame, its transaction. */
#include "store/intake.h"

#include "facts/clock.h"
#include "facts/hypervisor.h"
#include "store/hypervisors.h"
#include "store/keeper.h"
#include "store/scans.h"
#include "store/sql.h"
#include "store/uuid_text.h"

#include <string.h>

static const struct keeper_kind *const kept[FACT_KINDS] = {
    [FACT_DOMAIN] = &keeper_domain,
    [FACT_IMAGE] = &keeper_image,
    [FACT_GUEST] = &keeper_guest,
};

struct intake {
  sqlite3 *db;
  struct row_changes changes;
  struct scans *scans;
  struct hypervisors *hypervisors;
  struct keeper *keepers[FACT_KINDS]; /* of the kinds in `kept` */
  GPtrArray *results;                 /* of struct ingest_result */

  /* Of the stream that is being read; NULL and 0 between two. */
  struct collection *collection;
  struct ingest_result *result;
  guint64 counts[FACT_KINDS];
  bool is_news; /* the last fact had to be parsed */
};

static bool
refuse(const char *why, GError **error)
{
  g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "%s", why);
  return false;
}

/* --- one stream ------------------------------------------------------------------------------- */

static void
forget_stream(struct intake *intake)
{
  g_clear_pointer(&intake->collection, collection_free);
  g_clear_pointer(&intake->result, ingest_result_free);
  memset(intake->counts, 0, sizeof intake->counts);
  intake->changes = (struct row_changes){0};
}

/* Only a complete stream says something by what it does not name. */
static bool
close_absent(struct intake *intake, const char *status, GError **error)
{
  if (strcmp(status, END_COMPLETE) != 0)
    return true;
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (intake->keepers[kind] && !keeper_close_absent(intake->keepers[kind], error))
      return false;
  return true;
}

static bool
settle_hypervisor(struct intake *intake, GError **error)
{
  struct ingest_result *result = intake->result;
  const struct asking asking = {.scan_id = result->scan_id, .uri = result->uri};

  if (result->hypervisor_id == 0)
    result->hypervisor_id = hypervisors_unreached(intake->hypervisors, &asking, error);
  if (result->hypervisor_id == 0)
    return false;
  result->hypervisor = hypervisors_name(intake->hypervisors, result->hypervisor_id, error);
  return result->hypervisor;
}

static bool
finish_stream(struct intake *intake, const char *status, const char *detail, GError **error)
{
  struct ingest_result *result = intake->result;

  if (!close_absent(intake, status, error) || !settle_hypervisor(intake, error))
    return false;
  result->status = g_strdup(status);
  result->error = g_strdup(detail);
  result->domains = intake->counts[FACT_DOMAIN];
  result->images = intake->counts[FACT_IMAGE];
  result->guests = intake->counts[FACT_GUEST];
  result->opened = intake->changes.opened;
  result->closed = intake->changes.closed;
  const struct scan_end end = {
      .scan_id = result->scan_id,
      .hypervisor_id = result->hypervisor_id,
      .status = status,
      .error = detail,
      .domains = result->domains,
      .images = result->images,
      .guests = result->guests,
  };
  if (!scans_finish(intake->scans, &end, error) || !sql_commit(intake->db, error))
    return false;
  g_ptr_array_add(intake->results, g_steal_pointer(&intake->result));
  forget_stream(intake);
  return true;
}

bool
intake_end(struct intake *intake, GError **error)
{
  if (!intake->result)
    return true;
  intake->result->cut = true;
  return finish_stream(intake, END_PARTIAL, "the stream has no end", error);
}

/* --- the lines of its frame ------------------------------------------------------------------- */

static bool
take_collection(struct intake *intake, struct line *line, GError **error)
{
  if (!intake_end(intake, error))
    return false;
  const struct collection *collection = intake->collection = g_steal_pointer(&line->fact.data);
  if (collection->version != STREAM_VERSION)
    return refuse("it is of a version of the stream that this program does not know", error);
  if (!sql_begin(intake->db, error))
    return false;
  intake->result = g_new0(struct ingest_result, 1);
  intake->result->uri = g_strdup(collection->uri);
  intake->result->scan_id = scans_begin(intake->scans, collection, error);
  return intake->result->scan_id;
}

static bool
check_hypervisor(const struct intake *intake, const struct hypervisor *hypervisor, GError **error)
{
  if (intake->result->hypervisor_id)
    return refuse("it is the second hypervisor of the stream", error);
  if (!*hypervisor->driver || !*hypervisor->hostname || !*hypervisor->scope)
    return refuse("its driver, hostname or scope is empty", error);
  if (hypervisor->host_uuid && !uuid_text_is_canonical(hypervisor->host_uuid))
    return refuse("its host_uuid is none", error);
  return true;
}

static bool
take_hypervisor(struct intake *intake, struct line *line, GError **error)
{
  struct ingest_result *result = intake->result;
  const struct asking asking = {.scan_id = result->scan_id, .uri = result->uri};

  if (!check_hypervisor(intake, line->fact.data, error))
    return false;
  result->hypervisor_id = hypervisors_named(intake->hypervisors, &asking, line->fact.data, error);
  if (result->hypervisor_id == 0)
    return false;
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (intake->keepers[kind])
      keeper_begin(intake->keepers[kind], result->hypervisor_id, result->scan_id);
  return true;
}

static bool
take_note(struct intake *intake, struct line *line, GError **error)
{
  return scans_note(intake->scans, intake->result->scan_id, line->fact.data, error);
}

static bool
check_end(const struct intake *intake, const struct end *end, GError **error)
{
  const guint64 *counts = intake->counts;

  if ((guint64)end->domains != counts[FACT_DOMAIN] || (guint64)end->images != counts[FACT_IMAGE] ||
      (guint64)end->guests != counts[FACT_GUEST])
    return refuse("it counts other facts than the stream has", error);
  if (strcmp(end->status, END_COMPLETE) == 0 && intake->result->hypervisor_id == 0)
    return refuse("a stream without a hypervisor is not complete", error);
  return true;
}

static bool
take_end(struct intake *intake, struct line *line, GError **error)
{
  const struct end *end = line->fact.data;

  return check_end(intake, end, error) && finish_stream(intake, end->status, end->detail, error);
}

typedef bool (*line_take)(struct intake *, struct line *, GError **);

static const line_take takes[FACT_KINDS] = {
    [FACT_COLLECTION] = take_collection,
    [FACT_HYPERVISOR] = take_hypervisor,
    [FACT_NOTE] = take_note,
    [FACT_END] = take_end,
};

/* --- lines ------------------------------------------------------------------------------------ */

static bool
take_kept(struct intake *intake, enum fact_kind kind, struct line *line, GError **error)
{
  struct keeping keeping;

  if (!intake->result->hypervisor_id)
    return refuse("it comes before the hypervisor", error);
  if (!keeper_take(intake->keepers[kind], line, &keeping, error))
    return false;
  intake->counts[kind]++;
  intake->result->unread += !keeping.was_read;
  intake->is_news = !keeping.was_known;
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

bool
intake_take(struct intake *intake, struct line *line, GError **error)
{
  enum fact_kind kind;

  if (!find_kind(line, &kind, error))
    return false;
  if (!intake->result && kind != FACT_COLLECTION)
    return refuse("a stream begins with a collection", error);
  if (kept[kind])
    return take_kept(intake, kind, line, error);
  return takes[kind](intake, line, error);
}

bool
intake_is_news(const struct intake *intake)
{
  return intake->is_news;
}

GPtrArray *
intake_take_results(struct intake *intake)
{
  return g_steal_pointer(&intake->results);
}

/* --- refusal ---------------------------------------------------------------------------------- */

static bool
write_refusal(struct intake *intake, const struct collection *collection, const char *why,
              GError **error)
{
  struct scan_end end = {.status = SCAN_STREAM_REFUSED, .error = why};

  return hypervisors_by_uri(intake->hypervisors, collection->uri, &end.hypervisor_id, error) &&
         (end.scan_id = scans_begin(intake->scans, collection, error)) &&
         scans_finish(intake->scans, &end, error) && sql_commit(intake->db, error);
}

void
intake_give_up(struct intake *intake)
{
  sql_rollback(intake->db);
}

void
intake_note_refusal(struct intake *intake, const char *why)
{
  char nobody[] = "";
  struct collection unknown = {.uri = nobody, .tool = nobody, .at = clock_now()};
  const struct collection *collection = intake->collection ? intake->collection : &unknown;

  if (sql_begin(intake->db, NULL) && !write_refusal(intake, collection, why, NULL))
    sql_rollback(intake->db);
}

/* --- its life --------------------------------------------------------------------------------- */

static bool
prepare_keepers(struct intake *intake, GError **error)
{
  for (size_t kind = 0; kind < FACT_KINDS; kind++) {
    if (!kept[kind])
      continue;
    intake->keepers[kind] = keeper_new(intake->db, kind, kept[kind], &intake->changes, error);
    if (!intake->keepers[kind])
      return false;
  }
  return true;
}

struct intake *
intake_new(sqlite3 *db, GError **error)
{
  struct intake *intake = g_new0(struct intake, 1);

  intake->db = db;
  intake->results = g_ptr_array_new_with_free_func((GDestroyNotify)ingest_result_free);
  if ((intake->scans = scans_new(db, error)) &&
      (intake->hypervisors = hypervisors_new(db, &intake->changes, error)) &&
      prepare_keepers(intake, error))
    return intake;
  intake_free(intake);
  return NULL;
}

void
intake_free(struct intake *intake)
{
  if (!intake)
    return;
  forget_stream(intake);
  scans_free(intake->scans);
  hypervisors_free(intake->hypervisors);
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    keeper_free(intake->keepers[kind]);
  g_clear_pointer(&intake->results, g_ptr_array_unref);
  g_free(intake);
}
