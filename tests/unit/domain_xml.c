/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions to facts: every tests/data/domain-xml/NAME.xml gives exactly the facts of NAME.json.
 * Hostile documents are refused; secrets are not kept.
 */
#include "hypervisor/domain_xml.h"

#include <jansson.h>
#include <string.h>

static struct domain *
parse(const char *xml, size_t length, GError **error)
{
  g_autoptr(DomainXml) parser = domain_xml_new();

  return domain_xml_parse(parser, xml, length, error);
}

static struct domain *
parse_file(const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *xml = NULL;
  gsize length;

  g_file_get_contents(path, &xml, &length, &error);
  g_assert_no_error(error);
  struct domain *domain = parse(xml, length, &error);
  g_assert_no_error(error);
  return domain;
}

static void
test_facts(gconstpointer data)
{
  g_autofree char *xml_path = g_strdup_printf("domain-xml/%s.xml", (const char *)data);
  g_autofree char *json_path = g_strdup_printf("domain-xml/%s.json", (const char *)data);
  g_autoptr(Domain) domain = parse_file(xml_path);
  json_t *expected = json_load_file(json_path, 0, NULL);
  g_autofree char *line = shape_to_text(&domain_shape, domain);
  json_t *facts = json_loads(line, 0, NULL);

  g_assert_nonnull(expected);
  json_object_del(facts, "xml");
  if (!json_equal(facts, expected)) {
    g_autofree char *text = json_dumps(facts, JSON_INDENT(2));
    g_test_message("%s should be:\n%s", json_path, text);
    g_test_fail();
  }
  json_decref(facts);
  json_decref(expected);
}

static void
test_kept_verbatim(void)
{
  g_autofree char *xml = NULL;
  g_autoptr(Domain) domain = parse_file("domain-xml/kvm-q35.xml");

  g_assert_true(g_file_get_contents("domain-xml/kvm-q35.xml", &xml, NULL, NULL));
  g_assert_cmpstr(domain->xml, ==, xml);
}

static void
test_secrets(void)
{
  static const char *const kept[] = {
      "keep-name",
      "ds=nocloud;s=http://keep-host/seed/?[removed];i=keep-instance",
      "ds=nocloud-net;s=https://keep-cmdline-host/?[removed] quiet",
      "keep-entry",
      "root=/dev/keep-vda",
      "systemd.machine_id=0123456789abcdef0123456789abcdef",
      "KEEP_ENV",
      "keep-mirror",
      "keep-cookie",
      "keep-base-mirror",
      "/srv/keep-disk.qcow2",
      "f52a81b2-424e-490c-823d-6bd4235bc572",
      "keep-serial",
      "passwd=",
      "secret,id=",
      "KEEP_QEMU_ENV",
      "https://keep-arg-host/disk",
      "adminPassword"};
  g_autoptr(Domain) domain = parse_file("domain-xml-secrets/all.xml");
  g_autofree char *dump = shape_to_text(&domain_shape, domain);
  const char *leak = strstr(dump, "CANARY");
  if (leak)
    g_error("a secret is kept: %.40s", leak);
  for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
    if (!strstr(domain->xml, kept[i]))
      g_error("\"%s\" is not kept", kept[i]);
}

static void
assert_refused(const char *xml, size_t length, const char *why)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Domain) domain = parse(xml, length, &error);

  g_assert_null(domain);
  g_assert_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_XML);
  if (!strstr(error->message, why))
    g_error("refused for \"%s\" instead of \"%s\"", error->message, why);
}

#define DOMAIN(body)                                                                               \
  "<domain type='kvm'><name>n</name><uuid>11111111-2222-4333-8444-555555555555</uuid>" body        \
  "</domain>"

/* The bodies are what nobody should ever build a tree of. */
static const struct {
  const char *name, *xml, *why;
} hostile[] = {
    {"empty", "", ""},
    {"not-xml", "domain", ""},
    {"cut", "<domain type='kvm'><name>n", ""},
    {"other-root", "<network/>", "no <domain>"},
    {"no-uuid", "<domain type='kvm'><name>n</name></domain>", "\"uuid\" is missing"},
    {"bad-uuid", "<domain><name>n</name><uuid>zzz</uuid></domain>", "\"uuid\" is missing"},
    {"no-name", "<domain><uuid>11111111-2222-4333-8444-555555555555</uuid></domain>",
     "\"name\" is missing"},
    {"laughs",
     "<!DOCTYPE domain [<!ENTITY a 'haha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c "
     "'&b;&b;&b;&b;'>]>" DOMAIN("<title>&c;</title>"),
     "document type declaration"},
    {"xxe",
     "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" DOMAIN("<title>&x;</title>"),
     "document type declaration"},
    {"external-dtd", "<!DOCTYPE domain SYSTEM 'http://127.0.0.1:1/d.dtd'>" DOMAIN(""),
     "document type declaration"},
    {"empty-dtd", "<!DOCTYPE domain>" DOMAIN(""), "document type declaration"},
    {"undeclared-entity", DOMAIN("<title>&x;</title>"), ""},
    {"not-utf8", DOMAIN("<title>\xff\xfe</title>"), ""},
    {"odd-device",
     DOMAIN("<devices><disk type='file' device='tape'><source file='/x'/><target "
            "dev='vda'/></disk></devices>"),
     "\"device\" is not one of its words"},
    {"no-target", DOMAIN("<devices><disk type='file'><source file='/x'/></disk></devices>"),
     "\"target\" is missing"},
};

static void
test_hostile(gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE(data);

  assert_refused(hostile[i].xml, strlen(hostile[i].xml), hostile[i].why);
}

/* A <domain> with `depth` elements inside one another, itself counted. */
static char *
nested(guint depth)
{
  GString *xml = g_string_new(DOMAIN("<metadata>"));

  g_string_truncate(xml, xml->len - strlen("</domain>"));
  for (guint i = 2; i < depth; i++)
    g_string_append(xml, "<a>");
  for (guint i = 2; i < depth; i++)
    g_string_append(xml, "</a>");
  g_string_append(xml, "</metadata></domain>");
  return g_string_free(xml, FALSE);
}

static void
test_depth(void)
{
  g_autofree char *allowed = nested(64), *deep = nested(65), *deeper = nested(300);
  g_autoptr(GError) error = NULL;
  g_autoptr(Domain) domain = parse(allowed, strlen(allowed), &error);

  g_assert_no_error(error);
  g_assert_nonnull(domain);
  assert_refused(deep, strlen(deep), "nest too deep");
  assert_refused(deeper, strlen(deeper), "nest too deep");
}

static char *
with_title(size_t length)
{
  g_autofree char *title = g_strnfill(length, 't');

  return g_strdup_printf(DOMAIN("<title>%s</title>"), title);
}

static void
test_length(void)
{
  g_autofree char *longest = with_title(FIELD_TEXT_MAX), *longer = with_title(FIELD_TEXT_MAX + 1);
  g_autofree char *huge = with_title(DOMAIN_XML_MAX);
  g_autoptr(GError) error = NULL;
  g_autoptr(Domain) domain = parse(longest, strlen(longest), &error);

  g_assert_no_error(error);
  g_assert_nonnull(domain);
  assert_refused(longer, strlen(longer), "\"title\" is too long");
  assert_refused(huge, strlen(huge), "too long");
  assert_refused(huge, DOMAIN_XML_MAX - 1, ""); /* within the limit, and cut off */
}

static const struct {
  const char *memory;
  gint64 kib;
} memories[] = {
    {"<memory>2048</memory>", 2048},
    {"<memory unit='b'>2048</memory>", 2},
    {"<memory unit='KB'>1024</memory>", 1000},
    {"<memory unit='TiB'>1</memory>", (gint64)1 << 30},
    {"<memory unit='TiB'>9007199254740992</memory>", FACT_UNKNOWN},
    {"<memory unit='parsec'>1</memory>", FACT_UNKNOWN},
    {"<memory>-1</memory>", FACT_UNKNOWN},
    {"<memory>much</memory>", FACT_UNKNOWN},
    {"", FACT_UNKNOWN},
};

static void
test_memory(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(memories); i++) {
    g_autofree char *xml = g_strdup_printf(DOMAIN("%s"), memories[i].memory);
    g_autoptr(Domain) domain = parse(xml, strlen(xml), NULL);

    g_assert_nonnull(domain);
    g_assert_cmpint(domain->memory_kib, ==, memories[i].kib);
  }
}

#define CHANNEL(target) "<devices><channel type='unix'>" target "</channel></devices>"
#define TARGET(more)    "<target type='virtio' name='org.qemu.guest_agent.0'" more "/>"

static const struct {
  const char *devices, *agent;
} agents[] = {
    {"", NULL},
    {CHANNEL(TARGET("")), "disconnected"},
    {CHANNEL(TARGET(" state='disconnected'")), "disconnected"},
    {CHANNEL(TARGET(" state='connected'")), "connected"},
    {CHANNEL(TARGET(" state='perhaps'")), "disconnected"},
    {CHANNEL("<target type='virtio' name='com.redhat.spice.0' state='connected'/>"), NULL},
    {CHANNEL("<target type='xen' name='org.qemu.guest_agent.0' state='connected'/>"), NULL},
};

static void
test_agent(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(agents); i++) {
    g_autofree char *xml = g_strdup_printf(DOMAIN("%s"), agents[i].devices);
    g_autoptr(Domain) domain = parse(xml, strlen(xml), NULL);

    g_assert_nonnull(domain);
    g_assert_cmpstr(domain->agent, ==, agents[i].agent);
  }
}

static const struct {
  const char *idmap, *text;
} idmaps[] = {
    {"", NULL},
    {"<idmap/>", NULL},
    {"<idmap><gid start='0' target='5' count='7'/></idmap>", "gid 0 5 7"},
    {"<idmap><uid start='0' target='4294967295' count='1'/><uid start='1' target='1' count='9'/>"
     "</idmap>",
     "uid 0 4294967295 1, uid 1 1 9"},
    {"<idmap><uid start='-1' target='many'/></idmap>", "uid -1 -1 -1"},
};

static void
test_idmap(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(idmaps); i++) {
    g_autofree char *xml = g_strdup_printf(DOMAIN("%s"), idmaps[i].idmap);
    g_autoptr(Domain) domain = parse(xml, strlen(xml), NULL);

    g_assert_nonnull(domain);
    g_assert_cmpstr(domain->idmap, ==, idmaps[i].text);
  }
}

/* Whether a directory with the tag "tag", or the target "/", is the root of such a domain. */
static const struct {
  const char *os, *target;
  bool is_root;
} roots[] = {
    {"<type>exe</type>", "/", true},
    {"<type>exe</type>", "/srv", false},
    {"<type>exe</type><cmdline>root=tag rootfstype=9p</cmdline>", "/", true},
    {"<type>hvm</type>", "/", false},
    {"<type>hvm</type>", "tag", false},
    {"<type>hvm</type><cmdline>root=tag rootfstype=9p</cmdline>", "tag", true},
    {"<type>hvm</type><cmdline>ro\trootfstype=virtiofs\nroot=tag</cmdline>", "tag", true},
    {"<type>hvm</type><cmdline>root=/dev/root rootfstype=9p</cmdline>", "/dev/root", true},
    {"<type>hvm</type><cmdline>root=tag rootfstype=ext4</cmdline>", "tag", false},
    {"<type>hvm</type><cmdline>root=tag</cmdline>", "tag", false},
    {"<type>hvm</type><cmdline>root=tag2 rootfstype=9p</cmdline>", "tag", false},
    {"<type>hvm</type><cmdline>noroot=tag rootfstype=9p</cmdline>", "tag", false},
    {"<type>hvm</type><cmdline>root=/dev/vda1 rootfstype=9p</cmdline>", "tag", false},
};

static void
test_root(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(roots); i++) {
    g_autofree char *xml =
        g_strdup_printf(DOMAIN("<os>%s</os><devices><filesystem type='mount'><source dir='/srv/x'/>"
                               "<target dir='%s'/></filesystem></devices>"),
                        roots[i].os, roots[i].target);
    g_autoptr(Domain) domain = parse(xml, strlen(xml), NULL);

    g_test_message("%s %s", roots[i].os, roots[i].target);
    g_assert_nonnull(domain);
    const struct filesystem *filesystem = domain->filesystems->pdata[0];
    g_assert_cmpint(filesystem->is_root, ==, roots[i].is_root);
  }
}

int
main(int argc, char **argv)
{
  static const char *const facts[] = {"kvm-q35",
                                      "qemu-full",
                                      "xen-pv",
                                      "xen-pvh",
                                      "xen-hvm",
                                      "lxc",
                                      "virtiofs-root",
                                      "disks",
                                      "test-driver",
                                      "template-title",
                                      "template-metadata",
                                      "template-metadata-no",
                                      "cloud-seeds"};

  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
    g_autofree char *name = g_strdup_printf("/domain-xml/facts/%s", facts[i]);
    g_test_add_data_func(name, facts[i], test_facts);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
    g_autofree char *name = g_strdup_printf("/domain-xml/hostile/%s", hostile[i].name);
    g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_hostile);
  }
  g_test_add_func("/domain-xml/hostile/depth", test_depth);
  g_test_add_func("/domain-xml/hostile/length", test_length);
  g_test_add_func("/domain-xml/memory", test_memory);
  g_test_add_func("/domain-xml/agent", test_agent);
  g_test_add_func("/domain-xml/idmap", test_idmap);
  g_test_add_func("/domain-xml/root", test_root);
  g_test_add_func("/domain-xml/kept-verbatim", test_kept_verbatim);
  g_test_add_func("/domain-xml/secrets", test_secrets);
  return g_test_run();
}
