/* SPDX-License-Identifier: Apache-2.0 */
/* A scan without facts: statements of its own, for it is rare. */
#include "store/refusal.h"

#include "facts/clock.h"
#include "store/hypervisors.h"
#include "store/scans.h"
#include "store/sql.h"

typedef struct scans Scans;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scans, scans_free)

typedef struct hypervisors Hypervisors;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hypervisors, hypervisors_free)

/* Whose fault it was: 0 where nobody knows. */
static bool
find_hypervisor(sqlite3 *db, const struct asking *asking, gint64 *ret_id)
{
  struct row_changes uncounted = {0};
  g_autoptr(Hypervisors) hypervisors = hypervisors_new(db, &uncounted, NULL);

  if (!hypervisors)
    return false;
  if (!asking->options->configured_as)
    return hypervisors_by_uri(hypervisors, asking->uri, ret_id, NULL);
  *ret_id = hypervisors_unreached(hypervisors, asking, NULL);
  return *ret_id;
}

static bool
write_scan(sqlite3 *db, const struct refusal *refusal, const struct collection *collection)
{
  struct asking asking = {
      .uri = hypervisors_asked_uri(refusal->options, collection),
      .options = refusal->options,
  };
  struct scan_end end = {
      .status = SCAN_STREAM_REFUSED,
      .error = refusal->why,
      .duration_ms = FACT_UNKNOWN,
  };
  g_autoptr(Scans) scans = scans_new(db, NULL);

  if (!scans)
    return false;
  end.scan_id = asking.scan_id = scans_begin(scans, collection, asking.uri, NULL);
  return end.scan_id && find_hypervisor(db, &asking, &end.hypervisor_id) &&
         scans_finish(scans, &end, NULL);
}

void
refusal_write(sqlite3 *db, const struct refusal *refusal)
{
  char nobody[] = "";
  const struct collection unknown = {.uri = nobody, .tool = nobody, .at = clock_now()};
  const struct collection *collection = refusal->collection ? refusal->collection : &unknown;

  if (!sql_begin(db, NULL))
    return;
  if (!write_scan(db, refusal, collection) || !sql_commit(db, NULL))
    sql_rollback(db);
}
