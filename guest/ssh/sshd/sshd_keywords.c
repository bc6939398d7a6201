/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keywords that sshd takes: those of 9.2 (`keywords` of servconf.c), and what later versions and
 * distributions added, since the guest's own sshd may know more than that.
 */
#include "guest/ssh/sshd/sshd_keywords.h"

#include <stdlib.h>
#include <string.h>

#define EVERYWHERE          false, SSHD_OTHER
#define OUTSIDE             true, SSHD_OTHER
#define ASKED(word)         false, SSHD_##word
#define OUTSIDE_ASKED(word) true, SSHD_##word

/* Sorted by name. */
static const struct sshd_keyword_row rows[] = {
    {"acceptenv", ARGUMENTS_LIST, EVERYWHERE},
    {"addressfamily", ARGUMENTS_ONE, OUTSIDE},
    {"afstokenpassing", ARGUMENTS_IGNORED, OUTSIDE},
    {"allowagentforwarding", ARGUMENTS_TRUTH, EVERYWHERE},
    {"allowgroups", ARGUMENTS_LIST, ASKED(ALLOW_GROUPS)},
    {"allowstreamlocalforwarding", ARGUMENTS_ONE, EVERYWHERE},
    {"allowtcpforwarding", ARGUMENTS_ONE, EVERYWHERE},
    {"allowusers", ARGUMENTS_LIST, ASKED(ALLOW_USERS)},
    {"authenticationmethods", ARGUMENTS_SOME, ASKED(AUTHENTICATION_METHODS)},
    {"authorizedkeyscommand", ARGUMENTS_COMMAND, ASKED(AUTHORIZED_KEYS_COMMAND)},
    {"authorizedkeyscommanduser", ARGUMENTS_ONE, EVERYWHERE},
    {"authorizedkeysfile", ARGUMENTS_LIST, ASKED(AUTHORIZED_KEYS_FILE)},
    {"authorizedkeysfile2", ARGUMENTS_IGNORED, EVERYWHERE},
    {"authorizedprincipalscommand", ARGUMENTS_COMMAND, ASKED(AUTHORIZED_PRINCIPALS_COMMAND)},
    {"authorizedprincipalscommanduser", ARGUMENTS_ONE, EVERYWHERE},
    {"authorizedprincipalsfile", ARGUMENTS_ONE, ASKED(AUTHORIZED_PRINCIPALS_FILE)},
    {"banner", ARGUMENTS_ONE, EVERYWHERE},
    {"casignaturealgorithms", ARGUMENTS_ONE, ASKED(CA_SIGNATURE_ALGORITHMS)},
    {"challengeresponseauthentication", ARGUMENTS_TRUTH, EVERYWHERE},
    {"channeltimeout", ARGUMENTS_LIST, EVERYWHERE},
    {"checkmail", ARGUMENTS_IGNORED, OUTSIDE},
    {"chrootdirectory", ARGUMENTS_ONE, ASKED(CHROOT_DIRECTORY)},
    {"ciphers", ARGUMENTS_ONE, OUTSIDE},
    {"clientalivecountmax", ARGUMENTS_NUMBER, EVERYWHERE},
    {"clientaliveinterval", ARGUMENTS_ONE, EVERYWHERE},
    {"compression", ARGUMENTS_ONE, OUTSIDE},
    {"debianbanner", ARGUMENTS_TRUTH, OUTSIDE},
    {"denygroups", ARGUMENTS_LIST, ASKED(DENY_GROUPS)},
    {"denyusers", ARGUMENTS_LIST, ASKED(DENY_USERS)},
    {"disableforwarding", ARGUMENTS_TRUTH, EVERYWHERE},
    {"dsaauthentication", ARGUMENTS_TRUTH, OUTSIDE_ASKED(PUBKEY_AUTHENTICATION)},
    {"exposeauthinfo", ARGUMENTS_TRUTH, EVERYWHERE},
    {"fingerprinthash", ARGUMENTS_ONE, OUTSIDE},
    {"forcecommand", ARGUMENTS_REST, EVERYWHERE},
    {"gatewayports", ARGUMENTS_ONE, EVERYWHERE},
    {"gssapiauthentication", ARGUMENTS_TRUTH, EVERYWHERE},
    {"gssapicleanupcredentials", ARGUMENTS_TRUTH, OUTSIDE},
    {"gssapicleanupcreds", ARGUMENTS_TRUTH, OUTSIDE},
    {"gssapidelegatecredentials", ARGUMENTS_TRUTH, EVERYWHERE},
    {"gssapienablek5users", ARGUMENTS_TRUTH, EVERYWHERE},
    {"gssapiindicators", ARGUMENTS_ONE, EVERYWHERE},
    {"gssapikexalgorithms", ARGUMENTS_ONE, OUTSIDE},
    {"gssapikeyexchange", ARGUMENTS_TRUTH, OUTSIDE},
    {"gssapistorecredentialsonrekey", ARGUMENTS_TRUTH, OUTSIDE},
    {"gssapistrictacceptorcheck", ARGUMENTS_TRUTH, OUTSIDE},
    {"gssapiusesessioncredcache", ARGUMENTS_IGNORED, OUTSIDE},
    {"gssusesessionccache", ARGUMENTS_IGNORED, OUTSIDE},
    {"hostbasedacceptedalgorithms", ARGUMENTS_ONE, EVERYWHERE},
    {"hostbasedacceptedkeytypes", ARGUMENTS_ONE, EVERYWHERE},
    {"hostbasedauthentication", ARGUMENTS_TRUTH, EVERYWHERE},
    {"hostbasedusesnamefrompacketonly", ARGUMENTS_TRUTH, EVERYWHERE},
    {"hostcertificate", ARGUMENTS_ONE, OUTSIDE_ASKED(HOST_CERTIFICATE)},
    {"hostdsakey", ARGUMENTS_ONE, OUTSIDE_ASKED(HOST_KEY)},
    {"hostkey", ARGUMENTS_ONE, OUTSIDE_ASKED(HOST_KEY)},
    {"hostkeyagent", ARGUMENTS_ONE, OUTSIDE_ASKED(HOST_KEY_AGENT)},
    {"hostkeyalgorithms", ARGUMENTS_ONE, OUTSIDE},
    {"ignorerhosts", ARGUMENTS_ONE, EVERYWHERE},
    {"ignoreuserknownhosts", ARGUMENTS_TRUTH, OUTSIDE},
    {"include", ARGUMENTS_INCLUDE, EVERYWHERE},
    {"ipqos", ARGUMENTS_SOME, EVERYWHERE},
    {"kbdinteractiveauthentication", ARGUMENTS_TRUTH, EVERYWHERE},
    {"keepalive", ARGUMENTS_TRUTH, OUTSIDE},
    {"kerberosauthentication", ARGUMENTS_IGNORED, EVERYWHERE},
    {"kerberosgetafstoken", ARGUMENTS_IGNORED, OUTSIDE},
    {"kerberosorlocalpasswd", ARGUMENTS_IGNORED, OUTSIDE},
    {"kerberostgtpassing", ARGUMENTS_IGNORED, OUTSIDE},
    {"kerberosticketcleanup", ARGUMENTS_IGNORED, OUTSIDE},
    {"kerberosuniqueccache", ARGUMENTS_IGNORED, OUTSIDE},
    {"kerberosusekuserok", ARGUMENTS_TRUTH, EVERYWHERE},
    {"kexalgorithms", ARGUMENTS_ONE, OUTSIDE},
    {"keyregenerationinterval", ARGUMENTS_IGNORED, OUTSIDE},
    {"listenaddress", ARGUMENTS_SOME, OUTSIDE},
    {"logingracetime", ARGUMENTS_ONE, OUTSIDE},
    {"loglevel", ARGUMENTS_ONE, EVERYWHERE},
    {"logverbose", ARGUMENTS_LIST, EVERYWHERE},
    {"macs", ARGUMENTS_ONE, OUTSIDE},
    {"match", ARGUMENTS_MATCH, EVERYWHERE},
    {"maxauthtries", ARGUMENTS_NUMBER, EVERYWHERE},
    {"maxsessions", ARGUMENTS_NUMBER, EVERYWHERE},
    {"maxstartups", ARGUMENTS_ONE, OUTSIDE},
    {"modulifile", ARGUMENTS_ONE, OUTSIDE},
    {"pamauthenticationviakbdint", ARGUMENTS_IGNORED, OUTSIDE},
    {"pamservicename", ARGUMENTS_ONE, EVERYWHERE},
    {"passwordauthentication", ARGUMENTS_TRUTH, EVERYWHERE},
    {"permitblacklistedkeys", ARGUMENTS_IGNORED, OUTSIDE},
    {"permitemptypasswords", ARGUMENTS_TRUTH, EVERYWHERE},
    {"permitlisten", ARGUMENTS_SOME, EVERYWHERE},
    {"permitopen", ARGUMENTS_SOME, EVERYWHERE},
    {"permitrootlogin", ARGUMENTS_ROOT, ASKED(PERMIT_ROOT_LOGIN)},
    {"permittty", ARGUMENTS_TRUTH, EVERYWHERE},
    {"permittunnel", ARGUMENTS_ONE, EVERYWHERE},
    {"permituserenvironment", ARGUMENTS_ONE, OUTSIDE},
    {"permituserrc", ARGUMENTS_TRUTH, EVERYWHERE},
    {"persourcemaxstartups", ARGUMENTS_ONE, OUTSIDE},
    {"persourcenetblocksize", ARGUMENTS_ONE, OUTSIDE},
    {"persourcepenalties", ARGUMENTS_SOME, OUTSIDE},
    {"persourcepenaltyexemptlist", ARGUMENTS_ONE, OUTSIDE},
    {"pidfile", ARGUMENTS_ONE, OUTSIDE},
    {"port", ARGUMENTS_ONE, OUTSIDE},
    {"printlastlog", ARGUMENTS_TRUTH, OUTSIDE},
    {"printmotd", ARGUMENTS_TRUTH, OUTSIDE},
    {"protocol", ARGUMENTS_IGNORED, OUTSIDE},
    {"pubkeyacceptedalgorithms", ARGUMENTS_ONE, ASKED(PUBKEY_ACCEPTED_ALGORITHMS)},
    {"pubkeyacceptedkeytypes", ARGUMENTS_ONE, ASKED(PUBKEY_ACCEPTED_ALGORITHMS)},
    {"pubkeyauthentication", ARGUMENTS_TRUTH, ASKED(PUBKEY_AUTHENTICATION)},
    {"pubkeyauthoptions", ARGUMENTS_LIST, EVERYWHERE},
    {"rdomain", ARGUMENTS_ONE, EVERYWHERE},
    {"refuseconnection", ARGUMENTS_TRUTH, EVERYWHERE},
    {"rekeylimit", ARGUMENTS_SOME, EVERYWHERE},
    {"requiredrsasize", ARGUMENTS_NUMBER, ASKED(REQUIRED_RSA_SIZE)},
    {"reversemappingcheck", ARGUMENTS_IGNORED, OUTSIDE},
    {"revokedkeys", ARGUMENTS_ONE, ASKED(REVOKED_KEYS)},
    {"rhostsauthentication", ARGUMENTS_IGNORED, OUTSIDE},
    {"rhostsrsaauthentication", ARGUMENTS_IGNORED, EVERYWHERE},
    {"rsaauthentication", ARGUMENTS_IGNORED, EVERYWHERE},
    {"rsaminsize", ARGUMENTS_NUMBER, ASKED(REQUIRED_RSA_SIZE)},
    {"securitykeyprovider", ARGUMENTS_ONE, OUTSIDE},
    {"serverkeybits", ARGUMENTS_IGNORED, OUTSIDE},
    {"setenv", ARGUMENTS_LIST, EVERYWHERE},
    {"showpatchlevel", ARGUMENTS_IGNORED, OUTSIDE},
    {"skeyauthentication", ARGUMENTS_TRUTH, EVERYWHERE},
    {"sshdauthpath", ARGUMENTS_ONE, OUTSIDE},
    {"sshdsessionpath", ARGUMENTS_ONE, OUTSIDE},
    {"streamlocalbindmask", ARGUMENTS_ONE, EVERYWHERE},
    {"streamlocalbindunlink", ARGUMENTS_TRUTH, EVERYWHERE},
    {"strictmodes", ARGUMENTS_TRUTH, OUTSIDE_ASKED(STRICT_MODES)},
    {"subsystem", ARGUMENTS_SOME, EVERYWHERE},
    {"syslogfacility", ARGUMENTS_ONE, OUTSIDE},
    {"tcpkeepalive", ARGUMENTS_TRUTH, OUTSIDE},
    {"trustedusercakeys", ARGUMENTS_ONE, ASKED(TRUSTED_USER_CA_KEYS)},
    {"unusedconnectiontimeout", ARGUMENTS_ONE, EVERYWHERE},
    {"usedns", ARGUMENTS_TRUTH, OUTSIDE},
    {"uselogin", ARGUMENTS_IGNORED, OUTSIDE},
    {"usepam", ARGUMENTS_TRUTH, OUTSIDE_ASKED(USE_PAM)},
    {"useprivilegeseparation", ARGUMENTS_IGNORED, OUTSIDE},
    {"verifyreversemapping", ARGUMENTS_IGNORED, OUTSIDE},
    {"versionaddendum", ARGUMENTS_REST, OUTSIDE},
    {"x11displayoffset", ARGUMENTS_NUMBER, EVERYWHERE},
    {"x11forwarding", ARGUMENTS_TRUTH, EVERYWHERE},
    {"x11uselocalhost", ARGUMENTS_TRUTH, EVERYWHERE},
    {"xauthlocation", ARGUMENTS_ONE, OUTSIDE},
};

static int
compare_name(const void *name, const void *row)
{
  return g_ascii_strcasecmp(name, ((const struct sshd_keyword_row *)row)->name);
}

const struct sshd_keyword_row *
sshd_keyword_find(const char *name)
{
  return bsearch(name, rows, G_N_ELEMENTS(rows), sizeof rows[0], compare_name);
}

bool
sshd_keyword_adds_up(enum sshd_keyword keyword)
{
  static const enum sshd_keyword summed[] = {SSHD_ALLOW_GROUPS, SSHD_ALLOW_USERS,
                                             SSHD_DENY_GROUPS,  SSHD_DENY_USERS,
                                             SSHD_HOST_KEY,     SSHD_HOST_CERTIFICATE};

  for (guint i = 0; i < G_N_ELEMENTS(summed); i++)
    if (summed[i] == keyword)
      return true;
  return false;
}

static const char *
check_truth(const char *value)
{
  if (g_ascii_strcasecmp(value, "yes") == 0 || g_ascii_strcasecmp(value, "no") == 0)
    return NULL;
  return "it is neither yes nor no";
}

static const char *
check_root_login(const char *value)
{
  static const char *const words[] = {"yes", "no", "prohibit-password", "without-password",
                                      "forced-commands-only"};

  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (g_ascii_strcasecmp(value, words[i]) == 0)
      return NULL;
  return "it takes no such value";
}

static const char *
check_number(const char *value)
{
  return g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT32, NULL, NULL) ? NULL
                                                                          : "it is no number";
}

static const char *
check_anything(const char *value)
{
  (void)value;
  return NULL;
}

static const char *
check_single(char *const *arguments, const char *(*check)(const char *value))
{
  if (!arguments[0] || arguments[0][0] == '\0')
    return "it has no argument";
  const char *wrong = check(arguments[0]);
  if (wrong)
    return wrong;
  return arguments[1] ? "it has more than one argument" : NULL;
}

static const char *
check_list(char *const *arguments)
{
  for (; *arguments; arguments++)
    if ((*arguments)[0] == '\0')
      return "it has an empty argument";
  return NULL;
}

static const char *
check_some(char *const *arguments)
{
  return arguments[0] && arguments[0][0] != '\0' ? NULL : "it has no argument";
}

static const char *
check_command(const char *rest)
{
  return rest[0] == '/' || g_ascii_strcasecmp(rest, "none") == 0 ? NULL
                                                                 : "it must be an absolute path";
}

const char *
sshd_keyword_check(const struct sshd_keyword_row *row, char *const *arguments, const char *rest)
{
  switch (row->arguments) {
  case ARGUMENTS_ONE:
    return check_single(arguments, check_anything);
  case ARGUMENTS_TRUTH:
    return check_single(arguments, check_truth);
  case ARGUMENTS_ROOT:
    return check_single(arguments, check_root_login);
  case ARGUMENTS_NUMBER:
    return check_single(arguments, check_number);
  case ARGUMENTS_INCLUDE:
  case ARGUMENTS_SOME:
    return check_some(arguments);
  case ARGUMENTS_LIST:
    return check_list(arguments);
  case ARGUMENTS_COMMAND:
    return check_command(rest);
  case ARGUMENTS_REST:
  case ARGUMENTS_IGNORED:
  case ARGUMENTS_MATCH:
    break;
  }
  return NULL;
}
