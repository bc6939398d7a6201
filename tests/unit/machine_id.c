/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every state of the two machine ID files, by the bytes that systemd and libdbus were measured
 * on.
 */
#include "tests/unit/tree.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define ID    "0123456789abcdef0123456789abcdef"
#define UPPER "0123456789ABCDEF0123456789abcdef"
#define ZEROS "00000000000000000000000000000000"
#define UUID  "01234567-89ab-cdef-0123-456789abcdef"

#define ETC_PATH  "/etc/machine-id"
#define DBUS_PATH "/var/lib/dbus/machine-id"

static const struct content {
  const char *name;
  const char *bytes;
  gsize size; /* 0: up to the NUL */
  const char *state;
  const char *systemd; /* what each program reads from its file */
  const char *libdbus;
} contents[] = {
    {"id", ID "\n", 0, STATE_VALID, ID, ID},
    {"no-newline", ID, 0, STATE_VALID_NO_NEWLINE, ID, ID},
    {"upper", UPPER "\n", 0, STATE_VALID_UPPERCASE, ID, ID},
    {"upper-no-newline", UPPER, 0, STATE_VALID_UPPERCASE, ID, ID},
    {"zeros", ZEROS "\n", 0, STATE_NULL, NULL, NULL},
    {"zeros-no-newline", ZEROS, 0, STATE_NULL, NULL, NULL},
    {"zeros-crlf", ZEROS "\r\n", 0, STATE_MALFORMED, NULL, NULL},
    {"dashed", UUID "\n", 0, STATE_MALFORMED, NULL, NULL},
    {"crlf", ID "\r\n", 0, STATE_MALFORMED, NULL, ID},
    {"trailing-blank", ID " \n", 0, STATE_MALFORMED, NULL, ID},
    {"trailing-tab", ID "\t", 0, STATE_MALFORMED, NULL, ID},
    {"two-newlines", ID "\n\n", 0, STATE_MALFORMED, NULL, ID},
    {"leading-blank", " " ID "\n", 0, STATE_MALFORMED, NULL, ID},
    {"leading-blank-upper", " " UPPER "\r\n", 0, STATE_MALFORMED, NULL, ID},
    {"form-feed", ID "\f", 0, STATE_MALFORMED, NULL, NULL},
    {"more-text", ID "\nmore\n", 0, STATE_MALFORMED, NULL, NULL},
    {"two-ids", ID ID "\n", 0, STATE_MALFORMED, NULL, NULL},
    {"short", "0123456789abcdef\n", 0, STATE_MALFORMED, NULL, NULL},
    {"31-digits", "0123456789abcdef0123456789abcde\n", 0, STATE_MALFORMED, NULL, NULL},
    {"33-digits", ID "0\n", 0, STATE_MALFORMED, NULL, NULL},
    {"not-hexadecimal", "0123456789abcdef0123456789abcdeg\n", 0, STATE_MALFORMED, NULL, NULL},
    {"nul-inside", "0123456789abcdef\0abcdef0123456789", 33, STATE_MALFORMED, NULL, NULL},
    {"nul-behind", ID "\0", 33, STATE_MALFORMED, NULL, NULL},
    {"newline", "\n", 0, STATE_MALFORMED, NULL, NULL},
    {"blanks", "   \n", 0, STATE_MALFORMED, NULL, NULL},
    {"latin-1", "\xe9t\xe9\n", 0, STATE_MALFORMED, NULL, NULL},
    {"empty", "", 0, STATE_EMPTY, NULL, NULL},
    {"uninitialized", "uninitialized\n", 0, STATE_UNINITIALIZED, NULL, NULL},
    {"uninitialized-no-newline", "uninitialized", 0, STATE_UNINITIALIZED, NULL, NULL},
    {"uninitialized-crlf", "uninitialized\r\n", 0, STATE_MALFORMED, NULL, NULL},
    {"capital-uninitialized", "Uninitialized\n", 0, STATE_MALFORMED, NULL, NULL},
};

static struct identity *
etc_identity(struct root *root)
{
  struct identity *identity = root_identity(root, IDENTITY_MACHINE_ID, ETC_PATH);

  g_assert_nonnull(identity);
  return identity;
}

static struct identity *
dbus_identity(struct root *root)
{
  struct identity *identity = root_identity(root, IDENTITY_DBUS_MACHINE_ID, DBUS_PATH);

  g_assert_nonnull(identity);
  return identity;
}

static void
assert_identity(struct identity *identity, const char *state, const char *value)
{
  g_assert_cmpstr(identity->state, ==, state);
  g_assert_cmpstr(identity->value, ==, value);
}

static void
test_content(gconstpointer data)
{
  const struct content *content = data;
  gsize size = content->size ? content->size : strlen(content->bytes);
  g_autoptr(Tree) tree = tree_new();

  tree_add_bytes(tree, ETC_PATH, content->bytes, size);
  tree_add_bytes(tree, DBUS_PATH, content->bytes, size);
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), content->state, content->systemd);
  assert_identity(dbus_identity(root), content->state, content->libdbus);
  gsize raw_size;
  const char *raw = g_bytes_get_data(etc_identity(root)->raw, &raw_size);
  g_assert_cmpmem(raw, raw_size, content->bytes, size);
  g_assert_null(etc_identity(root)->same_file_as);
  g_assert_null(etc_identity(root)->link);
}

static void
test_missing(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(Root) root = tree_collect(tree);

  assert_identity(etc_identity(root), STATE_MISSING, NULL);
  assert_identity(dbus_identity(root), STATE_MISSING, NULL);
  g_assert_null(etc_identity(root)->raw);
  g_assert_cmpint(etc_identity(root)->mode, ==, FACT_UNKNOWN);
  g_assert_null(root->marks);
}

/* The two disagree: each keeps its own value. */
static void
test_split(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, ETC_PATH, ID "\n");
  tree_add_file(tree, DBUS_PATH, "ffffffffffffffffffffffffffffffff\n");
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), STATE_VALID, ID);
  assert_identity(dbus_identity(root), STATE_VALID, "ffffffffffffffffffffffffffffffff");
}

static void
assert_link(struct identity *identity, const char *target)
{
  gsize size;
  const char *bytes;

  g_assert_nonnull(identity->link);
  bytes = g_bytes_get_data(identity->link, &size);
  g_assert_cmpmem(bytes, size, target, strlen(target));
}

static void
test_link_to_etc(gconstpointer target)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, ETC_PATH, ID "\n");
  tree_add_link(tree, DBUS_PATH, target);
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(dbus_identity(root), STATE_VALID, ID);
  assert_link(dbus_identity(root), target);
  g_assert_null(dbus_identity(root)->same_file_as);
  g_assert_null(etc_identity(root)->same_file_as);
}

/* The link's meaning is the file's content inside the guest, never the host's own ID. */
static void
test_reverse_link(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_link(tree, ETC_PATH, DBUS_PATH);
  tree_add_file(tree, DBUS_PATH, " " UPPER "\n");
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), STATE_MALFORMED, NULL);
  assert_link(etc_identity(root), DBUS_PATH);
  assert_identity(dbus_identity(root), STATE_MALFORMED, ID);
}

static void
test_dangling(gconstpointer target)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_link(tree, ETC_PATH, target);
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), STATE_DANGLING, NULL);
  assert_link(etc_identity(root), target);
  g_assert_null(etc_identity(root)->raw);
}

static void
test_hard_link(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, ETC_PATH, ID "\n");
  tree_add_hard_link(tree, DBUS_PATH, ETC_PATH);
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), STATE_VALID, ID);
  g_assert_cmpstr(etc_identity(root)->same_file_as, ==, DBUS_PATH);
  g_assert_cmpstr(dbus_identity(root)->same_file_as, ==, ETC_PATH);
}

/* One file, one link, two names: the directory is the link. */
static void
test_linked_directory(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, ETC_PATH, ID "\n");
  tree_add_link(tree, "/var/lib/dbus", "/etc");
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(dbus_identity(root), STATE_VALID, ID);
  g_assert_null(dbus_identity(root)->same_file_as);
}

static void
test_not_regular(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autofree char *fifo = tree_host_path(tree, "/etc/fifo");

  tree_add_directory(tree, DBUS_PATH);
  tree_add_link(tree, ETC_PATH, "fifo");
  g_assert_no_errno(mkfifo(fifo, 0666));
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), STATE_NOT_REGULAR, NULL);
  assert_link(etc_identity(root), "fifo");
  assert_identity(dbus_identity(root), STATE_NOT_REGULAR, NULL);
}

static void
test_unreadable(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autofree char *path = tree_host_path(tree, ETC_PATH);

  if (geteuid() == 0) {
    g_test_skip("root may read everything");
    return;
  }
  tree_add_file(tree, ETC_PATH, ID "\n");
  g_assert_no_errno(chmod(path, 0));
  g_autoptr(Root) root = tree_collect(tree);
  assert_identity(etc_identity(root), STATE_UNREADABLE, NULL);
}

static void
test_properties(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autofree char *path = tree_host_path(tree, ETC_PATH);

  tree_add_file(tree, ETC_PATH, ID "\n");
  tree_add_link(tree, DBUS_PATH, ETC_PATH);
  g_assert_no_errno(chmod(path, 0444));
  g_assert_no_errno(utime(path, &(struct utimbuf){.actime = 1, .modtime = 1234567890}));
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpint(etc_identity(root)->mode, ==, 0444);
  g_assert_cmpint(etc_identity(root)->modified_at, ==, 1234567890);
  g_assert_cmpint(dbus_identity(root)->mode, ==, 0444);
}

/* A file one byte longer than the limit is cut, marked, and decides nothing. */
static void
test_limit(gconstpointer data)
{
  gsize size = GPOINTER_TO_SIZE(data);
  g_autofree char *bytes = g_malloc(size);
  g_autoptr(Tree) tree = tree_new();

  memset(bytes, ' ', size);
  memcpy(bytes, ID, strlen(ID));
  tree_add_bytes(tree, DBUS_PATH, bytes, size);
  g_autoptr(Root) root = tree_collect(tree);
  struct identity *identity = dbus_identity(root);
  assert_identity(identity, STATE_MALFORMED, size < IDENTITY_RAW_MAX ? ID : NULL);
  g_assert_cmpuint(g_bytes_get_size(identity->raw), ==, MIN(size, IDENTITY_RAW_MAX));
  g_assert_cmpstr(root->marks, ==, size > IDENTITY_RAW_MAX ? MARK_TRUNCATED : NULL);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(contents); i++) {
    g_autofree char *name = g_strconcat("/machine-id/content/", contents[i].name, NULL);
    g_test_add_data_func(name, &contents[i], test_content);
  }
  g_test_add_func("/machine-id/missing", test_missing);
  g_test_add_func("/machine-id/split", test_split);
  g_test_add_data_func("/machine-id/link/absolute", "/etc/machine-id", test_link_to_etc);
  g_test_add_data_func("/machine-id/link/relative", "../../../etc/machine-id", test_link_to_etc);
  g_test_add_data_func("/machine-id/link/above", "/../../../../etc/machine-id", test_link_to_etc);
  g_test_add_func("/machine-id/link/reverse", test_reverse_link);
  g_test_add_data_func("/machine-id/dangling/absolute", "/var/lib/dbus/machine-id", test_dangling);
  g_test_add_data_func("/machine-id/dangling/host-file", "/proc/self/environ", test_dangling);
  g_test_add_data_func("/machine-id/dangling/itself", "machine-id", test_dangling);
  g_test_add_func("/machine-id/hard-link", test_hard_link);
  g_test_add_func("/machine-id/linked-directory", test_linked_directory);
  g_test_add_func("/machine-id/not-regular", test_not_regular);
  g_test_add_func("/machine-id/unreadable", test_unreadable);
  g_test_add_func("/machine-id/properties", test_properties);
  for (gsize size = IDENTITY_RAW_MAX - 1; size <= IDENTITY_RAW_MAX + 1; size++) {
    g_autofree char *name = g_strdup_printf("/machine-id/limit/%zu", size);
    g_test_add_data_func(name, GSIZE_TO_POINTER(size), test_limit);
  }
  return g_test_run();
}
