/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in a folder of its own, streams as text, and what the ledger then holds as text. */
#pragma once

#include "facts/stream.h"
#include "store/ingest.h"
#include "store/ledger.h"

struct ledger_fixture {
  char *folder, *path;
  struct ledger *ledger;                /* open for writing */
  const struct ingest_options *options; /* of every stream; NULL: none */
};
typedef struct ledger_fixture LedgerFixture;

/* Everything here ends the test when it fails. */
struct ledger_fixture *ledger_fixture_new(void);
void ledger_fixture_free(struct ledger_fixture *fixture); /* and the folder */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LedgerFixture, ledger_fixture_free)

/* Close the ledger, and open it again for writing. */
void ledger_fixture_reopen(struct ledger_fixture *fixture);

/* Ingest a text, of which every stream must be taken; what became of the last one. */
struct ingest_result *ledger_fixture_ingest(struct ledger_fixture *fixture, const char *text);

/* As before, where only the ledger matters. */
void ledger_fixture_fill(struct ledger_fixture *fixture, const char *text);

/* Ingest a text that must be refused with a message that contains `part`. */
void ledger_fixture_refuse(struct ledger_fixture *fixture, const char *text, const char *part);

/* The rows of a query, columns separated by '|', rows by ' / '; NULL is "-". */
char *ledger_fixture_query(struct ledger_fixture *fixture, const char *sql);

/* Compare them. */
#define ledger_fixture_expect(fixture, sql, expected)                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *found_ = ledger_fixture_query(fixture, sql);                                  \
    g_assert_cmpstr(found_, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

/* Every row of every table but `scan`, one a line. */
char *ledger_fixture_dump(struct ledger_fixture *fixture);

/* Lines of streams. */
#define COLLECTION_BY(version, uri)                                                                \
  "{\"kind\":\"collection\",\"version\":" G_STRINGIFY(version) ",\"tool\":\"test\",\"uri\":\"" uri \
                                                               "\",\"at\":1000}\n"
#define COLLECTION_OF(uri) COLLECTION_BY(STREAM_VERSION, uri)
#define COLLECTION         COLLECTION_OF("qemu:///system")
#define HYPERVISOR_OF(host)                                                                        \
  "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"" host "\",\"scope\":\"system\"}\n"
#define HYPERVISOR HYPERVISOR_OF("alpha")
#define END_OF(status, domains, images, guests)                                                    \
  "{\"kind\":\"end\",\"status\":\"" status "\",\"domains\":" #domains ",\"images\":" #images       \
  ",\"guests\":" #guests "}\n"
#define END(domains, images, guests) END_OF("complete", domains, images, guests)

#define UUID_1 "11111111-1111-4111-8111-111111111111"
#define UUID_2 "22222222-2222-4222-8222-222222222222"
#define UUID_3 "33333333-3333-4333-8333-333333333333"

/* A domain of a name with more members, which begin with a comma. */
#define DOMAIN_WITH(uuid, name, more)                                                              \
  "{\"kind\":\"domain\",\"uuid\":\"" uuid "\",\"name\":\"" name "\",\"status\":\"ok\"" more "}\n"
#define DOMAIN(uuid, name) DOMAIN_WITH(uuid, name, "")
#define DISK(target, image)                                                                        \
  "{\"target\":\"" target                                                                          \
  "\",\"device\":\"disk\",\"source_type\":\"file\",\"image_path\":\"" image "\"}"
#define IMAGE_WITH(path, more)                                                                     \
  "{\"kind\":\"image\",\"path\":\"" path "\",\"status\":\"ok\"" more "}\n"
#define IMAGE(path) IMAGE_WITH(path, "")

#define GONE(uuid) "{\"kind\":\"gone\",\"uuid\":\"" uuid "\"}\n"

/* A guest whose one root has a machine ID. */
#define GUEST_WITH(uuid, status, roots)                                                            \
  "{\"kind\":\"guest\",\"domain\":\"" uuid "\",\"road\":\"disk\",\"status\":\"" status             \
  "\",\"roots\":[" roots "]}\n"
#define ROOT(name, identities)                                                                     \
  "{\"root\":\"" name "\",\"status\":\"ok\",\"identities\":[" identities "]}"
#define MACHINE_ID(value)                                                                          \
  "{\"kind\":\"machine-id\",\"state\":\"valid\",\"value\":\"" value                                \
  "\",\"path\":\"/etc/machine-id\"}"
#define GUEST(uuid, id) GUEST_WITH(uuid, "ok", ROOT("vda1", MACHINE_ID(id)))
