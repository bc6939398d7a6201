/* SPDX-License-Identifier: Apache-2.0 */
/* Reading twice: what stays the same, and what changes between the readings. */
#include "guest/twice.h"

/* What there is to be read, once and then: statuses, and the values of an ID. NULL: no root. */
static const struct scene {
  const char *name;
  const char *statuses[2], *values[2];
  const char *status, *marks; /* expected */
} scenes[] = {
    {"same", {GUEST_OK, GUEST_OK}, {"1", "1"}, GUEST_OK, "journal-dirty torn-possible"},
    {"value", {GUEST_OK, GUEST_OK}, {"1", "2"}, GUEST_CHANGED, NULL},
    {"appeared", {GUEST_NO_ROOT, GUEST_OK}, {NULL, "1"}, GUEST_CHANGED, NULL},
    {"vanished", {GUEST_OK, GUEST_CORRUPT}, {"1", NULL}, GUEST_CHANGED, NULL},
    {"failed", {GUEST_CORRUPT, GUEST_CORRUPT}, {NULL, NULL}, GUEST_CORRUPT, NULL},
    {"failed-otherwise", {GUEST_CORRUPT, GUEST_NO_ROOT}, {NULL, NULL}, GUEST_CHANGED, NULL},
};

static void
add_root(struct guest *guest, const char *value)
{
  struct root *root = root_new();
  struct identity *identity = identity_new();

  identity->kind = g_strdup(IDENTITY_MACHINE_ID);
  identity->state = g_strdup(STATE_VALID);
  identity->path = g_strdup("/etc/machine-id");
  identity->value = g_strdup(value);
  root->root = g_strdup("vda1");
  root->status = g_strdup(GUEST_OK);
  root->marks = g_strdup(MARK_JOURNAL_DIRTY);
  g_ptr_array_add(root->identities, identity);
  g_ptr_array_add(guest->roots, root);
}

/* The place of the scene is the job's domain, the number of the reading its road. */
static struct guest *
read_scene(const struct reader_job *job)
{
  const struct scene *scene = &scenes[g_ascii_strtoull(job->domain, NULL, 10)];
  guint reading = (guint)(job->road[0]++ - '0');
  struct guest *guest = guest_new();

  guest->domain = g_strdup(job->domain);
  guest->road = g_strdup(ROAD_DISK);
  guest->status = g_strdup(scene->statuses[reading]);
  if (scene->values[reading])
    add_root(guest, scene->values[reading]);
  return guest;
}

static void
test_scene(gconstpointer data)
{
  const struct scene *scene = data;
  g_autofree char *place = g_strdup_printf("%d", (int)(scene - scenes));
  g_autoptr(ReaderJob) job = reader_job_new(place, "0");
  g_autoptr(Guest) guest = twice_read(read_scene, job);

  g_assert_cmpstr(job->road, ==, "2");
  g_assert_cmpstr(guest->status, ==, scene->status);
  g_assert_cmpuint(guest->roots->len, ==, scene->marks ? 1 : 0);
  if (scene->marks)
    g_assert_cmpstr(((const struct root *)guest->roots->pdata[0])->marks, ==, scene->marks);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(scenes); i++) {
    g_autofree char *name = g_strconcat("/twice/", scenes[i].name, NULL);
    g_test_add_data_func(name, &scenes[i], test_scene);
  }
  return g_test_run();
}
