/* SPDX-License-Identifier: Apache-2.0 */
/* Wishes, the section, [scan], what is usual: the first of them that says something counts. */
#include "cmd/fleet/target.h"

#include "cmd/road_choice.h"
#include "hypervisor/connection_uri.h"

#define DEADLINE_S     3600
#define DEADLINE_S_MAX (7 * 86400)
#define STREAM_LIMIT   ((guint64)1 << 30)

void
target_free(struct target *target)
{
  if (!target)
    return;
  g_free(target->name);
  g_free(target->uri);
  g_free(target->labels);
  ssh_destination_free(target->ssh);
  g_free(target->reader);
  request_free(target->request);
  g_free(target);
}

/* Fit to be shown: without a password, and UTF-8. */
static char *
public_uri(const char *uri)
{
  g_autofree char *shown = connection_uri_public(uri);

  return g_utf8_make_valid(shown, -1);
}

static gint64
first_of(gint64 a, gint64 b, gint64 c)
{
  return a ? a : (b ? b : c);
}

/* What a section adds; one that says nothing for a hypervisor given by hand. */
static const struct config_hypervisor nothing = {0};

static struct request *
make_request(const struct config *config, const struct config_hypervisor *section, const char *uri,
             const struct target_wishes *wishes)
{
  struct request *request = request_new();
  const char *configured = section->roads ? section->roads : config->roads;
  const gint64 guest_deadline_s = first_of(wishes->guest_deadline_s, config->guest_deadline_s, 0);

  request->uri = g_strdup(uri);
  request_add_words(request->domains, wishes->domains);
  request_add_words(request->templates, wishes->templates);
  request_add_words(request->templates, (const char *const *)section->templates);
  request_add_words(request->templates, (const char *const *)config->templates);
  request->roads = g_strdup(wishes->road ? wishes->road : configured);
  if (road_choice_of(wishes->road) != ROAD_CHOICE_AUTO)
    request->narrowed = 1;
  if (wishes->gone)
    request->gone = 1;
  if (wishes->check)
    request->check = 1;
  if (guest_deadline_s)
    request->guest_deadline = guest_deadline_s;
  return request;
}

/* `uri` is what the collector opens where it runs. */
static struct target *
target_new(const struct config *config, const struct config_hypervisor *section, const char *uri,
           const struct target_wishes *wishes)
{
  struct target *target = g_new0(struct target, 1);
  const gint64 deadline_s = first_of(
      wishes->deadline_s, first_of(section->deadline_s, config->deadline_s, 0), DEADLINE_S);

  target->deadline_s = (guint)MIN(deadline_s, DEADLINE_S_MAX);
  target->stream_limit = config->stream_limit ? (guint64)config->stream_limit : STREAM_LIMIT;
  target->request = make_request(config, section, uri, wishes);
  target->request->deadline = target->deadline_s;
  return target;
}

struct target *
target_by_hand(const struct config *config, const char *uri, const struct target_wishes *wishes)
{
  struct target *target = target_new(config, &nothing, uri, wishes);

  target->uri = uri ? public_uri(uri) : NULL;
  target->reader = g_strdup(wishes->reader);
  return target;
}

struct target *
target_configured(const struct config *config, const struct config_hypervisor *hypervisor,
                  const struct target_wishes *wishes)
{
  /* The configuration was refused if it could not be derived. */
  SshDestination *ssh = hypervisor->transport == CONFIG_TRANSPORT_SSH
                            ? ssh_destination_new(hypervisor->uri, NULL)
                            : NULL;
  struct target *target =
      target_new(config, hypervisor, ssh ? ssh->local_uri : hypervisor->uri, wishes);

  target->name = g_strdup(hypervisor->name);
  target->uri = public_uri(hypervisor->uri);
  target->labels = hypervisor->labels ? g_strjoinv(", ", hypervisor->labels) : NULL;
  target->ssh = ssh;
  target->reader = ssh ? NULL : g_strdup(wishes->reader);
  return target;
}

const char *
target_shown(const struct target *target)
{
  if (target->name)
    return target->name;
  return target->uri ? target->uri : "default hypervisor";
}
