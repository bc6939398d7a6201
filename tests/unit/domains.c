/* SPDX-License-Identifier: Apache-2.0 */
/* Domains and pools as libvirt's own test driver serves them from a node file. */
#include "hypervisor/domains.h"
#include "hypervisor/storage.h"

#include <glib/gstdio.h>
#include <string.h>

#define TEST_NS "xmlns:test='http://libvirt.org/schemas/domain/test/1.0'"
#define OS      "<memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os>"

static const char node[] =
    "<node>"
    "<domain type='test' " TEST_NS "><name>running</name>"
    "<uuid>00000000-0000-4000-8000-000000000003</uuid>" OS "</domain>"
    "<domain type='test' " TEST_NS "><name>off</name>"
    "<uuid>00000000-0000-4000-8000-000000000001</uuid>" OS
    "<test:runstate>5</test:runstate></domain>"
    "<domain type='test' " TEST_NS "><name>saved</name>"
    "<uuid>00000000-0000-4000-8000-000000000002</uuid>" OS "<test:runstate>5</test:runstate>"
    "<test:hasmanagedsave/></domain>"
    "<domain type='test' " TEST_NS "><name>paused-transient</name>"
    "<uuid>00000000-0000-4000-8000-000000000004</uuid>" OS "<test:runstate>3</test:runstate>"
    "<test:transient/></domain>"
    "<domain type='test' " TEST_NS "><name>with-snapshot</name>"
    "<uuid>00000000-0000-4000-8000-000000000005</uuid>" OS "<test:runstate>5</test:runstate>"
    "<test:domainsnapshot><name>one</name><creationTime>1272917631</creationTime>"
    "<state>shutoff</state><active>0</active><domain type='test'><name>with-snapshot</name>"
    "<uuid>00000000-0000-4000-8000-000000000005</uuid>" OS "</domain>"
    "</test:domainsnapshot></domain>"
    "<pool type='dir'><name>images</name><target><path>/srv/images</path></target>"
    "<volume><name>b.qcow2</name><capacity>1</capacity></volume>"
    "<volume><name>a.img</name><capacity>1</capacity></volume></pool>"
    "<pool type='logical'><name>vg</name><source><name>vg0</name></source>"
    "<target><path>/dev/vg0</path></target>"
    "<volume><name>lv</name><capacity>1</capacity></volume></pool>"
    "</node>";

struct found {
  guint listed;
  GPtrArray *domains, *notes;
  char *gone; /* the last */
};

static void
on_listed(guint count, gpointer data)
{
  struct found *found = data;

  found->listed = count;
}

static void
on_domain(struct domain *domain, gpointer data)
{
  struct found *found = data;

  g_assert_true(shape_check(&domain_shape, domain, NULL));
  g_ptr_array_add(found->domains, domain);
}

static void
on_note(struct note *note, gpointer data)
{
  struct found *found = data;

  g_ptr_array_add(found->notes, note);
}

static void
on_gone(struct gone *gone, gpointer data)
{
  struct found *found = data;

  g_free(found->gone);
  found->gone = g_strdup(gone->uuid);
  gone_free(gone);
}

static const struct domains_sink sink = {on_listed, on_domain, on_note, NULL};

static virConnectPtr
open_node(const char *content)
{
  g_autofree char *path = g_build_filename(g_get_tmp_dir(), "virt-ledger-node-XXXXXX.xml", NULL);
  g_autoptr(GError) error = NULL;
  int fd = g_mkstemp(path);

  g_assert_cmpint(fd, >=, 0);
  g_close(fd, NULL);
  g_file_set_contents(path, content, -1, &error);
  g_assert_no_error(error);
  g_autofree char *uri = g_strdup_printf("test://%s", path);
  virConnectPtr connection = connection_open(uri, &error);
  g_assert_no_error(error);
  g_unlink(path);
  return connection;
}

static struct found
read_node(const char *content, const struct domains_options *options, GError **error)
{
  g_autoptr(virConnect) connection = open_node(content);
  struct found found = {0, shape_list_new(), shape_list_new(), NULL};

  if (!domains_read(connection, options, &sink, &found, error))
    found.listed = 0;
  return found;
}

static void
found_clear(struct found *found)
{
  g_ptr_array_unref(found->domains);
  g_ptr_array_unref(found->notes);
}

static void
assert_domain(const struct found *found, guint i, const char *name, const char *state,
              const char *reason)
{
  const struct domain *domain = found->domains->pdata[i];

  g_assert_cmpstr(domain->name, ==, name);
  g_assert_cmpstr(domain->status, ==, "ok");
  g_assert_cmpstr(domain->state, ==, state);
  g_assert_cmpstr(domain->state_reason, ==, reason);
}

static void
test_all(void)
{
  struct domains_options options = {0};
  g_autoptr(GError) error = NULL;
  struct found found = read_node(node, &options, &error);

  g_assert_no_error(error);
  g_assert_cmpuint(found.listed, ==, 5);
  g_assert_cmpuint(found.domains->len, ==, 5);
  g_assert_cmpuint(found.notes->len, ==, 0);
  assert_domain(&found, 0, "off", "shut off", "unknown");
  assert_domain(&found, 1, "saved", "shut off", "unknown");
  assert_domain(&found, 2, "running", "running", "unknown");
  assert_domain(&found, 3, "paused-transient", "paused", "unknown");
  assert_domain(&found, 4, "with-snapshot", "shut off", "unknown");
  for (guint i = 0; i < 5; i++) {
    const struct domain *domain = found.domains->pdata[i];

    g_assert_cmpint(domain->persistent, ==, i != 3);
    g_assert_cmpint(domain->managed_save, ==, i == 1);
    g_assert_cmpint(domain->has_snapshots, ==, i == 4);
    g_assert_cmpint(domain->autostart, ==, 0);
  }
  found_clear(&found);
}

static void
test_selection(void)
{
  static const char *const names[] = {"running", "00000000-0000-4000-8000-000000000001", NULL};
  struct domains_options options = {.select = names};
  struct found found = read_node(node, &options, NULL);

  g_assert_cmpuint(found.listed, ==, 2);
  assert_domain(&found, 0, "off", "shut off", "unknown");
  assert_domain(&found, 1, "running", "running", "unknown");
  found_clear(&found);
}

static void
test_unknown_selection(void)
{
  static const char *const names[] = {"running", "nobody", NULL};
  struct domains_options options = {.select = names};
  g_autoptr(GError) error = NULL;
  struct found found = read_node(node, &options, &error);

  g_assert_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_NO_DOMAIN);
  g_assert_nonnull(strstr(error->message, "\"nobody\""));
  g_assert_cmpuint(found.domains->len, ==, 0);
  found_clear(&found);
}

/* Who asks for a UUID may want to hear that nobody has it; a name that nobody has is a mistake. */
static void
test_gone(void)
{
  static const char *const uuids[] = {"00000000-0000-4000-8000-00000000000A", "off", NULL};
  static const struct domains_sink with_gone = {on_listed, on_domain, on_note, on_gone};
  const struct domains_options options = {.select = uuids}, by_name = {.select = &uuids[1]};
  g_autoptr(virConnect) connection = open_node(node), other = open_node("<node/>");
  struct found found = {0, shape_list_new(), shape_list_new(), NULL};
  g_autoptr(GError) error = NULL;

  g_assert_true(domains_read(connection, &options, &with_gone, &found, &error));
  g_assert_no_error(error);
  g_assert_cmpuint(found.listed, ==, 1);
  assert_domain(&found, 0, "off", "shut off", "unknown");
  g_assert_cmpstr(found.gone, ==, "00000000-0000-4000-8000-00000000000a");
  g_assert_false(domains_read(other, &by_name, &with_gone, &found, &error));
  g_assert_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_NO_DOMAIN);
  g_free(found.gone);
  found_clear(&found);
}

static void
test_templates(void)
{
  static const char *const globs[] = {"x*", "*-snapshot", NULL};
  struct domains_options options = {.templates = globs};
  struct found found = read_node(node, &options, NULL);

  for (guint i = 0; i < found.domains->len; i++)
    g_assert_cmpstr(((struct domain *)found.domains->pdata[i])->template_evidence, ==,
                    i == 4 ? "configuration" : NULL);
  found_clear(&found);
}

/*
 * A definition of 4,000 disks without targets is libvirt's to refuse; a title can be
 * too long for us alone.
 */
static void
test_refused_definition(void)
{
  g_autofree char *title = g_strnfill(5000, 't');
  g_autofree char *content =
      g_strdup_printf("<node><domain type='test' " TEST_NS "><name>long</name>"
                      "<uuid>00000000-0000-4000-8000-000000000001</uuid><title>%s</title>" OS
                      "<test:runstate>5</test:runstate></domain></node>",
                      title);
  struct domains_options options = {0};
  struct found found = read_node(content, &options, NULL);
  const struct domain *domain = found.domains->pdata[0];

  g_assert_cmpstr(domain->status, ==, "xml-refused");
  g_assert_cmpstr(domain->name, ==, "long");
  g_assert_cmpstr(domain->state, ==, "shut off");
  g_assert_nonnull(strstr(domain->detail, "\"title\" is too long"));
  found_clear(&found);
}

static void
test_many(void)
{
  g_autoptr(GString) content = g_string_new("<node>");
  struct domains_options options = {0};

  for (guint i = 0; i < 300; i++)
    g_string_append_printf(content,
                           "<domain type='test'><name>d%u</name>"
                           "<uuid>00000000-0000-4000-8000-%012u</uuid>" OS "</domain>",
                           i, 300 - i);
  g_string_append(content, "</node>");
  struct found found = read_node(content->str, &options, NULL);
  g_assert_cmpuint(found.domains->len, ==, 300);
  for (guint i = 0; i < 300; i++) {
    g_autofree char *name = g_strdup_printf("d%u", 299 - i);
    g_assert_cmpstr(((struct domain *)found.domains->pdata[i])->name, ==, name);
  }
  found_clear(&found);
}

static void
test_storage(void)
{
  g_autoptr(virConnect) connection = open_node(node);
  g_autoptr(GPtrArray) notes = shape_list_new();
  g_autoptr(Storage) storage = storage_read(connection, notes);

  g_assert_cmpuint(notes->len, ==, 0);
  g_assert_cmpuint(storage->folders->len, ==, 1);
  g_assert_cmpstr(storage->folders->pdata[0], ==, "/srv/images");
  g_assert_cmpstr(storage_path(storage, "images", "a.img"), ==, "/srv/images/a.img");
  g_assert_cmpstr(storage_path(storage, "vg", "lv"), ==, "/dev/vg0/lv");
  g_assert_null(storage_path(storage, "vg", "a.img"));
  g_assert_cmpstr(storage_find(storage, "/srv/images/b.qcow2")->name, ==, "b.qcow2");
  g_assert_null(storage_find(storage, "/srv/images/c"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/domains/all", test_all);
  g_test_add_func("/domains/selection", test_selection);
  g_test_add_func("/domains/unknown-selection", test_unknown_selection);
  g_test_add_func("/domains/gone", test_gone);
  g_test_add_func("/domains/templates", test_templates);
  g_test_add_func("/domains/refused-definition", test_refused_definition);
  g_test_add_func("/domains/many", test_many);
  g_test_add_func("/domains/storage", test_storage);
  return g_test_run();
}
