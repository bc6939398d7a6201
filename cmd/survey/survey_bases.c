/* SPDX-License-Identifier: Apache-2.0 */
/* Images below others, read as guests without a domain. */
#include "cmd/survey/survey_bases.h"

#include "cmd/survey/survey_domain.h"
#include "guest/reader_pool.h"

#include <string.h>

struct bases {
  const struct survey_guests *guests;
  struct reader_pool *pool;
  GQueue images; /* that are being read, in the order of their results */
};

static const struct identity *
root_machine_id(const struct root *root)
{
  for (guint i = 0; i < root->identities->len; i++) {
    const struct identity *identity = root->identities->pdata[i];

    if (identity->value && (strcmp(identity->kind, IDENTITY_MACHINE_ID) == 0 ||
                            strcmp(identity->kind, IDENTITY_DBUS_MACHINE_ID) == 0))
      return identity;
  }
  return NULL;
}

/* The first that the files of all its roots hold. */
static const struct identity *
guest_machine_id(const struct guest *guest)
{
  const struct identity *identity = NULL;

  for (guint i = 0; i < guest->roots->len && !identity; i++)
    identity = root_machine_id(guest->roots->pdata[i]);
  return identity;
}

static void
on_content(struct guest *fact, gpointer data)
{
  struct bases *bases = data;
  g_autoptr(Guest) guest = fact;
  const struct identity *identity = guest_machine_id(guest);

  images_set_content(bases->guests->images, g_queue_pop_head(&bases->images), guest->status,
                     identity ? identity->value : NULL, identity ? identity->path : NULL);
}

/* Takes over the chain. */
static void
on_base(GPtrArray *taken, gpointer data)
{
  struct bases *bases = data;
  struct survey_stream *stream = bases->guests->stream;
  g_autoptr(GPtrArray) chain = taken;
  GError *error = NULL;

  if (stream->failure)
    return;
  g_queue_push_tail(&bases->images, chain->pdata[0]);
  if (!reader_pool_submit(bases->pool, survey_domain_base_job(chain, bases->guests->images),
                          &error))
    survey_stream_fail(stream, error);
}

void
survey_bases_read(const struct survey_guests *guests)
{
  const struct survey_options *options = guests->options;
  const struct reader_pool_options pool = {options->reader, options->readers, options->deadline_ms};
  struct bases bases = {.guests = guests, .images = G_QUEUE_INIT};
  GError *error = NULL;

  bases.pool = reader_pool_new(&pool, on_content, &bases, &error);
  if (!bases.pool) {
    survey_stream_fail(guests->stream, error);
    return;
  }
  images_foreach_base(guests->images, on_base, &bases);
  reader_pool_finish(bases.pool);
  reader_pool_free(bases.pool);
  g_queue_clear(&bases.images);
}
