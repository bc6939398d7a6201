/* SPDX-License-Identifier: Apache-2.0 */
/* virt-ledger known-hosts: host keys off the disks, so that no client must trust on first use. */
#include "cmd/keys/claims.h"
#include "cmd/keys/known_host_line.h"
#include "cmd/lookup.h"
#include "cmd/open.h"
#include "cmd/output/message.h"

#define NAMED_MAX 5 /* domains that a warning names */

struct known_hosts_options {
  bool hashed, sshfp, no_hostnames;
};

#define AT(member) offsetof(struct known_hosts_options, member)
static const struct verb_option options[] = {
    {"hashed", 'H', OPTION_FLAG, AT(hashed), NULL, "names hashed, as 'ssh-keygen -H' does it"},
    {"sshfp", 0, OPTION_FLAG, AT(sshfp), NULL, "SSHFP records for DNS instead"},
    {"no-hostnames", 0, OPTION_FLAG, AT(no_hostnames), NULL,
     "only names and addresses that the hypervisor tells, not the guests"},
    {0},
};
#undef AT

static const struct {
  enum known_host_caveat caveat;
  const char *text;
} caveats[] = {
    {KNOWN_HOST_ATTESTED, "these are the keys by the word of the guest's own agent:"},
    {KNOWN_HOST_RUNNING, "these keys were read while the guest ran:"},
    {KNOWN_HOST_OLD,
     "these keys were read " G_STRINGIFY(KNOWN_HOST_OLD_DAYS) " days ago or before:"},
};

/* "NAME, NAME, … and 7 more", new; NULL when no host has it. */
static char *
names_with(const GPtrArray *hosts, enum known_host_caveat caveat)
{
  g_autoptr(GString) names = g_string_new(NULL);
  guint count = 0;

  for (guint i = 0; i < hosts->len; i++) {
    const struct known_host *host = hosts->pdata[i];

    if (!(host->caveats & caveat) || host->keys->len == 0)
      continue;
    if (count++ < NAMED_MAX)
      g_string_append_printf(names, "%s%s", names->len ? ", " : "", host->domain);
  }
  if (count > NAMED_MAX)
    g_string_append_printf(names, " and %u more", count - NAMED_MAX);
  return count ? g_strdup(names->str) : NULL;
}

static void
warn(const struct globals *globals, const GPtrArray *hosts)
{
  for (guint i = 0; i < hosts->len; i++) {
    const struct known_host *host = hosts->pdata[i];

    for (guint j = 0; j < host->remarks->len; j++)
      message_warning(globals, "%s: %s", host->domain, (const char *)host->remarks->pdata[j]);
  }
  for (guint i = 0; i < G_N_ELEMENTS(caveats); i++) {
    g_autofree char *names = names_with(hosts, caveats[i].caveat);

    if (names)
      message_warning(globals, "%s %s", caveats[i].text, names);
  }
}

/* The domains that the words mean, each some; NULL after a message. */
static GPtrArray *
find_domains(const struct globals *globals, sqlite3 *db, char **words)
{
  g_autoptr(GPtrArray) domains = lookup_matches_new();

  for (; *words; words++) {
    g_autoptr(GError) error = NULL;
    GPtrArray *found = lookup_domains(db, *words, NULL, &error);

    if (!found) {
      message_error(globals, "%s", error->message);
      return NULL;
    }
    if (found->len == 0) {
      message_error(globals, "there is no domain '%s'", *words);
      g_ptr_array_unref(found);
      return NULL;
    }
    g_ptr_array_extend_and_steal(domains, found);
  }
  return g_steal_pointer(&domains);
}

static bool
is_one_of(const GPtrArray *domains, gint64 domain_id)
{
  for (guint i = 0; i < domains->len; i++)
    if (((const struct lookup_match *)domains->pdata[i])->domain_id == domain_id)
      return true;
  return false;
}

/* Hosts of these domains; all for NULL. A new array of what `hosts` goes on to own. */
static GPtrArray *
choose(const GPtrArray *hosts, const GPtrArray *domains)
{
  GPtrArray *chosen = g_ptr_array_new();

  for (guint i = 0; i < hosts->len; i++) {
    const struct known_host *host = hosts->pdata[i];

    if (!domains || is_one_of(domains, host->domain_id))
      g_ptr_array_add(chosen, hosts->pdata[i]);
  }
  return chosen;
}

/* The domain_id of all hosts that a line was printed of: a new set. */
static GHashTable *
print_hosts(const GPtrArray *hosts, known_host_line_fn *print_line)
{
  GHashTable *printed = g_hash_table_new(g_int64_hash, g_int64_equal);

  for (guint i = 0; i < hosts->len; i++) {
    struct known_host *host = hosts->pdata[i];
    guint lines = 0;

    for (guint j = 0; j < host->keys->len; j++)
      lines += print_line(stdout, host, host->keys->pdata[j]);
    if (lines > 0)
      g_hash_table_add(printed, &host->domain_id);
  }
  return printed;
}

/* A domain that was asked for and has no line is something that was not read. */
static enum exit_status
check_all(const struct globals *globals, const GPtrArray *domains, GHashTable *printed)
{
  enum exit_status status = EXIT_OK;

  for (guint i = 0; i < domains->len; i++) {
    const struct lookup_match *domain = domains->pdata[i];

    if (g_hash_table_contains(printed, &domain->domain_id))
      continue;
    message_warning(globals, "%s: there is no key, or no name or address, to make a line of",
                    domain->name);
    status = EXIT_PARTIAL;
  }
  return status;
}

static enum exit_status
print(const struct globals *globals, const GPtrArray *hosts, const GPtrArray *domains,
      known_host_line_fn *print_line)
{
  g_autoptr(GPtrArray) chosen = choose(hosts, domains);

  warn(globals, chosen);
  g_autoptr(GHashTable) printed = print_hosts(chosen, print_line);
  return domains ? check_all(globals, domains, printed) : EXIT_OK;
}

static known_host_line_fn *
line_of(const struct known_hosts_options *chosen)
{
  if (chosen->sshfp)
    return known_host_line_sshfp;
  return chosen->hashed ? known_host_line_hashed : known_host_line_plain;
}

static enum exit_status
run(const struct globals *globals, gpointer data, char **arguments)
{
  const struct known_hosts_options *chosen = data;
  g_autoptr(GPtrArray) domains = NULL;
  g_autoptr(GError) error = NULL;

  if (chosen->hashed && chosen->sshfp)
    return message_usage(globals, "known-hosts", "--hashed is of known_hosts, and not of DNS");
  g_autoptr(Ledger) ledger = open_existing(globals, LEDGER_READ);
  if (!ledger || (*arguments && !(domains = find_domains(globals, ledger_db(ledger), arguments))))
    return EXIT_ERROR;
  /* All of them, whatever is asked for: others may go by the same names. */
  g_autoptr(GPtrArray) hosts = known_host_load(ledger_db(ledger), !chosen->no_hostnames, &error);
  if (!hosts) {
    message_error(globals, "%s", error->message);
    return EXIT_ERROR;
  }
  claims_settle(hosts);
  return print(globals, hosts, domains, line_of(chosen));
}

const struct verb verb_known_hosts = {
    .name = "known-hosts",
    .arguments = "[DOMAIN…]",
    .summary = "SSH host keys of guests, for known_hosts or DNS",
    .help =
        "Prints lines for known_hosts, or SSHFP records for DNS: the host keys that were read in\n"
        "guests, behind the names that these go by: the domain's name where it may be a host\n"
        "name, the host name in the guest, also without its domain, and the addresses that\n"
        "libvirt leased to it. With these lines ssh need not trust a key on first use.\n"
        "\n"
        "Of the keys of a guest those are given that its sshd would use. What cannot be a host\n"
        "name or address, and what guests with different keys go by, is left out, with a\n"
        "warning. Other warnings say of which guests the keys are less sure: those of an agent,\n"
        "of a disk in use, and those that were read long ago.\n"
        "\n"
        "A host name is what the guest says it is: one that calls itself like somebody else's\n"
        "machine gets a line for that. --no-hostnames goes by what the hypervisor tells alone.\n"
        "\n"
        "Exit status: 0; 1 when the ledger cannot be read or a DOMAIN is not in it; 3 when there\n"
        "is no line for a DOMAIN.\n"
        "\n"
        "Examples:\n"
        "  virt-ledger known-hosts > /etc/ssh/ssh_known_hosts\n"
        "  virt-ledger known-hosts --hashed web-1 >> ~/.ssh/known_hosts\n"
        "  virt-ledger known-hosts web-1 > web-1.keys\n"
        "  ssh -o StrictHostKeyChecking=yes -o UserKnownHostsFile=web-1.keys web-1\n"
        "  virt-ledger known-hosts --sshfp web-1 >> web.zone\n",
    .options = options,
    .options_size = sizeof(struct known_hosts_options),
    .max_arguments = -1,
    .run = run,
};
