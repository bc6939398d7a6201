/* SPDX-License-Identifier: Apache-2.0 */
/* Two queues: definitions come out of one, permissions to fetch another go into the other. */
#include "hypervisor/definitions.h"

#include "hypervisor/text.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#define AHEAD 32 /* definitions that may wait */

struct definitions {
  const GPtrArray *domains;
  GAsyncQueue *ready;   /* of struct definition */
  GAsyncQueue *permits; /* of the two below */
  GThread *thread;
};

static char permit_fetch, permit_stop;

void
definition_free(struct definition *definition)
{
  if (!definition)
    return;
  free(definition->xml);
  g_free(definition->message);
  g_free(definition);
}

static struct definition *
fetch(virDomainPtr domain)
{
  struct definition *definition = g_new0(struct definition, 1);

  definition->xml = virDomainGetXMLDesc(domain, 0);
  if (definition->xml)
    return definition;
  const virError *last = virGetLastError(); /* of this thread */
  definition->code = last ? last->code : VIR_ERR_INTERNAL_ERROR;
  definition->message =
      text_clean(last && last->message ? last->message : "unknown error", TEXT_MESSAGE_MAX);
  return definition;
}

static gpointer
fetch_all(gpointer data)
{
  struct definitions *definitions = data;

  for (guint i = 0; i < definitions->domains->len; i++) {
    if (g_async_queue_pop(definitions->permits) == &permit_stop)
      break;
    g_async_queue_push(definitions->ready, fetch(definitions->domains->pdata[i]));
  }
  return NULL;
}

struct definitions *
definitions_new(const GPtrArray *domains)
{
  struct definitions *definitions = g_new(struct definitions, 1);

  definitions->domains = domains;
  definitions->ready = g_async_queue_new_full((GDestroyNotify)definition_free);
  definitions->permits = g_async_queue_new();
  for (guint i = 0; i < AHEAD; i++)
    g_async_queue_push(definitions->permits, &permit_fetch);
  definitions->thread = g_thread_new("definitions", fetch_all, definitions);
  return definitions;
}

struct definition *
definitions_next(struct definitions *definitions)
{
  struct definition *definition = g_async_queue_pop(definitions->ready);

  g_async_queue_push(definitions->permits, &permit_fetch);
  return definition;
}

void
definitions_free(struct definitions *definitions)
{
  if (!definitions)
    return;
  g_async_queue_push_front(definitions->permits, &permit_stop);
  g_thread_join(definitions->thread);
  g_async_queue_unref(definitions->ready);
  g_async_queue_unref(definitions->permits);
  g_free(definitions);
}
