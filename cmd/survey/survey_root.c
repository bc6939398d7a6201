/* SPDX-License-Identifier: Apache-2.0 */
/* A chroot, an unpacked image, a mounted backup: a guest without a machine. */
#include "cmd/survey/survey_root.h"

#include "facts/domain.h"
#include "guest/reader_crew.h"
#include "hypervisor/foreign_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <uuid.h>

#define ROOT_DRIVER "Directory"
#define ROOT_URI    "directory:///"
#define ROOT_SCOPE  "/"

struct reading {
  struct survey_stream *stream;
  guint64 unread;
};

/* The namespace is one for URLs, and such is the name that is hashed. */
static char *
uuid_of(const char *hostname, const char *path)
{
  g_autofree char *url = g_filename_to_uri(path, hostname, NULL);
  const char *name = url ? url : path;
  char text[UUID_STR_LEN];
  uuid_t uuid;

  uuid_generate_sha1(uuid, *uuid_get_template("url"), name, strlen(name));
  uuid_unparse_lower(uuid, text);
  return g_strdup(text);
}

static Hypervisor *
describe_machine(void)
{
  Hypervisor *hypervisor = hypervisor_new();

  hypervisor->driver = g_strdup(ROOT_DRIVER);
  hypervisor->hostname = g_utf8_make_valid(g_get_host_name(), -1);
  hypervisor->scope = g_strdup(ROOT_SCOPE);
  hypervisor->local = 1;
  return hypervisor;
}

static Domain *
describe_root(const char *hostname, const char *path)
{
  Domain *domain = domain_new();
  struct filesystem *filesystem = filesystem_new();

  filesystem->type = g_strdup("mount");
  filesystem->source = foreign_text_clean(path, FIELD_TEXT_MAX);
  filesystem->target = g_strdup("/");
  filesystem->is_root = 1;
  domain->uuid = uuid_of(hostname, path);
  domain->name = foreign_text_clean(path, FIELD_TEXT_MAX);
  domain->status = g_strdup("ok");
  g_ptr_array_add(domain->filesystems, filesystem);
  return domain;
}

static gboolean
has_same_uuid(gconstpointer a, gconstpointer b)
{
  return strcmp(((const Domain *)a)->uuid, ((const Domain *)b)->uuid) == 0;
}

static void
on_guest(struct guest *fact, gpointer data)
{
  struct reading *reading = data;
  g_autoptr(Guest) guest = fact;

  reading->unread += strcmp(guest->status, GUEST_OK) != 0;
  survey_stream_emit(reading->stream, FACT_GUEST, guest);
}

/* Takes over the directory. One that was named before is read once. */
static void
add_root(const char *hostname, const char *path, int directory, GPtrArray *domains, GPtrArray *jobs)
{
  struct domain *domain = describe_root(hostname, path);
  struct reader_job *job = reader_job_new(domain->uuid, ROAD_ROOTFS);

  job->directory = directory;
  if (g_ptr_array_find_with_equal_func(domains, domain, has_same_uuid, NULL)) {
    domain_free(domain);
    reader_job_free(job);
    return;
  }
  g_ptr_array_add(domains, domain);
  g_ptr_array_add(jobs, job);
}

/* A job for each directory, and a domain under its real path. NULL when one cannot be opened. */
static GPtrArray *
open_roots(const char *const *roots, const char *hostname, GPtrArray *domains, GError **error)
{
  g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)reader_job_free);

  for (; *roots; roots++) {
    g_autofree char *path = realpath(*roots, NULL);
    int directory = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

    if (directory < 0) {
      g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", *roots,
                  g_strerror(errno));
      return NULL;
    }
    add_root(hostname, path, directory, domains, jobs);
  }
  return g_steal_pointer(&jobs);
}

static void
read_roots(const struct survey_options *options, struct reading *reading, GPtrArray *jobs)
{
  const struct reader_crew_options crew = {options->reader, options->agents, options->deadline_ms};
  GError *error = NULL;
  struct reader_crew *readers = reader_crew_new(&crew, NULL, NULL, &error);

  if (!readers) {
    survey_stream_fail(reading->stream, error);
    return;
  }
  for (guint i = 0; i < jobs->len; i++)
    reader_crew_submit(readers, g_steal_pointer((struct reader_job **)&jobs->pdata[i]));
  reader_crew_finish(readers, on_guest, reading);
  reader_crew_free(readers);
}

bool
survey_root_read(const struct survey_options *options, struct survey_stream *stream,
                 guint64 *ret_unread, GError **error)
{
  struct reading reading = {.stream = stream};
  g_autoptr(Hypervisor) machine = describe_machine();
  g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func((GDestroyNotify)domain_free);
  g_autoptr(GPtrArray) jobs = open_roots(options->roots, machine->hostname, domains, error);

  if (!jobs)
    return false;
  machine->domain_count = domains->len;
  survey_stream_begin(stream, ROOT_URI);
  survey_stream_emit(stream, FACT_HYPERVISOR, machine);
  for (guint i = 0; i < domains->len; i++)
    survey_stream_emit(stream, FACT_DOMAIN, domains->pdata[i]);
  read_roots(options, &reading, jobs);
  survey_stream_conclude(stream, END_PARTIAL, NULL);
  *ret_unread = reading.unread;
  return true;
}
