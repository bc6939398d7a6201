/* SPDX-License-Identifier: Apache-2.0 */
/* One stream after another: the order of its lines, its frame, its transaction. */
#include "store/intake.h"

#include "facts/hypervisor.h"
#include "store/hypervisors.h"
#include "store/keepers.h"
#include "store/refusal.h"
#include "store/scans.h"
#include "store/sql.h"
#include "store/uuid_text.h"

#include <string.h>

struct intake {
  sqlite3 *db;
  const struct ingest_options *options;
  struct row_changes changes;
  struct scans *scans;
  struct hypervisors *hypervisors;
  struct keepers *keepers;
  GPtrArray *results; /* of struct ingest_result */

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
  return strcmp(status, END_COMPLETE) != 0 || keepers_close_absent(intake->keepers, error);
}

static struct asking
asking_of(const struct intake *intake)
{
  return (struct asking){
      .scan_id = intake->result->scan_id,
      .uri = intake->result->uri,
      .options = intake->options,
  };
}

static bool
settle_hypervisor(struct intake *intake, GError **error)
{
  struct ingest_result *result = intake->result;
  const struct asking asking = asking_of(intake);

  if (result->hypervisor_id == 0)
    result->hypervisor_id = hypervisors_unreached(intake->hypervisors, &asking, error);
  if (result->hypervisor_id == 0)
    return false;
  result->hypervisor = hypervisors_name(intake->hypervisors, result->hypervisor_id, error);
  return result->hypervisor;
}

static bool
finish_stream(struct intake *intake, const struct end *how, GError **error)
{
  struct ingest_result *result = intake->result;

  if (!keepers_mark_shared(intake->keepers, error) || !close_absent(intake, how->status, error) ||
      !settle_hypervisor(intake, error))
    return false;
  result->status = g_strdup(how->status);
  result->error = g_strdup(how->detail);
  result->domains = intake->counts[FACT_DOMAIN];
  result->images = intake->counts[FACT_IMAGE];
  result->guests = intake->counts[FACT_GUEST];
  result->opened = intake->changes.opened;
  result->closed = intake->changes.closed;
  const struct scan_end end = {
      .scan_id = result->scan_id,
      .hypervisor_id = result->hypervisor_id,
      .status = how->status,
      .error = how->detail,
      .domains = result->domains,
      .images = result->images,
      .guests = result->guests,
      .duration_ms = how->duration_ms,
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
  char status[] = END_PARTIAL, detail[] = "the stream has no end";
  const struct end cut = {.status = status, .detail = detail, .duration_ms = FACT_UNKNOWN};

  if (!intake->result)
    return true;
  intake->result->cut = true;
  return finish_stream(intake, &cut, error);
}

/* --- the lines of its frame ------------------------------------------------------------------- */

static bool
take_collection(struct intake *intake, struct line *line, GError **error)
{
  if (!intake_end(intake, error))
    return false;
  const struct collection *collection = intake->collection = g_steal_pointer(&line->fact.data);
  if (intake->options->configured_as && intake->results->len > 0)
    return refuse("a configured hypervisor has one stream, and this is a second", error);
  if (collection->version < 1 || collection->version > STREAM_VERSION)
    return refuse("it is of a version of the stream that this program does not know", error);
  if (!sql_begin(intake->db, error))
    return false;
  intake->result = g_new0(struct ingest_result, 1);
  intake->result->uri = g_strdup(hypervisors_asked_uri(intake->options, collection));
  intake->result->scan_id = scans_begin(intake->scans, collection, intake->result->uri, error);
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
    return refuse("its host_uuid is no UUID", error);
  return true;
}

static bool
take_hypervisor(struct intake *intake, struct line *line, GError **error)
{
  struct ingest_result *result = intake->result;
  const struct asking asking = asking_of(intake);

  if (!check_hypervisor(intake, line->fact.data, error))
    return false;
  result->hypervisor_id = hypervisors_named(intake->hypervisors, &asking, line->fact.data, error);
  if (result->hypervisor_id == 0)
    return false;
  keepers_begin(intake->keepers, result->hypervisor_id, result->scan_id,
                intake->collection->version);
  return true;
}

static bool
take_note(struct intake *intake, struct line *line, GError **error)
{
  return scans_note(intake->scans, intake->result->scan_id, line->fact.data, error);
}

static bool
take_gone(struct intake *intake, struct line *line, GError **error)
{
  const struct gone *gone = line->fact.data;

  if (!intake->result->hypervisor_id)
    return refuse("it comes before the hypervisor", error);
  if (!uuid_text_is_canonical(gone->uuid))
    return refuse("its uuid is no UUID in lower case with dashes", error);
  return keepers_close_domain(intake->keepers, gone->uuid, error);
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

  return check_end(intake, end, error) && finish_stream(intake, end, error);
}

typedef bool (*line_take)(struct intake *, struct line *, GError **);

static const line_take takes[FACT_KINDS] = {
    [FACT_COLLECTION] = take_collection,
    [FACT_HYPERVISOR] = take_hypervisor,
    [FACT_NOTE] = take_note,
    [FACT_GONE] = take_gone,
    [FACT_END] = take_end,
};

/* --- lines ------------------------------------------------------------------------------------ */

static bool
take_kept(struct intake *intake, enum fact_kind kind, struct line *line, GError **error)
{
  struct keeping keeping;

  if (!intake->result->hypervisor_id)
    return refuse("it comes before the hypervisor", error);
  if (!keepers_take(intake->keepers, kind, line, &keeping, error))
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

  if (guess == FACT_KINDS || !keepers_keep(guess)) {
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
  if (keepers_keep(kind))
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

void
intake_give_up(struct intake *intake)
{
  sql_rollback(intake->db);
}

void
intake_note_refusal(struct intake *intake, const char *why)
{
  const struct refusal refusal = {intake->options, intake->collection, why};

  refusal_write(intake->db, &refusal);
}

/* --- its life --------------------------------------------------------------------------------- */

struct intake *
intake_new(sqlite3 *db, const struct ingest_options *options, GError **error)
{
  struct intake *intake = g_new0(struct intake, 1);

  intake->db = db;
  intake->options = options;
  intake->results = g_ptr_array_new_with_free_func((GDestroyNotify)ingest_result_free);
  if ((intake->scans = scans_new(db, error)) &&
      (intake->hypervisors = hypervisors_new(db, &intake->changes, error)) &&
      (intake->keepers = keepers_new(db, &intake->changes, error)))
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
  keepers_free(intake->keepers);
  g_clear_pointer(&intake->results, g_ptr_array_unref);
  g_free(intake);
}
