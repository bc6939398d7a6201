/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disks go to a pool of readers, a few guests after the other; directories and agents to a crew,
 * which is at work meanwhile, since agents cost time and no CPU.
 */
#include "cmd/survey/survey_guests.h"

#include "cmd/survey/survey_agent.h"
#include "cmd/survey/survey_bases.h"
#include "cmd/survey/survey_roads.h"
#include "guest/reader_crew.h"
#include "guest/reader_pool.h"
#include "hypervisor/agent_connection.h"

#include <string.h>

#define DIRECTORIES_MAX 256 /* handed to the crew at once: each is an open file */

struct reading {
  const struct survey_guests *guests;
  GHashTable *by_uuid; /* -> struct survey_domain */
  struct reader_pool *pool;
  struct reader_crew *crew;
  guint directories;
};

static void
on_guest(struct guest *fact, gpointer data)
{
  const struct reading *reading = data;
  struct survey_domain *domain = g_hash_table_lookup(reading->by_uuid, fact->domain);
  g_autoptr(Guest) guest = fact;

  domain->read = domain->read || strcmp(guest->status, GUEST_OK) == 0;
  survey_stream_emit(reading->guests->stream, FACT_GUEST, guest);
}

static void
submit_disk(struct reading *reading, struct reader_job *job)
{
  GError *error = NULL;

  if (!reader_pool_submit(reading->pool, job, &error))
    survey_stream_fail(reading->guests->stream, error);
}

static void
submit_alone(struct reading *reading, struct reader_job *job)
{
  bool has_directory = job->directory >= 0;

  reader_crew_submit(reading->crew, job);
  if (has_directory && ++reading->directories % DIRECTORIES_MAX == 0)
    reader_crew_finish(reading->crew, on_guest, reading);
}

static void
go(struct reading *reading, struct survey_domain *domain, const struct survey_road *road)
{
  const struct survey_guests *guests = reading->guests;
  g_autoptr(Guest) guest = guest_new();

  guest->domain = g_strdup(domain->uuid);
  guest->road = g_strdup(road->name);
  domain->tried = true;
  struct reader_job *job = road->job(domain, guests->images, guests->local, guest);
  if (job && road->is_disk)
    submit_disk(reading, job);
  else if (job)
    submit_alone(reading, job);
  else if (road->is_disk)
    reader_pool_submit_known(reading->pool, g_steal_pointer(&guest));
  else
    reader_crew_submit_known(reading->crew, g_steal_pointer(&guest));
}

static void
read_domain(struct reading *reading, struct survey_domain *domain)
{
  const struct survey_guests *guests = reading->guests;

  for (const struct survey_road *road = survey_roads; road->name; road++)
    if (survey_road_is_chosen(road, guests->options->roads) && road->leads_into(domain))
      go(reading, domain, road);
}

/* CD-ROMs, and disks that no reader opens, belong to the inventory too. */
static void
inventory_images(const struct survey_guests *guests, const struct survey_domain *domain)
{
  for (guint i = 0; i < domain->disks->len; i++) {
    GPtrArray *chain = images_chain(guests->images, domain->disks->pdata[i]);

    g_clear_pointer(&chain, g_ptr_array_unref);
  }
}

static void
read_domains(struct reading *reading)
{
  const struct survey_guests *guests = reading->guests;

  for (guint i = 0; i < guests->domains->len && !guests->stream->failure; i++) {
    struct survey_domain *domain = guests->domains->pdata[i];

    g_hash_table_insert(reading->by_uuid, domain->uuid, domain);
    inventory_images(guests, domain);
    read_domain(reading, domain);
  }
  reader_pool_finish(reading->pool);
  reader_crew_finish(reading->crew, on_guest, reading);
}

static bool
start_readers(struct reading *reading, struct agent_connection *agents, GError **error)
{
  const struct survey_options *options = reading->guests->options;
  const struct reader_pool_options pool = {options->reader, options->readers, options->deadline_ms};
  const struct reader_crew_options crew = {options->reader, options->agents, options->deadline_ms};

  reading->pool = reader_pool_new(&pool, on_guest, reading, error);
  if (!reading->pool)
    return false;
  reading->crew = reader_crew_new(&crew, survey_agent_ask, agents, error);
  return reading->crew;
}

void
survey_guests_read(const struct survey_guests *guests)
{
  struct reading reading = {
      .guests = guests,
      .by_uuid = g_hash_table_new(g_str_hash, g_str_equal),
  };
  g_autoptr(AgentConnection) agents = agent_connection_new(guests->options->uri);
  GError *error = NULL;

  if (start_readers(&reading, agents, &error))
    read_domains(&reading);
  else
    survey_stream_fail(guests->stream, error);
  reader_crew_free(reading.crew);
  reader_pool_free(reading.pool);
  g_hash_table_unref(reading.by_uuid);
  if (!guests->stream->failure)
    survey_bases_read(guests);
}

guint64
survey_guests_unread(const struct survey_guests *guests)
{
  guint64 unread = 0;

  for (guint i = 0; i < guests->domains->len; i++) {
    const struct survey_domain *domain = guests->domains->pdata[i];

    unread += domain->tried && !domain->read;
  }
  return unread;
}
