/* SPDX-License-Identifier: Apache-2.0 */
/* Connection URIs, parsed by the parser that libvirt itself uses: both must see the same server. */
#include "hypervisor/connection_uri.h"

#include <glib.h>
#include <libxml/uri.h>
#include <string.h>

typedef xmlURI Uri;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Uri, xmlFreeURI)

/* The word after the '+' of a scheme; "" when there is none. */
static const char *
uri_transport(const Uri *uri)
{
  const char *plus = uri->scheme ? strchr(uri->scheme, '+') : NULL;

  return plus ? plus + 1 : "";
}

static bool
uri_has_driver(const Uri *uri, const char *driver)
{
  size_t length = strlen(driver);

  return uri->scheme && strncmp(uri->scheme, driver, length) == 0 &&
         (uri->scheme[length] == '\0' || uri->scheme[length] == '+');
}

bool
connection_uri_is_valid(const char *text)
{
  g_autoptr(Uri) uri = xmlParseURI(text);

  return uri != NULL;
}

bool
connection_uri_is_local(const char *text)
{
  g_autoptr(Uri) uri = xmlParseURI(text);

  if (!uri || !uri->scheme || (uri->server && *uri->server))
    return false;
  return strcmp(uri_transport(uri), "ext") != 0;
}

/* Whether a colon is followed by a port and not by a password. */
static bool
leads_to_port(const char *colon)
{
  const char *end = colon + 1 + strspn(colon + 1, G_CSET_DIGITS);

  return *end == '\0' || strchr("/?#", *end);
}

/*
 * The '@' behind user and password; NULL when there is none. A password may hold a '/' that its
 * owner forgot to escape, so that it is the last one before the query; and if there is none, but
 * something that is no port, then also '?' and '#' were forgotten.
 */
static const char *
userinfo_end(const char *start)
{
  const char *at = g_strrstr_len(start, (gssize)strcspn(start, "?#"), "@");
  const char *colon = start + strcspn(start, ":[/?#");

  return at || *colon != ':' || leads_to_port(colon) ? at : strrchr(start, '@');
}

char *
connection_uri_public(const char *text)
{
  const char *scheme_end = strstr(text, "://");
  const char *start = scheme_end ? scheme_end + strlen("://") : text;
  const char *at = userinfo_end(start);
  const char *colon = at ? memchr(start, ':', (size_t)(at - start)) : NULL;

  if (!colon)
    return g_strdup(text);
  return g_strdup_printf("%.*s%s", (int)(colon - text), text, at);
}

/* The value of a parameter of the query; new, NULL when there is none. */
static char *
query_value(const Uri *uri, const char *name)
{
  g_auto(GStrv) pairs = g_strsplit_set(uri->query_raw ? uri->query_raw : "", "&;", -1);
  size_t length = strlen(name);

  for (char **pair = pairs; *pair; pair++)
    if (strncmp(*pair, name, length) == 0 && (*pair)[length] == '=')
      return g_uri_unescape_string(*pair + length + 1, NULL);
  return NULL;
}

static char *
session_scope(const Uri *uri)
{
  const char *user = uri->user ? uri->user : g_get_user_name();

  return g_strdup_printf("session:%.*s", (int)strcspn(user, ":"), user);
}

static char *
embed_scope(const Uri *uri)
{
  g_autofree char *root = query_value(uri, "root");
  g_autofree char *path = g_canonicalize_filename(root ? root : "/", "/");

  return g_strdup_printf("embed:%s", path);
}

static char *
node_file_scope(const Uri *uri)
{
  if (strcmp(uri->path, "/default") == 0)
    return g_strdup("default");
  return g_canonicalize_filename(uri->path, "/");
}

char *
connection_uri_scope(const char *text)
{
  g_autoptr(Uri) uri = xmlParseURI(text);

  if (!uri)
    return NULL;
  if (!uri->path)
    return g_strdup("default");
  if (uri_has_driver(uri, "test"))
    return node_file_scope(uri);
  if (strcmp(uri->path, "/session") == 0)
    return session_scope(uri);
  if (strcmp(uri->path, "/embed") == 0)
    return embed_scope(uri);
  const char *name = uri->path + strspn(uri->path, "/");
  return g_strdup(*name ? name : "default");
}

char *
connection_uri_unattended(const char *text)
{
  g_autoptr(Uri) uri = xmlParseURI(text);

  if (!uri || strcmp(uri_transport(uri), "ssh") != 0)
    return g_strdup(text);
  g_autofree char *said = query_value(uri, "no_tty");
  if (said)
    return g_strdup(text);
  return g_strconcat(text, uri->query_raw ? "&" : "?", "no_tty=1", NULL);
}
