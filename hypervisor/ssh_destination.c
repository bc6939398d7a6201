/* SPDX-License-Identifier: Apache-2.0 */
/* URIs taken apart by libvirt's own parser; what is left is checked letter by letter. */
#include "hypervisor/ssh_destination.h"

#include "hypervisor/connection_uri.h"
#include "hypervisor/hypervisor_error.h"

#include <libxml/uri.h>
#include <stdbool.h>
#include <string.h>

typedef xmlURI Uri;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Uri, xmlFreeURI)

#define TRANSPORT "+ssh"

#define WORD_LETTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-"
#define HOST_LETTERS WORD_LETTERS ":%" /* an IPv6 address, and its interface */
#define USER_LETTERS WORD_LETTERS "@+" /* a user of a domain */

/* A word that begins with - would be an option of ssh. */
static bool
is_made_of(const char *word, const char *letters)
{
  return *word && *word != '-' && word[strspn(word, letters)] == '\0';
}

/* An address in brackets, which is how URIs have those with colons, without them. */
static char *
bare_host(const char *server)
{
  size_t length = strlen(server);

  if (length > 2 && *server == '[' && server[length - 1] == ']')
    return g_strndup(server + 1, length - 2);
  return g_strdup(server);
}

/* Why a URI is none of ours; NULL when nothing is wrong with it. */
static const char *
what_is_wrong(const Uri *uri, const char *host)
{
  if (!uri || !uri->scheme || !g_str_has_suffix(uri->scheme, TRANSPORT))
    return "transport = ssh wants a URI like qemu+ssh://root@host2/system";
  if (!host || !is_made_of(host, HOST_LETTERS))
    return "this is no name of a host for ssh";
  if (uri->user && strchr(uri->user, ':'))
    return "ssh takes no password; its keys and its agent are the way";
  if (uri->user && !is_made_of(uri->user, USER_LETTERS))
    return "this is no name of a user for ssh";
  if (uri->query_raw || uri->fragment)
    return "transport = ssh takes no parameters; ssh's own configuration has them";
  return NULL;
}

/* "qemu+ssh" and "/system" to "qemu:///system". */
static char *
local_uri(const Uri *uri)
{
  size_t driver = strlen(uri->scheme) - strlen(TRANSPORT);
  xmlChar *path =
      xmlURIEscapeStr((const xmlChar *)(uri->path ? uri->path : "/"), (const xmlChar *)"/");
  char *local = g_strdup_printf("%.*s://%s", (int)driver, uri->scheme, (const char *)path);

  xmlFree(path);
  return local;
}

struct ssh_destination *
ssh_destination_new(const char *text, GError **error)
{
  g_autoptr(Uri) uri = xmlParseURI(text);
  g_autofree char *host = uri && uri->server ? bare_host(uri->server) : NULL;
  const char *wrong = what_is_wrong(uri, host);

  if (wrong) {
    g_autofree char *shown = connection_uri_public(text);
    g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_BAD_URI, "%s: %s", shown, wrong);
    return NULL;
  }
  struct ssh_destination *destination = g_new0(struct ssh_destination, 1);
  destination->user = g_strdup(uri->user);
  destination->host = g_steal_pointer(&host);
  destination->port = MAX(uri->port, 0);
  destination->local_uri = local_uri(uri);
  return destination;
}

void
ssh_destination_free(struct ssh_destination *destination)
{
  if (!destination)
    return;
  g_free(destination->user);
  g_free(destination->host);
  g_free(destination->local_uri);
  g_free(destination);
}
