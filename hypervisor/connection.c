/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting: libvirt's many errors become the few that a user can act on. */
#include "hypervisor/connection.h"

#include "hypervisor/foreign_text.h"
#include "hypervisor/xml_document.h"
#include "hypervisor/xml_query.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADVICE_DRIVER                                                                              \
  "; install the libvirt driver for it (Debian: apt-cache search libvirt-daemon-driver)"
#define ADVICE_DAEMON "; is libvirt running there? (systemctl start libvirtd)"
#define ADVICE_GROUP  "; may this user use libvirt? (usermod -a -G libvirt USER)"
#define ADVICE_URI    "; the form is DRIVER[+TRANSPORT]://[USER@][HOST]/PATH, as in qemu:///system"
#define ADVICE_NODE   "; test:/// wants /default or a node file"

/*
 * The daemon at the other end is asked for a sign of life when it was silent for so long, and is
 * gone when it missed so many: libvirtd's own numbers. A daemon that has as many requests of ours
 * under way as it takes does not answer either, so that this must be longer than an agent may take.
 */
#define KEEPALIVE_S      5
#define KEEPALIVE_MISSED 5

/* The first row that fits tells what an error of the open call is. */
static const struct open_error {
  int code;         /* of libvirt */
  int system_error; /* errno; 0 fits all */
  const char *says; /* part of the message; NULL fits all */
  enum hypervisor_error meaning;
  const char *advice;
} open_errors[] = {
    {VIR_ERR_NO_CONNECT, 0, "does not include a driver name", HYPERVISOR_ERROR_BAD_URI, ADVICE_URI},
    {VIR_ERR_NO_CONNECT, 0, NULL, HYPERVISOR_ERROR_DRIVER_UNAVAILABLE, ADVICE_DRIVER},
    {VIR_ERR_INVALID_ARG, 0, NULL, HYPERVISOR_ERROR_BAD_URI, ADVICE_URI},
    {VIR_ERR_XML_ERROR, 0, NULL, HYPERVISOR_ERROR_BAD_URI, ADVICE_NODE},
    {VIR_ERR_XML_DETAIL, 0, NULL, HYPERVISOR_ERROR_BAD_URI, ADVICE_NODE},
    {VIR_ERR_SYSTEM_ERROR, ENOENT, NULL, HYPERVISOR_ERROR_REFUSED, ADVICE_DAEMON},
    {VIR_ERR_SYSTEM_ERROR, ECONNREFUSED, NULL, HYPERVISOR_ERROR_REFUSED, ADVICE_DAEMON},
    {VIR_ERR_SYSTEM_ERROR, EACCES, NULL, HYPERVISOR_ERROR_DENIED, ADVICE_GROUP},
    {VIR_ERR_AUTH_UNAVAILABLE, 0, NULL, HYPERVISOR_ERROR_DENIED, ADVICE_GROUP},
    {VIR_ERR_AUTH_FAILED, 0, NULL, HYPERVISOR_ERROR_DENIED, ADVICE_GROUP},
    {VIR_ERR_AUTH_CANCELLED, 0, NULL, HYPERVISOR_ERROR_DENIED, ADVICE_GROUP},
};

static void
ignore_libvirt_error(G_GNUC_UNUSED void *data, G_GNUC_UNUSED virErrorPtr error)
{
}

static void ignore_libxml_error(void *data, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
ignore_libxml_error(G_GNUC_UNUSED void *data, G_GNUC_UNUSED const char *format, ...)
{
}

/* Both libraries print by default; libvirt's test driver uses libxml2 by itself. */
static void
silence_libraries(void)
{
  g_setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", FALSE);
  virSetErrorFunc(NULL, ignore_libvirt_error);
  xmlSetGenericErrorFunc(NULL, ignore_libxml_error);
}

static bool
open_error_fits(const struct open_error *row, const virError *last)
{
  if (row->system_error && row->system_error != last->int1)
    return false;
  if (row->says && (!last->message || !strstr(last->message, row->says)))
    return false;
  return row->code == last->code;
}

static const struct open_error *
open_error_find(const virError *last)
{
  for (size_t i = 0; i < G_N_ELEMENTS(open_errors); i++)
    if (open_error_fits(&open_errors[i], last))
      return &open_errors[i];
  return NULL;
}

/* It comes from a daemon that may be hostile. */
char *
connection_last_message(void)
{
  const virError *last = virGetLastError();

  return foreign_text_clean(last && last->message ? last->message : "unknown error",
                            FOREIGN_MESSAGE_MAX);
}

void
connection_set_error(GError **error, enum hypervisor_error code, const char *context)
{
  g_autofree char *message = connection_last_message();

  g_set_error(error, HYPERVISOR_ERROR, code, "%s: %s", context, message);
}

static void
set_open_error(GError **error, const char *uri)
{
  const virError *last = virGetLastError();
  const struct open_error *row = last ? open_error_find(last) : NULL;
  g_autofree char *message = connection_last_message();
  g_autofree char *shown = connection_uri_public(uri ? uri : "the default hypervisor");

  g_set_error(error, HYPERVISOR_ERROR, row ? row->meaning : HYPERVISOR_ERROR_REFUSED, "%s: %s%s",
              shown, message, row ? row->advice : "");
}

static bool
check_uri(const char *uri, GError **error)
{
  if (connection_uri_is_valid(uri))
    return true;
  g_autofree char *shown = connection_uri_public(uri);
  g_set_error(error, HYPERVISOR_ERROR, HYPERVISOR_ERROR_BAD_URI, "%s: not a URI%s", shown,
              ADVICE_URI);
  return false;
}

/*
 * Drivers that run inside this process want an event loop to be registered, and never notice
 * that it does not turn. A connection to a daemon would notice: it would promise keepalive
 * answers and owe them, and so is opened without one, or with one that turns.
 */
static void
prepare_embedded(const char *uri)
{
  if (strstr(uri, ":///embed"))
    virEventRegisterDefaultImpl();
}

static const char *
wanted_uri(const char *uri)
{
  const char *wanted = uri && *uri ? uri : getenv("LIBVIRT_DEFAULT_URI");

  return wanted && *wanted ? wanted : NULL;
}

char *
connection_asked_uri(const char *uri, virConnectPtr connection)
{
  const bool asked = uri && *uri;
  g_autofree char *chosen = !asked && connection ? virConnectGetURI(connection) : NULL;
  const char *wanted = wanted_uri(chosen ? chosen : uri);

  if (!wanted)
    wanted = getuid() == 0 ? "qemu:///system" : "qemu:///session";
  return connection_uri_public(wanted);
}

bool
connection_is_local(const char *uri)
{
  const char *wanted = wanted_uri(uri);

  return !wanted || connection_uri_is_local(wanted);
}

static virConnectPtr
open_by(virConnectPtr (*open)(const char *), const char *uri, GError **error)
{
  const char *wanted = wanted_uri(uri);
  g_autofree char *unattended = NULL;

  silence_libraries();
  if (wanted) {
    if (!check_uri(wanted, error))
      return NULL;
    prepare_embedded(wanted);
    unattended = connection_uri_unattended(wanted);
  }
  virConnectPtr connection = open(unattended);
  /* Without an event loop that turns, and within this process, libvirt refuses keepalive. */
  if (connection)
    virConnectSetKeepAlive(connection, KEEPALIVE_S, KEEPALIVE_MISSED);
  else
    set_open_error(error, wanted);
  return connection;
}

virConnectPtr
connection_open(const char *uri, GError **error)
{
  return open_by(virConnectOpenReadOnly, uri, error);
}

virConnectPtr
connection_open_writing(const char *uri, GError **error)
{
  return open_by(virConnectOpen, uri, error);
}

/* libvirt packs a version as major * 1,000,000 + minor * 1,000 + release. */
static char *
version_text(unsigned long version)
{
  return g_strdup_printf("%lu.%lu.%lu", version / 1000000, version / 1000 % 1000, version % 1000);
}

static char *
take_text(char *text)
{
  char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

  free(text);
  return valid;
}

#define AT(member) offsetof(struct hypervisor, member)
static const struct xml_rule host_rules[] = {
    {"string(host/uuid)", AT(host_uuid)},
    {"string(host/cpu/arch)", AT(arch)},
    {0},
};
#undef AT

static void
describe_host(virConnectPtr connection, struct hypervisor *hypervisor)
{
  g_autofree char *capabilities = take_text(virConnectGetCapabilities(connection));
  g_autoptr(xmlDoc) document =
      capabilities ? xml_document_parse(capabilities, strlen(capabilities), NULL) : NULL;

  if (!document)
    return;
  g_autoptr(XmlQuery) query = xml_query_new(host_rules);
  g_autoptr(XmlContext) context = xmlXPathNewContext(document);
  xml_query_fill(query, context, xmlDocGetRootElement(document), hypervisor);
}

struct hypervisor *
connection_describe(virConnectPtr connection, GError **error)
{
  g_autoptr(Hypervisor) hypervisor = hypervisor_new();
  char *uri = virConnectGetURI(connection);
  unsigned long version;

  hypervisor->driver = g_strdup(virConnectGetType(connection));
  if (!uri || !hypervisor->driver) {
    free(uri);
    connection_set_error(error, HYPERVISOR_ERROR_REFUSED, "cannot ask the hypervisor who it is");
    return NULL;
  }
  hypervisor->local = connection_uri_is_local(uri);
  hypervisor->scope = connection_uri_scope(uri);
  hypervisor->hostname = take_text(virConnectGetHostname(connection));
  if (virConnectGetLibVersion(connection, &version) == 0)
    hypervisor->libvirt_version = version_text(version);
  if (virConnectGetVersion(connection, &version) == 0)
    hypervisor->driver_version = version_text(version);
  describe_host(connection, hypervisor);
  free(uri);
  return g_steal_pointer(&hypervisor);
}
