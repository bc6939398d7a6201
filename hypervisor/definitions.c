/* SPDX-License-Identifier: Apache-2.0 */
/* Two queues: definitions come out of one, permissions to fetch another go into the other. */
#include "hypervisor/definitions.h"

#include "hypervisor/connection.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

#define AHEAD 32 /* definitions that may wait */

struct definitions {
  const GPtrArray *domains;
  GAsyncQueue *ready;   /* of struct definition */
  GAsyncQueue *permits; /* of enum permit */
  GThread *thread;
};

/* No queue takes NULL. */
enum permit {
  PERMIT_FETCH = 1,
  PERMIT_STOP,
};

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
  definition->code = virGetLastErrorCode();
  definition->message = connection_last_message();
  return definition;
}

static gpointer
fetch_all(gpointer data)
{
  struct definitions *definitions = data;

  for (guint i = 0; i < definitions->domains->len; i++) {
    if (GPOINTER_TO_INT(g_async_queue_pop(definitions->permits)) == PERMIT_STOP)
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
    g_async_queue_push(definitions->permits, GINT_TO_POINTER(PERMIT_FETCH));
  definitions->thread = g_thread_new("definitions", fetch_all, definitions);
  return definitions;
}

struct definition *
definitions_next(struct definitions *definitions)
{
  struct definition *definition = g_async_queue_pop(definitions->ready);

  g_async_queue_push(definitions->permits, GINT_TO_POINTER(PERMIT_FETCH));
  return definition;
}

void
definitions_free(struct definitions *definitions)
{
  if (!definitions)
    return;
  g_async_queue_push_front(definitions->permits, GINT_TO_POINTER(PERMIT_STOP));
  g_thread_join(definitions->thread);
  g_async_queue_unref(definitions->ready);
  g_async_queue_unref(definitions->permits);
  g_free(definitions);
}
