/* SPDX-License-Identifier: Apache-2.0 */
/* What a collector is asked for: the command line before the section before [scan]. */
#include "cmd/fleet/target.h"

static char *scan_templates[] = {(char *)"scan-*", NULL};
static char *section_templates[] = {(char *)"section-*", NULL};
static const char *const wished_templates[] = {"wished-*", NULL};

static const struct config usual = {0};
static const struct config configured = {
    .templates = scan_templates,
    .roads = (char *)"agent",
    .deadline_s = 100,
    .guest_deadline_s = 10,
    .stream_limit = 1000,
};
static const struct target_wishes no_wishes = {0};

static void
assert_templates(const struct target *target, const char *expected)
{
  g_autofree const char **templates = request_texts(target->request->templates);
  g_autofree char *joined = templates ? g_strjoinv(" ", (char **)templates) : NULL;

  g_assert_cmpstr(joined, ==, expected);
}

static void
test_usual(void)
{
  g_autoptr(Target) target = target_by_hand(&usual, NULL, &no_wishes);

  g_assert_cmpstr(target_shown(target), ==, "default hypervisor");
  g_assert_cmpuint(target->deadline_s, ==, 3600);
  g_assert_cmpint(target->request->deadline, ==, 3600);
  g_assert_cmpuint(target->stream_limit, ==, 1 << 30);
  g_assert_null(target->request->uri);
  g_assert_null(target->request->roads);
  g_assert_cmpint(target->request->guest_deadline, ==, FACT_UNKNOWN);
  assert_templates(target, NULL);
}

static void
test_order(void)
{
  const struct config_hypervisor section = {
      .name = (char *)"kvm1",
      .uri = (char *)"qemu:///system",
      .roads = (char *)"disk",
      .templates = section_templates,
      .deadline_s = 200,
  };
  const struct target_wishes wishes = {
      .templates = wished_templates,
      .road = "rootfs",
      .deadline_s = 300,
      .guest_deadline_s = 30,
  };
  g_autoptr(Target) by_hand = target_by_hand(&configured, "lxc:///", &no_wishes);
  g_autoptr(Target) by_section = target_configured(&configured, &section, &no_wishes);
  g_autoptr(Target) wished = target_configured(&configured, &section, &wishes);

  g_assert_cmpstr(target_shown(by_hand), ==, "lxc:///");
  g_assert_cmpuint(by_hand->deadline_s, ==, 100);
  g_assert_cmpuint(by_hand->stream_limit, ==, 1000);
  g_assert_cmpint(by_hand->request->guest_deadline, ==, 10);
  g_assert_cmpstr(by_hand->request->roads, ==, "agent");
  assert_templates(by_hand, "scan-*");

  g_assert_cmpstr(target_shown(by_section), ==, "kvm1");
  g_assert_cmpuint(by_section->deadline_s, ==, 200);
  g_assert_cmpstr(by_section->request->roads, ==, "disk");
  g_assert_cmpint(by_section->request->narrowed, !=, 1);
  assert_templates(by_section, "section-* scan-*");

  g_assert_cmpuint(wished->deadline_s, ==, 300);
  g_assert_cmpint(wished->request->guest_deadline, ==, 30);
  g_assert_cmpstr(wished->request->roads, ==, "rootfs");
  g_assert_cmpint(wished->request->narrowed, ==, 1);
  assert_templates(wished, "wished-* section-* scan-*");
}

/* All roads for once leave nothing out. */
static void
test_all_roads(void)
{
  const struct target_wishes wishes = {.road = "auto"};
  g_autoptr(Target) target = target_by_hand(&configured, NULL, &wishes);

  g_assert_cmpstr(target->request->roads, ==, "auto");
  g_assert_cmpint(target->request->narrowed, !=, 1);
}

static void
test_password(void)
{
  g_autoptr(Target) target = target_by_hand(&usual, "esx://me:secret@host/", &no_wishes);

  g_assert_cmpstr(target_shown(target), ==, "esx://me@host/");
  g_assert_cmpstr(target->request->uri, ==, "esx://me:secret@host/");
}

/* Paths of this machine mean nothing on another. */
static void
test_ssh(void)
{
  const struct config_hypervisor section = {
      .name = (char *)"kvm2",
      .uri = (char *)"qemu+ssh://root@host2/system",
      .transport = CONFIG_TRANSPORT_SSH,
  };
  const struct target_wishes wishes = {.reader = "/our/reader"};
  g_autoptr(Target) target = target_configured(&usual, &section, &wishes);
  g_autoptr(Target) here = target_by_hand(&usual, NULL, &wishes);

  g_assert_cmpstr(target->uri, ==, "qemu+ssh://root@host2/system");
  g_assert_cmpstr(target->request->uri, ==, "qemu:///system");
  g_assert_cmpstr(target->ssh->host, ==, "host2");
  g_assert_null(target->reader);
  g_assert_cmpstr(here->reader, ==, "/our/reader");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/target/usual", test_usual);
  g_test_add_func("/target/order", test_order);
  g_test_add_func("/target/all-roads", test_all_roads);
  g_test_add_func("/target/password", test_password);
  g_test_add_func("/target/ssh", test_ssh);
  return g_test_run();
}
