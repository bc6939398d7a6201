/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over a hypervisor, in two passes: all domains first, since only when every disk is known
 * can be told which storage is; then their images and guests.
 */
#include "cmd/survey.h"

#include "cmd/survey_domain.h"
#include "cmd/version.h"
#include "facts/clock.h"
#include "facts/stream.h"
#include "guest/reader.h"
#include "hypervisor/domains.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FILES_WANTED ((rlim_t)4096)

struct survey {
  const struct survey_options *options;
  FILE *out;
  Hypervisor *hypervisor;
  Storage *storage;
  struct images *images;
  struct reader_pool *pool;
  GPtrArray *domains;
  GQueue bases; /* images being read for themselves, in the order of their results */
  End *end;
  guint64 unread;
  GError *failure; /* the first: the stream can no longer be written */
};

static void
emit(struct survey *survey, enum fact_kind kind, gconstpointer fact)
{
  if (!survey->failure)
    stream_write(survey->out, kind, fact, &survey->failure);
}

/* The URI that was asked for; without one, what libvirt chose, or what it would have tried. */
static char *
asked_uri(const struct survey *survey, virConnectPtr connection)
{
  g_autofree char *chosen = connection ? virConnectGetURI(connection) : NULL;
  const char *fallback = getuid() == 0 ? "qemu:///system" : "qemu:///session";

  if (survey->options->uri)
    return connection_uri_public(survey->options->uri);
  return connection_uri_public(chosen ? chosen : fallback);
}

static void
emit_collection(struct survey *survey, virConnectPtr connection)
{
  g_autoptr(Collection) collection = collection_new();

  collection->version = STREAM_VERSION;
  collection->tool = g_strdup(VERSION_TOOL);
  collection->uri = asked_uri(survey, connection);
  collection->at = clock_now();
  emit(survey, FACT_COLLECTION, collection);
}

static void
on_listed(guint count, gpointer data)
{
  struct survey *survey = data;

  survey->hypervisor->domain_count = count;
  emit(survey, FACT_HYPERVISOR, survey->hypervisor);
}

static void
on_domain(struct domain *fact, gpointer data)
{
  struct survey *survey = data;
  g_autoptr(Domain) domain = fact;

  for (guint i = 0; i < domain->disks->len; i++)
    images_register_disk(survey->images, domain->disks->pdata[i]);
  emit(survey, FACT_DOMAIN, domain);
  survey->end->domains++;
  g_ptr_array_add(survey->domains, survey_domain_new(domain));
}

static void
on_note(struct note *fact, gpointer data)
{
  g_autoptr(Note) note = fact;

  emit(data, FACT_NOTE, note);
}

/* Of all roots of an image the first machine ID. */
static void
keep_content(struct survey *survey, const struct image *image, const struct guest *guest)
{
  const struct identity *identity = survey_domain_machine_id(guest);

  images_set_content(survey->images, image, guest->status, identity ? identity->value : NULL,
                     identity ? identity->path : NULL);
}

static void
on_guest(struct guest *fact, gpointer data)
{
  struct survey *survey = data;
  g_autoptr(Guest) guest = fact;

  if (!g_queue_is_empty(&survey->bases)) {
    keep_content(survey, g_queue_pop_head(&survey->bases), guest);
    return;
  }
  if (strcmp(guest->status, GUEST_OK) != 0)
    survey->unread++;
  survey->end->guests++;
  emit(survey, FACT_GUEST, guest);
}

static void
on_image(const struct image *image, gpointer data)
{
  struct survey *survey = data;

  survey->end->images++;
  emit(survey, FACT_IMAGE, image);
}

/* Takes the error over; the first one counts. */
static void
fail(struct survey *survey, GError *error)
{
  if (survey->failure)
    g_error_free(error);
  else
    survey->failure = error;
}

static void
submit(struct survey *survey, struct reader_job *job)
{
  GError *error = NULL;

  if (!reader_pool_submit(survey->pool, job, &error))
    fail(survey, error);
}

static void
submit_domain(struct survey *survey, const struct survey_domain *domain)
{
  Guest *known = survey_domain_known(domain, survey->hypervisor->local == 1);

  if (known)
    reader_pool_submit_known(survey->pool, known);
  else
    submit(survey, survey_domain_job(domain, survey->images));
}

/* CD-ROMs and disks of running domains, which no reader opens, belong to the inventory too. */
static void
inventory_images(struct survey *survey, const struct survey_domain *domain)
{
  for (guint i = 0; i < domain->disks->len; i++) {
    GPtrArray *chain = images_chain(survey->images, domain->disks->pdata[i]);

    g_clear_pointer(&chain, g_ptr_array_unref);
  }
}

/* Takes over the chain of an image that no domain has as its disk. */
static void
on_base(GPtrArray *taken, gpointer data)
{
  struct survey *survey = data;
  g_autoptr(GPtrArray) chain = taken;

  if (survey->failure)
    return;
  g_queue_push_tail(&survey->bases, chain->pdata[0]);
  submit(survey, survey_domain_base_job(chain, survey->images));
}

/* Templates often have no domain: what others back onto is read for itself, at the end. */
static void
read_guests(struct survey *survey)
{
  for (guint i = 0; i < survey->domains->len && !survey->failure; i++) {
    inventory_images(survey, survey->domains->pdata[i]);
    submit_domain(survey, survey->domains->pdata[i]);
  }
  reader_pool_finish(survey->pool);
  images_foreach_base(survey->images, on_base, survey);
  reader_pool_finish(survey->pool);
}

/* The second pass: guests, then images with what was read of them. */
static void
read_images(struct survey *survey)
{
  const struct reader_pool_options options = {
      .program = survey->options->reader,
      .readers = survey->options->readers,
      .deadline_ms = survey->options->deadline_ms,
  };

  if (survey->failure)
    return;
  survey->pool = reader_pool_new(&options, on_guest, survey, &survey->failure);
  if (!survey->pool)
    return;
  read_guests(survey);
  if (!survey->options->domains)
    images_add_orphans(survey->images);
  images_foreach(survey->images, on_image, survey);
}

static void
end_with(struct survey *survey, const char *status, const char *detail)
{
  survey->end->status = g_strdup(status);
  survey->end->detail = g_strdup(detail);
}

/* The first pass. What the hypervisor refuses is the end's status, not a failure of the survey. */
static bool
list_domains(struct survey *survey, virConnectPtr connection, GError **error)
{
  const struct domains_options options = {
      .select = survey->options->domains,
      .templates = survey->options->templates,
  };
  const struct domains_sink sink = {.listed = on_listed, .domain = on_domain, .note = on_note};
  g_autoptr(GPtrArray) notes = shape_list_new();

  survey->hypervisor = connection_describe(connection, error);
  if (!survey->hypervisor)
    return false;
  survey->storage = storage_read(connection, notes);
  survey->images = images_new(survey->storage, survey->hypervisor->local == 1);
  bool listed = domains_read(connection, &options, &sink, survey, error);
  for (guint i = 0; i < notes->len && survey->hypervisor->domain_count >= 0; i++)
    emit(survey, FACT_NOTE, notes->pdata[i]);
  return listed;
}

static void
survey_hypervisor(struct survey *survey)
{
  g_autoptr(GError) refused = NULL;
  g_autoptr(virConnect) connection = connection_open(survey->options->uri, &refused);

  emit_collection(survey, connection);
  if (!connection || !list_domains(survey, connection, &refused)) {
    bool begun = survey->hypervisor && survey->hypervisor->domain_count >= 0;
    end_with(survey, begun ? END_PARTIAL : hypervisor_error_status(refused), refused->message);
    if (!begun)
      return;
  } else {
    end_with(survey, survey->options->domains ? END_PARTIAL : END_COMPLETE, NULL);
  }
  read_images(survey);
}

static void
survey_clear(struct survey *survey)
{
  reader_pool_free(survey->pool);
  g_queue_clear(&survey->bases);
  images_free(survey->images);
  storage_free(survey->storage);
  hypervisor_free(survey->hypervisor);
  end_free(survey->end);
  g_ptr_array_unref(survey->domains);
}

/* A reader is handed up to READER_FILES_MAX files of one guest, and there are others beside. */
static void
raise_file_limit(void)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = MAX(limit.rlim_cur, MIN(limit.rlim_max, FILES_WANTED));
  setrlimit(RLIMIT_NOFILE, &limit);
}

bool
survey_run(const struct survey_options *options, FILE *out, struct survey_result *ret_result,
           GError **error)
{
  struct survey survey = {
      .options = options,
      .out = out,
      .domains = g_ptr_array_new_with_free_func((GDestroyNotify)survey_domain_free),
      .end = end_new(),
  };

  survey.end->domains = survey.end->images = survey.end->guests = 0;
  raise_file_limit();
  survey_hypervisor(&survey);
  emit(&survey, FACT_END, survey.end);
  if (!survey.failure && fflush(out) != 0)
    g_set_error(&survey.failure, STREAM_ERROR, STREAM_ERROR_IO, "cannot write facts: %s",
                g_strerror(errno));
  if (!survey.failure)
    *ret_result = (struct survey_result){
        .domains = (guint64)survey.end->domains,
        .images = (guint64)survey.end->images,
        .guests = (guint64)survey.end->guests,
        .unread = survey.unread,
        .refused = g_strdup(survey.end->detail),
        .listed = survey.end->domains > 0,
    };
  survey_clear(&survey);
  if (!survey.failure)
    return true;
  g_propagate_error(error, survey.failure);
  return false;
}
