/* SPDX-License-Identifier: Apache-2.0 */
/* Identities of the table, in files as the programs that own them write them. */
#include "facts/identity_kinds.h"
#include "guest/sibling_parsers.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tree.h"

#include <string.h>

#define UUID "01234567-89ab-cdef-0123-456789abcdef"
#define IQN  "iqn.1993-08.org.debian:01:9a2b3c4d5e6f"

static const struct sibling_case {
  const char *name;
  const char *path;
  const char *text;
  const char *state; /* NULL: no identity at all */
  const char *value;
} cases[] = {
    {"iscsi", "/etc/iscsi/initiatorname.iscsi",
     "## DO NOT EDIT OR REMOVE THIS FILE!\n## comment\nInitiatorName=" IQN "\n", STATE_VALID, IQN},
    {"iscsi-first", "/etc/iscsi/initiatorname.iscsi",
     "#InitiatorName=x\nInitiatorAlias=x\nInitiatorName = " IQN "\nInitiatorName=y\n", STATE_VALID,
     IQN},
    {"iscsi-new", "/etc/iscsi/initiatorname.iscsi", "GenerateName=yes\n", STATE_UNINITIALIZED,
     NULL},
    {"iscsi-empty", "/etc/iscsi/initiatorname.iscsi", "", STATE_EMPTY, NULL},
    {"iscsi-nothing", "/etc/iscsi/initiatorname.iscsi", "InitiatorName=\n", STATE_EMPTY, NULL},
    {"iscsi-escape", "/etc/iscsi/initiatorname.iscsi", "InitiatorName=\033x\n", STATE_MALFORMED,
     NULL},
    {"hostnqn", "/etc/nvme/hostnqn", "nqn.2014-08.org.nvmexpress:uuid:" UUID "\n", STATE_VALID,
     "nqn.2014-08.org.nvmexpress:uuid:" UUID},
    {"hostid", "/etc/nvme/hostid", "01234567-89AB-CDEF-0123-456789ABCDEF\n", STATE_VALID, UUID},
    {"hostid-short", "/etc/nvme/hostid", "01234567\n", STATE_MALFORMED, NULL},
    {"hostid-empty", "/etc/nvme/hostid", "\n", STATE_EMPTY, NULL},
    {"docker", "/var/lib/docker/engine-id", UUID, STATE_VALID, UUID},
    {"puppet", "/etc/puppetlabs/puppet/puppet.conf",
     "[main]\ncertname = main.example\n[server]\ncertname = server.example\n"
     "[agent]\n  certname=web.example\n#certname=x\n",
     STATE_VALID, "web.example"},
    {"puppet-main", "/etc/puppet/puppet.conf", "[main]\ncertname = main.example\n", STATE_VALID,
     "main.example"},
    {"puppet-none", "/etc/puppet/puppet.conf", "[main]\nserver = puppet\n", NULL, NULL},
    {"salt", "/etc/salt/minion_id", "web-1.example", STATE_VALID, "web-1.example"},
    {"random-seed", "/var/lib/systemd/random-seed", "secret", STATE_VALID,
     "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"},
    {"random-seed-empty", "/var/lib/systemd/random-seed", "", STATE_EMPTY, NULL},
    {"dhclient", "/var/lib/dhcp/dhclient6.eth0.leases",
     "default-duid \"\\000\\001\\000\\001$\\345K3\\000\\032+3\\352\\023\";\nlease6 {\n}\n",
     STATE_VALID, "00:01:00:01:24:e5:4b:33:00:1a:2b:33:ea:13"},
    {"dhclient-quotes", "/var/lib/dhclient/dhclient.leases", "default-duid \"\\\"\\\\abc\";\n",
     STATE_VALID, "22:5c:61:62:63"},
    {"dhclient-last", "/var/lib/dhcp/dhclient.leases",
     "default-duid \"aaaa\";\ndefault-duid \"bbbb\";\n", STATE_VALID, "62:62:62:62"},
    {"dhclient-open", "/var/lib/dhcp/dhclient.leases", "default-duid \"aaaa\n", STATE_MALFORMED,
     NULL},
    {"dhclient-short", "/var/lib/dhcp/dhclient.leases", "default-duid \"a\\\";\n", STATE_MALFORMED,
     NULL},
    {"dhclient-none", "/var/lib/dhcp/dhclient.leases", "lease {\n}\n", NULL, NULL},
    {"dhclient-other", "/var/lib/dhcp/dhcpd.leases", "default-duid \"aaaa\";\n", NULL, NULL},
    {"dhcpcd", "/var/lib/dhcpcd/duid", "00:01:00:01:24:e5:4b:33\n", STATE_VALID,
     "00:01:00:01:24:e5:4b:33"},
    {"certificate-none", "/etc/pki/consumer/cert.pem", "not a certificate", STATE_MALFORMED, NULL},
};

static struct identity *
identity_at(struct root *root, const char *path)
{
  for (guint i = 0; i < root->identities->len; i++) {
    struct identity *identity = root->identities->pdata[i];

    if (strcmp(identity->path, path) == 0)
      return identity;
  }
  return NULL;
}

static void
test_case(gconstpointer data)
{
  const struct sibling_case *expected = data;
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, expected->path, expected->text);
  g_autoptr(Root) root = tree_collect(tree);
  const struct identity *identity = identity_at(root, expected->path);
  g_assert_true(!identity == !expected->state);
  if (!identity)
    return;
  g_assert_nonnull(identity_kind_find(identity->kind));
  g_assert_cmpstr(identity->state, ==, expected->state);
  g_assert_cmpstr(identity->value, ==, expected->value);
  g_assert_null(identity->raw);
  g_assert_cmpint(identity->mode, !=, FACT_UNKNOWN);
}

/* Every row of the table with a file is gone through: a new row needs nothing but itself. */
static void
test_table(void)
{
  g_autoptr(Tree) tree = tree_new();

  for (const struct identity_kind *kind = identity_kinds; kind->name; kind++) {
    g_auto(GStrv) parts = g_strsplit(kind->path ? kind->path : "", "*", 2);
    g_autofree char *path = g_strjoinv("x", parts);

    g_assert_true(!kind->path == (kind->parser == IDENTITY_ELSEWHERE));
    g_assert_nonnull(kind->consequence);
    if (kind->path)
      tree_add_directory(tree, path); /* whatever the parser, there is no file to be read */
  }
  g_autoptr(Root) root = tree_collect(tree);
  for (const struct identity_kind *kind = identity_kinds; kind->name; kind++) {
    g_auto(GStrv) parts = g_strsplit(kind->path ? kind->path : "", "*", 2);
    g_autofree char *path = g_strjoinv("x", parts);
    const struct identity *identity = identity_at(root, path);

    if (!kind->path)
      continue;
    g_assert_nonnull(identity);
    g_assert_cmpstr(identity->kind, ==, kind->name);
    g_assert_cmpstr(identity->state, ==, STATE_NOT_REGULAR);
  }
}

/* A guest without any of them has no rows of them. */
static void
test_absent(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_link(tree, "/etc/nvme/hostid", "nowhere");
  g_autoptr(Root) root = tree_collect(tree);
  for (const struct identity_kind *kind = identity_kinds; kind->name; kind++)
    if (kind->path)
      g_assert_null(root_identity(root, kind->name, NULL));
}

/* The time of a lease file is that of the last lease, and would make each scan a change. */
static void
test_times(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, "/var/lib/dhcp/dhclient.leases", "default-duid \"aaaa\";\n");
  tree_add_file(tree, "/etc/nvme/hostid", UUID);
  g_autoptr(Root) root = tree_collect(tree);
  g_assert_cmpint(identity_at(root, "/var/lib/dhcp/dhclient.leases")->modified_at, ==,
                  FACT_UNKNOWN);
  g_assert_cmpint(identity_at(root, "/etc/nvme/hostid")->modified_at, !=, FACT_UNKNOWN);
}

static struct sibling
parse_certificate(const char *script)
{
  g_autoptr(Scratch) scratch = scratch_new();

  scratch_run(scratch, "openssl req -x509 -newkey ed25519 -nodes -keyout key -out cert %s", script);
  g_autoptr(GBytes) bytes = scratch_read(scratch, "cert");
  return sibling_parse(IDENTITY_CERTIFICATE, bytes);
}

#define NO_AUTHORITY "-addext basicConstraints=critical,CA:FALSE"

static const struct {
  const char *name;
  const char *options; /* of openssl req */
  const char *state;
  const char *value;
} certificates[] = {
    {"consumer", "-subj '/O=1234567/CN=" UUID "' " NO_AUTHORITY, STATE_VALID, UUID},
    {"puppet", "-subj '/CN=web-1.example' " NO_AUTHORITY, STATE_VALID, "web-1.example"},
    {"long",
     "-subj \"/CN=$(printf 'n%.0s' $(seq 60))\" -addext nsComment=\"$(seq 2000 | tr -d "
     "'\\n')\" " NO_AUTHORITY,
     STATE_VALID, "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"},
    {"no-name", "-subj '/O=nobody' " NO_AUTHORITY, STATE_MALFORMED, NULL},
    {"authority", "-subj '/CN=Puppet CA: puppet.example'", NULL, NULL},
};

static void
test_certificates(void)
{
  if (!scratch_has_tools("openssl", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(certificates); i++) {
    g_test_message("%s", certificates[i].name);
    struct sibling sibling = parse_certificate(certificates[i].options);
    g_autofree char *value = sibling.value;
    g_assert_cmpstr(sibling.state, ==, certificates[i].state);
    g_assert_cmpstr(value, ==, certificates[i].value);
  }
}

/* Cut anywhere, it is a certificate no more, and nothing is read beyond its end. */
static void
test_cut_certificate(void)
{
  if (!scratch_has_tools("openssl", NULL))
    return;
  g_autoptr(Scratch) scratch = scratch_new();
  scratch_run(scratch, "openssl req -x509 -newkey ed25519 -nodes -keyout key -outform DER -out der "
                       "-subj /CN=x " NO_AUTHORITY);
  g_autoptr(GBytes) der = scratch_read(scratch, "der");
  gsize size;
  const guint8 *bytes = g_bytes_get_data(der, &size);
  for (gsize length = 0; length <= size; length++) {
    g_autofree char *base64 = g_base64_encode(bytes, length);
    g_autofree char *pem =
        g_strdup_printf("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", base64);
    g_autoptr(GBytes) file = g_bytes_new(pem, strlen(pem));
    struct sibling sibling = sibling_parse(IDENTITY_CERTIFICATE, file);
    g_assert_cmpstr(sibling.state, ==, length == size ? STATE_VALID : STATE_MALFORMED);
    g_free(sibling.value);
  }
}

static void
add_cases(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strconcat("/siblings/", cases[i].name, NULL);

    g_test_add_data_func(path, &cases[i], test_case);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  add_cases();
  g_test_add_func("/siblings/table", test_table);
  g_test_add_func("/siblings/absent", test_absent);
  g_test_add_func("/siblings/times", test_times);
  g_test_add_func("/siblings/certificates", test_certificates);
  g_test_add_func("/siblings/cut-certificate", test_cut_certificate);
  return g_test_run();
}
