/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about keys, accounts and cloud-init for the streams of ledger_fixture.h. */
#pragma once

#include "ledger_fixture.h"

/* A guest by any road, whose roots and seeds are lists of the next ones. */
#define GUEST_BY(uuid, road, status, roots, seeds)                                                 \
  "{\"kind\":\"guest\",\"domain\":\"" uuid "\",\"road\":\"" road "\",\"status\":\"" status         \
  "\",\"roots\":[" roots "],\"seeds\":[" seeds "]}\n"

/* A root with more members, which begin with a comma: some of the next ones. */
#define ROOT_WITH(name, more) "{\"root\":\"" name "\",\"status\":\"ok\"" more "}"
#define IDENTITIES(list)      ",\"identities\":[" list "]"
#define SSHD(more)            ",\"sshd\":[{\"state\":\"ok\"" more "}]"
#define HOST_KEYS(list)       ",\"host_keys\":[" list "]"
#define ACCOUNTS(list)        ",\"accounts\":[" list "]"
#define AUTHORIZED_KEYS(list) ",\"authorized_keys\":[" list "]"
#define KEY_SOURCES(list)     ",\"key_sources\":[" list "]"
#define CLOUD_INIT(instance)                                                                       \
  ",\"cloud_init\":[{\"cloud_dir\":\"/var/lib/cloud\",\"config_status\":\"ok\",\"instance_id\":"   \
  "\"" instance "\"}]"

#define IDENTITY(name, value, path)                                                                \
  "{\"kind\":\"" name "\",\"state\":\"valid\",\"value\":\"" value "\",\"path\":\"" path "\"}"
#define HOST_KEY_WITH(path, fingerprint, more)                                                     \
  "{\"path\":\"" path "\",\"state\":\"ok\",\"fingerprint\":\"" fingerprint "\"" more "}"
#define HOST_KEY(path, fingerprint) HOST_KEY_WITH(path, fingerprint, ",\"has_private\":true")
#define ACCOUNT(name, uid, login)   "{\"name\":\"" name "\",\"uid\":" #uid ",\"login\":\"" login "\"}"
#define AUTHORIZED_KEY_AT(user, file, entry, line)                                                 \
  "{\"user\":\"" user "\",\"key_file\":\"" file "\",\"entry\":\"" entry                            \
  "\",\"fingerprint\":\"" entry "\",\"line\":" #line ",\"effective\":true}"
#define AUTHORIZED_KEY(user, entry) AUTHORIZED_KEY_AT(user, "/home/" user "/keys", entry, 1)
#define KEY_SOURCE(user, source)                                                                   \
  "{\"user\":\"" user "\",\"source\":\"" source "\",\"state\":\"unresolved-dynamic-source\"}"

/* A seed with more members, which begin with a comma: users, keys. */
#define SEED_WITH(place, more) "{\"place\":\"" place "\",\"status\":\"ok\"" more "}"
#define SEED_USERS(list)       ",\"users\":[" list "]"
#define SEED_KEYS(list)        ",\"keys\":[" list "]"
#define SEED_USER(name)        "{\"name\":\"" name "\"}"
#define SEED_KEY(user, entry)                                                                      \
  "{\"user\":\"" user "\",\"entry\":\"" entry "\",\"fingerprint\":\"" entry "\"}"
