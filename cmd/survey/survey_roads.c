/* SPDX-License-Identifier: Apache-2.0 */
/* The table of roads. What is known to be in vain is not tried, and says so. */
#include "cmd/survey/survey_roads.h"

#include "facts/shape.h"
#include "hypervisor/foreign_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

bool
survey_road_is_chosen(const struct survey_road *road, enum road_choice choice)
{
  return choice == ROAD_CHOICE_AUTO || choice == road->choice;
}

/* Why a road is not gone. Takes over the detail, which may be NULL. */
static struct reader_job *
in_vain(struct guest *guest, const char *status, char *detail)
{
  guest->status = g_strdup(status);
  guest->detail = detail ? foreign_text_clean(detail, FIELD_TEXT_MAX) : NULL;
  g_free(detail);
  return NULL;
}

static struct reader_job *
elsewhere(struct guest *guest)
{
  return in_vain(guest, GUEST_REMOTE,
                 g_strdup("it is stored on another machine: collect there, or with "
                          "'transport = ssh'"));
}

/* --- rootfs ----------------------------------------------------------------------------------- */

static bool
has_directory(const struct survey_domain *domain)
{
  return domain->root_source && g_strcmp0(domain->root_type, "mount") == 0;
}

static bool
rootfs_leads_into(const struct survey_domain *domain)
{
  return domain->is_container || has_directory(domain);
}

static struct reader_job *
open_directory(const struct survey_domain *domain, struct guest *guest)
{
  int directory = open(domain->root_source, O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (directory < 0) {
    int number = errno;
    return in_vain(guest, survey_domain_errno_status(number),
                   g_strdup_printf("%s: %s", domain->root_source, g_strerror(number)));
  }
  struct reader_job *job = reader_job_new(domain->uuid, ROAD_ROOTFS);
  job->directory = directory;
  job->idmap = g_strdup(domain->idmap);
  job->live = survey_domain_is_active(domain);
  return job;
}

static struct reader_job *
rootfs_job(const struct survey_domain *domain, G_GNUC_UNUSED struct images *images, bool local,
           struct guest *guest)
{
  if (!local)
    return elsewhere(guest);
  if (!domain->root_source)
    return in_vain(guest, GUEST_NO_ROOT, g_strdup("it has no root of its own, but its host's"));
  if (!has_directory(domain))
    return in_vain(
        guest, GUEST_UNSUPPORTED_SOURCE,
        g_strdup_printf("its root is a %s, and only directories are read", domain->root_type));
  return open_directory(domain, guest);
}

/* --- agent ------------------------------------------------------------------------------------ */

static bool
agent_leads_into(const struct survey_domain *domain)
{
  return !domain->is_container && survey_domain_is_active(domain);
}

/* An agent elsewhere answers as well as one here. */
static struct reader_job *
agent_job(const struct survey_domain *domain, G_GNUC_UNUSED struct images *images,
          G_GNUC_UNUSED bool local, struct guest *guest)
{
  if (!domain->agent)
    return in_vain(guest, GUEST_NO_AGENT, g_strdup("the domain has no channel for a guest agent"));
  if (strcmp(domain->agent, "connected") != 0)
    return in_vain(guest, GUEST_NO_AGENT, g_strdup("no guest agent is connected"));
  if (g_strcmp0(domain->state, "running") != 0)
    return in_vain(guest, GUEST_NO_AGENT,
                   g_strdup_printf("it is %s, and its agent with it",
                                   domain->state ? domain->state : "in no known state"));
  return reader_job_new(domain->uuid, ROAD_AGENT);
}

/* --- disk ------------------------------------------------------------------------------------- */

static bool
disk_leads_into(const struct survey_domain *domain)
{
  return domain->unreadable || !rootfs_leads_into(domain);
}

static struct reader_job *
disk_job(const struct survey_domain *domain, struct images *images, bool local, struct guest *guest)
{
  if (domain->unreadable)
    return in_vain(guest, domain->unreadable, NULL);
  return local ? survey_domain_disk_job(domain, images) : elsewhere(guest);
}

const struct survey_road survey_roads[] = {
    {ROAD_ROOTFS, ROAD_CHOICE_ROOTFS, false, rootfs_leads_into, rootfs_job},
    {ROAD_AGENT, ROAD_CHOICE_AGENT, false, agent_leads_into, agent_job},
    {ROAD_DISK, ROAD_CHOICE_DISK, true, disk_leads_into, disk_job},
    {0},
};
