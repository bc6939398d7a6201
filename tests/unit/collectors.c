/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host name, os-release, command lines, layout: what each collector makes of what a guest may
 * hold.
 */
#include "guest/collectors.h"
#include "tests/unit/tree.h"

#include <string.h>

#define ID    "0123456789abcdef0123456789abcdef"
#define UPPER "0123456789ABCDEF0123456789ABCDEF"
#define ZEROS "00000000000000000000000000000000"
#define UUID  "01234567-89ab-cdef-0123-456789abcdef"

/* 64 bytes, the longest name that a kernel takes. */
#define LONGEST_NAME "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct hostname_case {
  const char *name;
  const char *text;
  const char *state;
  const char *hostname;
} hostname_cases[] = {
    {"plain", "web-1\n", STATE_VALID, "web-1"},
    {"no-newline", "web-1", STATE_VALID, "web-1"},
    {"blanks", "\t web-1 \r\n", STATE_VALID, "web-1"},
    {"comment", "# ours\n\nweb-1.example.org\nweb-2\n", STATE_VALID, "web-1.example.org"},
    {"utf-8",
     "w\xc3\xa9"
     "b\n",
     STATE_VALID,
     "w\xc3\xa9"
     "b"},
    {"longest", LONGEST_NAME "\n", STATE_VALID, LONGEST_NAME},
    {"too-long", LONGEST_NAME "x\n", STATE_MALFORMED, NULL},
    {"latin-1",
     "w\xe9"
     "b\n",
     STATE_MALFORMED, NULL},
    {"escape", "web\033[2J\n", STATE_MALFORMED, NULL},
    {"c1",
     "web\xc2\x9b"
     "2J\n",
     STATE_MALFORMED, NULL},
    {"empty", "", STATE_EMPTY, NULL},
    {"only-comment", "# nobody\n", STATE_EMPTY, NULL},
};

static void
test_hostname(gconstpointer data)
{
  const struct hostname_case *expected = data;
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/hostname", expected->text);
  g_autoptr(Root) root = tree_collect(tree);
  struct identity *identity = root_identity(root, IDENTITY_HOSTNAME, "/etc/hostname");
  g_assert_cmpstr(identity->state, ==, expected->state);
  g_assert_cmpstr(identity->value, ==, expected->hostname);
  g_assert_cmpstr(root->hostname, ==, expected->hostname);
}

static void
test_hostname_nul(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_bytes(tree, "/etc/hostname", "web\0-1\n", 7);
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpstr(root_identity(root, IDENTITY_HOSTNAME, NULL)->state, ==, STATE_MALFORMED);
}

static void
test_hostname_missing(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(Root) root = tree_collect(tree);

  g_assert_cmpstr(root_identity(root, IDENTITY_HOSTNAME, NULL)->state, ==, STATE_MISSING);
  g_assert_null(root->hostname);
}

static const struct os_release_case {
  const char *name;
  const char *text;
  const char *id, *version, *pretty;
} os_release_cases[] = {
    {"debian",
     "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian "
     "GNU/Linux\"\nVERSION_ID=\"12\"\n"
     "ID=debian\n",
     "debian", "12", "Debian GNU/Linux 12 (bookworm)"},
    {"single-quotes", "ID='a\\b'\nVERSION_ID=''\n", "a\\b", NULL, NULL},
    {"escapes", "ID=a\\b\nPRETTY_NAME=\"\\\"A\\\" \\$1 \\\\ \\n\"\n", "ab", NULL,
     "\"A\" $1 \\ \\n"},
    {"joined", "ID=a'b c'\"d\"\n", "ab cd", NULL, NULL},
    {"open-quote", "ID=\"debian\nVERSION_ID=12\n", NULL, "12", NULL},
    {"last-wins", "ID=a\nID=b\n", "b", NULL, NULL},
    {"last-wins-broken", "ID=a\nID='b\n", NULL, NULL, NULL},
    {"comments", "#ID=a\n; ID=b\n\n  ID=c  \r\n", "c", NULL, NULL},
    {"other-keys", "VARIANT_ID=x\nID_LIKE=y\nID =z\nid=w\n", NULL, NULL, NULL},
    {"latin-1", "ID=debian\nPRETTY_NAME=\"\xe9\"\n", "debian", NULL, NULL},
    {"escape", "PRETTY_NAME=\"\033[31mred\"\n", NULL, NULL, NULL},
    {"no-newline", "ID=alpine", "alpine", NULL, NULL},
    {"lone-backslash", "ID=a\\", "a\\", NULL, NULL},
    {"empty", "", NULL, NULL, NULL},
};

static void
assert_os(struct root *root, const struct os_release_case *expected)
{
  g_assert_cmpstr(root->os_id, ==, expected->id);
  g_assert_cmpstr(root->os_version, ==, expected->version);
  g_assert_cmpstr(root->os_name, ==, expected->pretty);
}

static void
test_os_release(gconstpointer data)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_link(tree, "/etc/os-release", "../usr/lib/os-release");
  tree_add_file(tree, "/usr/lib/os-release", ((const struct os_release_case *)data)->text);
  g_autoptr(Root) root = tree_collect(tree);
  assert_os(root, data);
}

static void
test_os_release_nul(void)
{
  g_autoptr(Tree) tree = tree_new();
  const char text[] = "ID=deb\0ian\nVERSION_ID=\"1\0\"\n";

  tree_add_bytes(tree, "/etc/os-release", text, sizeof text - 1);
  g_autoptr(Root) root = tree_collect(tree);
  assert_os(root, &(struct os_release_case){0});
}

static void
test_os_release_places(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/usr/lib/os-release", "ID=vendor\nVERSION_ID=1\n");
  g_autoptr(Root) vendor = tree_collect(tree);
  assert_os(vendor, &(struct os_release_case){.id = "vendor", .version = "1"});
  tree_add_file(tree, "/etc/os-release", "ID=admin\n");
  g_autoptr(Root) admin = tree_collect(tree);
  assert_os(admin, &(struct os_release_case){.id = "admin"});
}

static const struct cmdline_case {
  const char *name;
  const char *path;
  const char *text;
  const char *state; /* NULL: no identity */
  const char *value;
  const char *raw;
} cmdline_cases[] = {
    {"kernel-install", "/etc/kernel/cmdline", "root=/dev/vda1 systemd.machine_id=" ID " quiet\n",
     STATE_VALID, ID, ID},
    {"upper", "/etc/kernel/cmdline", "systemd.machine_id=" UPPER, STATE_VALID, ID, UPPER},
    {"dashed", "/etc/kernel/cmdline", "systemd.machine_id=" UUID, STATE_VALID, ID, UUID},
    {"dash-in-name", "/etc/kernel/cmdline", "systemd.machine-id=" ID, STATE_VALID, ID, ID},
    {"quoted", "/etc/kernel/cmdline", "\"systemd.machine_id=" ID "\"", STATE_VALID, ID, ID},
    {"last-on-line", "/etc/kernel/cmdline", "systemd.machine_id=x systemd.machine_id=" ID,
     STATE_VALID, ID, ID},
    {"firmware", "/etc/kernel/cmdline", "systemd.machine_id=firmware", STATE_VALID, NULL,
     "firmware"},
    {"zeros", "/etc/kernel/cmdline", "systemd.machine_id=" ZEROS, STATE_NULL, NULL, ZEROS},
    {"malformed", "/etc/kernel/cmdline", "systemd.machine_id=web", STATE_MALFORMED, NULL, "web"},
    {"misplaced-dash", "/etc/kernel/cmdline",
     "systemd.machine_id=0123456-789ab-cdef-0123-456789abcdef0", STATE_MALFORMED, NULL,
     "0123456-789ab-cdef-0123-456789abcdef0"},
    {"no-value", "/etc/kernel/cmdline", "systemd.machine_id=", STATE_MALFORMED, NULL, ""},
    {"other-setting", "/etc/kernel/cmdline", "xsystemd.machine_id=" ID, NULL, NULL, NULL},
    {"comment", "/etc/kernel/cmdline", "# systemd.machine_id=" ID, NULL, NULL, NULL},
    {"boot-entry", "/boot/loader/entries/a.conf",
     "title Debian\nlinux /vmlinuz\noptions root=UUID=1 systemd.machine_id=" ID "\n", STATE_VALID,
     ID, ID},
    {"boot-entry-title", "/boot/loader/entries/a.conf", "title systemd.machine_id=" ID "\n", NULL,
     NULL, NULL},
    {"boot-entry-name", "/boot/loader/entries/a.conf.bak", "options systemd.machine_id=" ID "\n",
     NULL, NULL, NULL},
    {"efi-entry", "/efi/loader/entries/b.conf", "options systemd.machine_id=" ID "\n", STATE_VALID,
     ID, ID},
    {"grub-defaults", "/etc/default/grub",
     "GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"quiet systemd.machine_id=" ID "\"\n", STATE_VALID, ID,
     ID},
    {"grub-defaults-first", "/etc/default/grub",
     "GRUB_CMDLINE_LINUX_DEFAULT='systemd.machine_id=" ID " x'\n", STATE_VALID, ID, ID},
    {"grub-defaults-other", "/etc/default/grub", "GRUB_TERMINAL=\"systemd.machine_id=" ID "\"\n",
     NULL, NULL, NULL},
    {"grub-fragment", "/etc/default/grub.d/50-cloud.cfg",
     "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX systemd.machine_id=" ID "\"\n", STATE_VALID, ID, ID},
    {"grub-script", "/boot/grub/grub.cfg",
     "menuentry 'Debian' {\n\tlinux\t/boot/vmlinuz root=UUID=1 systemd.machine_id=" ID
     " quiet\n}\n",
     STATE_VALID, ID, ID},
    {"grub-script-first-entry", "/boot/grub2/grub.cfg",
     "linux16 /a systemd.machine_id=" ID "\nlinux16 /b systemd.machine_id=b\n", STATE_VALID, ID,
     ID},
    {"grub-environment", "/boot/grub2/grubenv",
     "# GRUB Environment Block\nkernelopts=root=/dev/vda1 systemd.machine_id=" ID " \n####",
     STATE_VALID, ID, ID},
    {"extlinux", "/boot/extlinux/extlinux.conf", "label x\n  append ro systemd.machine_id=" ID "\n",
     STATE_VALID, ID, ID},
};

static void
test_cmdline(gconstpointer data)
{
  const struct cmdline_case *expected = data;
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, expected->path, expected->text);
  g_autoptr(Root) root = tree_collect(tree);
  struct identity *identity = root_identity(root, IDENTITY_CMDLINE_MACHINE_ID, NULL);
  if (!expected->state) {
    g_assert_null(identity);
    return;
  }
  g_assert_nonnull(identity);
  g_assert_cmpstr(identity->path, ==, expected->path);
  g_assert_cmpstr(identity->state, ==, expected->state);
  g_assert_cmpstr(identity->value, ==, expected->value);
  gsize size;
  const char *raw = g_bytes_get_data(identity->raw, &size);
  g_assert_cmpmem(raw, size, expected->raw, strlen(expected->raw));
}

/* 257 entries: one more than is read, and the guest is marked. */
static void
test_cmdline_limit(void)
{
  g_autoptr(Tree) tree = tree_new();

  for (guint i = 0; i < 257; i++) {
    g_autofree char *path = g_strdup_printf("/boot/loader/entries/%03u.conf", i);
    tree_add_file(tree, path, "options systemd.machine_id=" ID "\n");
  }
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_nonnull(
      root_identity(root, IDENTITY_CMDLINE_MACHINE_ID, "/boot/loader/entries/255.conf"));
  g_assert_null(root_identity(root, IDENTITY_CMDLINE_MACHINE_ID, "/boot/loader/entries/256.conf"));
  g_assert_cmpstr(root->marks, ==, MARK_TRUNCATED);
}

static void
test_cmdline_name(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/boot/loader/entries/\xff.conf", "options systemd.machine_id=" ID "\n");
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_null(root_identity(root, IDENTITY_CMDLINE_MACHINE_ID, NULL));
}

static void
test_layout_plain(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_directory(tree, "/ostree");
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpstr(root->status, ==, GUEST_OK);
}

static void
test_layout_ostree(gconstpointer path)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/machine-id", ID "\n");
  tree_add_directory(tree, path);
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpstr(root->status, ==, GUEST_UNSUPPORTED_LAYOUT);
  g_assert_nonnull(strstr(root->detail, path));
  g_assert_cmpstr(root_identity(root, IDENTITY_MACHINE_ID, NULL)->value, ==, ID);
}

/* A deployment, whose /etc is its own: as a container's root or a running system shows it. */
static void
test_layout_deployment(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_directory(tree, "/sysroot/ostree/deploy");
  tree_add_link(tree, "/ostree", "sysroot/ostree");
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpstr(root->status, ==, GUEST_OK);
}

/* What lies below /proc of a tree is no kernel's word. */
static void
test_not_running(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/etc/machine-id", ID "\n");
  tree_add_file(tree, "/proc/cmdline", "systemd.machine_id=" ID "\n");
  tree_add_file(tree, "/proc/sys/kernel/hostname", "web-1\n");
  tree_add_file(tree, "/proc/self/mountinfo",
                "40 27 0:24 /machine-id /etc/machine-id ro - tmpfs tmpfs rw\n");
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_null(root_identity(root, IDENTITY_CMDLINE_MACHINE_ID, NULL));
  g_assert_null(root->hostname);
  g_assert_null(root->marks);
}

static void
test_marks(void)
{
  g_autoptr(Root) root = root_new();

  root_add_mark(root, MARK_TRANSIENT_ID);
  root_add_mark(root, MARK_LIVE);
  root_add_mark(root, MARK_TRANSIENT_ID);
  root_add_mark(root, "machine-id");
  g_assert_cmpstr(root->marks, ==, MARK_TRANSIENT_ID " " MARK_LIVE " machine-id");
}

/* Facts of a guest full of oddities survive their own strict reader. */
static void
test_round_trip(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_bytes(tree, "/etc/machine-id", "\xff\0\xfe", 3);
  tree_add_link(tree, "/var/lib/dbus/machine-id", "/\xff\xfe");
  tree_add_file(tree, "/etc/hostname", "\xff\n");
  tree_add_file(tree, "/etc/kernel/cmdline", "systemd.machine_id=\xff");
  g_autoptr(Root) root = tree_collect(tree);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = shape_to_text(&root_shape, root);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  g_autoptr(Root) again = shape_from_json(&root_shape, json, &error);
  json_decref(json);
  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(root_identity(again, IDENTITY_DBUS_MACHINE_ID, NULL)->link,
                              root_identity(root, IDENTITY_DBUS_MACHINE_ID, NULL)->link));
}

#define ADD_CASES(prefix, cases, test)                                                             \
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                \
    g_autofree char *name = g_strconcat(prefix, (cases)[i].name, NULL);                            \
    g_test_add_data_func(name, &(cases)[i], test);                                                 \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD_CASES("/hostname/", hostname_cases, test_hostname)
  g_test_add_func("/hostname/nul", test_hostname_nul);
  g_test_add_func("/hostname/missing", test_hostname_missing);
  ADD_CASES("/os-release/", os_release_cases, test_os_release)
  g_test_add_func("/os-release/nul", test_os_release_nul);
  g_test_add_func("/os-release/places", test_os_release_places);
  ADD_CASES("/cmdline/", cmdline_cases, test_cmdline)
  g_test_add_func("/cmdline/limit", test_cmdline_limit);
  g_test_add_func("/cmdline/name", test_cmdline_name);
  g_test_add_func("/layout/plain", test_layout_plain);
  g_test_add_data_func("/layout/ostree", "/ostree/deploy", test_layout_ostree);
  g_test_add_data_func("/layout/sysroot", "/sysroot/ostree/deploy", test_layout_ostree);
  g_test_add_func("/layout/deployment", test_layout_deployment);
  g_test_add_func("/collectors/not-running", test_not_running);
  g_test_add_func("/collectors/marks", test_marks);
  g_test_add_func("/collectors/round-trip", test_round_trip);
  return g_test_run();
}
