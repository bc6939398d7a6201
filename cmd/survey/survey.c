/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over a hypervisor, in two passes: all domains first, since only when every disk is known
 * can be told which storage is; then their images and guests.
 */
#include "cmd/survey/survey.h"

#include "cmd/file_limit.h"
#include "cmd/survey/survey_domain.h"
#include "cmd/survey/survey_guests.h"
#include "cmd/survey/survey_root.h"
#include "cmd/survey/survey_stream.h"
#include "hypervisor/domains.h"
#include "hypervisor/event_loop.h"

/* A reader is handed up to READER_FILES_MAX files of one guest, and there are others beside. */
#define FILES_WANTED 4096

struct survey {
  const struct survey_options *options;
  struct survey_stream stream;
  Hypervisor *hypervisor;
  Storage *storage;
  struct images *images;
  GPtrArray *domains; /* of struct survey_domain */
  guint64 unread;
};

static void
on_listed(guint count, gpointer data)
{
  struct survey *survey = data;

  survey->hypervisor->domain_count = count;
  survey_stream_emit(&survey->stream, FACT_HYPERVISOR, survey->hypervisor);
}

static void
on_domain(struct domain *fact, gpointer data)
{
  struct survey *survey = data;
  g_autoptr(Domain) domain = fact;

  for (guint i = 0; i < domain->disks->len; i++)
    images_register_disk(survey->images, domain->disks->pdata[i]);
  survey_stream_emit(&survey->stream, FACT_DOMAIN, domain);
  g_ptr_array_add(survey->domains, survey_domain_new(domain));
}

static void
on_note(struct note *fact, gpointer data)
{
  struct survey *survey = data;
  g_autoptr(Note) note = fact;

  survey_stream_emit(&survey->stream, FACT_NOTE, note);
}

static void
on_gone(struct gone *fact, gpointer data)
{
  struct survey *survey = data;
  g_autoptr(Gone) gone = fact;

  survey_stream_emit(&survey->stream, FACT_GONE, gone);
}

static void
on_image(const struct image *image, gpointer data)
{
  struct survey *survey = data;

  survey_stream_emit(&survey->stream, FACT_IMAGE, image);
}

/* The second pass: guests, then images with what was read of them. */
static void
read_guests(struct survey *survey)
{
  const struct survey_guests guests = {
      .options = survey->options,
      .stream = &survey->stream,
      .domains = survey->domains,
      .images = survey->images,
      .local = survey->hypervisor->local == 1,
  };

  survey_guests_read(&guests);
  survey->unread = survey_guests_unread(&guests);
  if (!survey->options->domains)
    images_add_orphans(survey->images);
  images_foreach(survey->images, on_image, survey);
}

/* The first pass. What the hypervisor refuses is the end's status, not a failure of the survey. */
static bool
list_domains(struct survey *survey, virConnectPtr connection, GError **error)
{
  const struct domains_options options = {
      .select = survey->options->domains,
      .templates = survey->options->templates,
  };
  const struct domains_sink sink = {
      .listed = on_listed,
      .domain = on_domain,
      .note = on_note,
      .gone = survey->options->gone ? on_gone : NULL,
  };
  g_autoptr(GPtrArray) notes = shape_list_new();

  survey->hypervisor = connection_describe(connection, error);
  if (!survey->hypervisor)
    return false;
  survey->storage = storage_read(connection, notes);
  survey->images = images_new(survey->storage, survey->hypervisor->local == 1);
  bool listed = domains_read(connection, &options, &sink, survey, error);
  for (guint i = 0; i < notes->len && survey->hypervisor->domain_count >= 0; i++)
    survey_stream_emit(&survey->stream, FACT_NOTE, notes->pdata[i]);
  return listed;
}

/* A selection says nothing of what it left out. */
static const char *
best_status(const struct survey_options *options)
{
  return options->domains || options->narrowed ? END_PARTIAL : END_COMPLETE;
}

static void
survey_hypervisor(struct survey *survey)
{
  g_autoptr(GError) refused = NULL;
  g_autoptr(virConnect) connection = connection_open(survey->options->uri, &refused);
  g_autofree char *uri = connection_asked_uri(survey->options->uri, connection);

  survey_stream_begin(&survey->stream, uri);
  if (!connection || !list_domains(survey, connection, &refused)) {
    bool begun = survey->hypervisor && survey->hypervisor->domain_count >= 0;
    const char *status = begun ? END_PARTIAL : hypervisor_error_status(refused);
    survey_stream_conclude(&survey->stream, status, refused->message);
    if (!begun)
      return;
  } else {
    survey_stream_conclude(&survey->stream, best_status(survey->options), NULL);
  }
  if (!survey->stream.failure)
    read_guests(survey);
}

static void
survey_clear(struct survey *survey)
{
  images_free(survey->images);
  storage_free(survey->storage);
  hypervisor_free(survey->hypervisor);
  survey_stream_clear(&survey->stream);
  g_ptr_array_unref(survey->domains);
}

static struct survey_result
result_of(const struct survey *survey)
{
  const End *end = survey->stream.end;

  return (struct survey_result){
      .domains = (guint64)end->domains,
      .images = (guint64)end->images,
      .guests = (guint64)end->guests,
      .unread = survey->unread,
      .refused = g_strdup(end->detail),
      .listed = end->domains > 0,
  };
}

/* Write all lines but the end. False when there is to be no stream at all. */
static bool
write_facts(struct survey *survey, GError **error)
{
  if (survey->options->roots)
    return survey_root_read(survey->options, &survey->stream, &survey->unread, error);
  /* Without it nobody would notice that a host elsewhere is gone. */
  struct event_loop *loop = event_loop_start_for(survey->options->uri);
  survey_hypervisor(survey);
  event_loop_stop(loop);
  return true;
}

bool
survey_run(const struct survey_options *options, FILE *out, struct survey_result *ret_result,
           GError **error)
{
  struct survey survey = {
      .options = options,
      .domains = g_ptr_array_new_with_free_func((GDestroyNotify)survey_domain_free),
  };

  survey_stream_init(&survey.stream, out);
  file_limit_raise(FILES_WANTED);
  bool begun = write_facts(&survey, error);
  bool finished = begun && survey_stream_finish(&survey.stream);
  if (finished)
    *ret_result = result_of(&survey);
  else if (begun)
    g_propagate_error(error, g_steal_pointer(&survey.stream.failure));
  survey_clear(&survey);
  return finished;
}
