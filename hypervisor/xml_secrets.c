/* SPDX-License-Identifier: Apache-2.0 */
/* One table: where secrets are, and what is done to them. */
#include "hypervisor/xml_secrets.h"

#include <stdbool.h>
#include <string.h>

/* Both return whether the text had anything to remove, and then a new text. */
typedef bool (*scrub_text)(const char *text, char **ret_text);

static bool
scrub_all(const char *text, char **ret_text)
{
  if (!*text)
    return false;
  *ret_text = g_strdup(XML_SECRETS_REMOVED);
  return true;
}

/* "secret,id=a,data=b" is kept as "secret,id=[removed]"; a JSON object not at all. */
static bool
scrub_values(const char *text, char **ret_text)
{
  if (*text == '{')
    return scrub_all(text, ret_text);
  const char *equals = strchr(text, '=');
  if (!equals)
    return false;
  *ret_text = g_strdup_printf("%.*s" XML_SECRETS_REMOVED, (int)(equals + 1 - text), text);
  return true;
}

/* "https://user:password@host/" becomes "https://host/". */
static bool
scrub_userinfo(const char *text, char **ret_text)
{
  g_autoptr(GString) kept = g_string_new(NULL);
  bool found = false;

  for (const char *mark; (mark = strstr(text, "://"));) {
    const char *start = mark + strlen("://");
    const char *at = g_strrstr_len(start, strcspn(start, "/?#\"'<> \t\r\n"), "@");

    g_string_append_len(kept, text, start - text);
    text = at ? at + 1 : start;
    found |= at != NULL;
  }
  g_string_append(kept, text);
  if (found)
    *ret_text = g_strdup(kept->str);
  return found;
}

/* "http://host/?token=a" becomes "http://host/?[removed]". */
static bool
scrub_queries(const char *text, char **ret_text)
{
  g_autoptr(GString) kept = g_string_new(NULL);
  bool found = false;

  for (const char *mark; (mark = strstr(text, "://"));) {
    const char *end = mark + strcspn(mark, ";\"'<> \t\r\n");
    const char *query = memchr(mark, '?', (size_t)(end - mark));

    g_string_append_len(kept, text, (query ? query : end) - text);
    if (query)
      g_string_append(kept, "?" XML_SECRETS_REMOVED);
    text = end;
    found |= query != NULL;
  }
  g_string_append(kept, text);
  if (found)
    *ret_text = g_strdup(kept->str);
  return found;
}

/* The words of a kernel command line or of a program's arguments whose names say what they hold. */
static bool
scrub_telling_words(const char *text, char **ret_text)
{
  static const char *const telling[] = {"passw", "secret", "token", "credential", NULL};
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  bool found = false;

  for (char **word = words; *word; word++) {
    g_autofree char *lower = g_ascii_strdown(*word, -1);

    for (guint i = 0; telling[i]; i++) {
      char *scrubbed = NULL;

      if (!strstr(lower, telling[i]) || !scrub_values(*word, &scrubbed))
        continue;
      g_free(*word);
      *word = scrubbed;
      found = true;
      break;
    }
  }
  if (found)
    *ret_text = g_strjoinv(" ", words);
  return found;
}

/* Attributes, and the text of elements, whose name has a part; in metadata names are anybody's. */
#define NAMED(part)                                                                                \
  "//@*[contains(local-name(), '" part "')] | //*[contains(local-name(), '" part "')]/text()"
#define COMMANDLINE(name) "*[local-name() = 'commandline']/*[local-name() = '" name "']/@value"
#define WITH_USERINFO     "contains(., '://') and contains(., '@')"

static const struct place {
  const char *hint; /* what the text has when there is such a place; others cost nothing */
  const char *path; /* attributes and text nodes, from <domain> */
  scrub_text scrub;
} places[] = {
    {"assw", NAMED("assw"), scrub_all}, /* passwd, passwdValidTo, Password */
    {"ecret", NAMED("ecret"), scrub_all},
    {"oken", NAMED("oken"), scrub_all},
    {"redential", NAMED("redential"), scrub_all},
    {"cookie", "devices//cookies//text()", scrub_all},
    {"query", "devices//source/@query", scrub_all},
    {"commandline", COMMANDLINE("env"), scrub_all},
    {"commandline", COMMANDLINE("arg"), scrub_values},
    {"oemStrings", "sysinfo/oemStrings/entry/text()", scrub_all}, /* of systemd: credentials */
    {"fwcfg", "sysinfo[@type = 'fwcfg']/entry/text()", scrub_all},
    {"launchSecurity", "launchSecurity//session/text() | launchSecurity//dhCert/text()", scrub_all},
    {"initenv", "os/initenv/text()", scrub_all},
    {"initarg", "os/initarg/text()", scrub_telling_words},
    {"cmdline", "os/cmdline/text()", scrub_telling_words},
    {"cmdline", "os/cmdline/text()", scrub_queries}, /* of cloud-init's seeds, as the next */
    {"sysinfo", "sysinfo[@type = 'smbios']/system/entry/text()", scrub_queries},
    {"@", "//@*[" WITH_USERINFO "] | //text()[" WITH_USERINFO "]", scrub_userinfo},
};

struct xml_secrets {
  xmlXPathCompExprPtr paths[G_N_ELEMENTS(places)];
};

struct xml_secrets *
xml_secrets_new(void)
{
  struct xml_secrets *secrets = g_new(struct xml_secrets, 1);

  for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
    secrets->paths[i] = xml_query_compile(places[i].path);
  return secrets;
}

void
xml_secrets_free(struct xml_secrets *secrets)
{
  if (!secrets)
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
    xmlXPathFreeCompExpr(secrets->paths[i]);
  g_free(secrets);
}

/* The content of an attribute is parsed for entities, that of a text node is not. */
static void
set_content(xmlNodePtr node, const char *text)
{
  if (node->type != XML_ATTRIBUTE_NODE) {
    xmlNodeSetContent(node, (const xmlChar *)text);
    return;
  }
  xmlChar *escaped = xmlEncodeSpecialChars(node->doc, (const xmlChar *)text);
  xmlNodeSetContent(node, escaped);
  xmlFree(escaped);
}

static bool
scrub_node(xmlNodePtr node, scrub_text scrub)
{
  xmlChar *content = xmlNodeGetContent(node);
  g_autofree char *text = NULL;
  bool blank = strspn((const char *)content, " \t\r\n") == (size_t)xmlStrlen(content);
  bool found = !blank && scrub((const char *)content, &text);

  if (found)
    set_content(node, text);
  xmlFree(content);
  return found;
}

static bool
scrub_nodes(const xmlNodeSet *nodes, scrub_text scrub)
{
  bool found = false;

  for (int i = 0; i < xmlXPathNodeSetGetLength(nodes); i++)
    found |= scrub_node(nodes->nodeTab[i], scrub);
  return found;
}

static char *
print_document(xmlDocPtr document)
{
  xmlBufferPtr buffer = xmlBufferCreate();

  xmlNodeDump(buffer, document, xmlDocGetRootElement(document), 0, 0);
  char *text = g_strdup((const char *)xmlBufferContent(buffer));
  xmlBufferFree(buffer);
  return text;
}

char *
xml_secrets_scrub(const struct xml_secrets *secrets, xmlXPathContextPtr context, xmlDocPtr document,
                  const char *text, size_t length)
{
  xmlNodePtr root = xmlDocGetRootElement(document);
  g_autofree char *copy = g_strndup(text, length);
  /* A value may be written so that no hint is seen; a name may not. */
  bool encoded = strstr(copy, "&#");
  bool found = false;

  for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
    if (!encoded && !strstr(copy, places[i].hint))
      continue;
    g_autoptr(XmlObject) object = xml_query_nodes(secrets->paths[i], context, root);
    found |= scrub_nodes(object->nodesetval, places[i].scrub);
  }
  return found ? print_document(document) : g_steal_pointer(&copy);
}
