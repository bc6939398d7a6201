/* SPDX-License-Identifier: Apache-2.0 */
/* Lines into rows: known ones by their digest, the others by their fact. */
#include "store/keeper.h"

#include <string.h>

struct keeper {
  enum fact_kind fact;
  const struct keeper_kind *kind;
  const struct keeper *domains; /* NULL: it follows nobody */
  struct subjects *subjects;
  struct fact_table *tables[KEEPER_TABLES];
  gint64 scan_id, version;
};

struct keeper *
keeper_new(sqlite3 *db, enum fact_kind fact, const struct keeper_kind *kind,
           struct row_changes *changes, GError **error)
{
  struct keeper *keeper = g_new0(struct keeper, 1);
  bool done;

  keeper->fact = fact;
  keeper->kind = kind;
  keeper->subjects = subjects_new(db, &kind->subject, error);
  done = keeper->subjects;
  for (size_t i = 0; done && i < KEEPER_TABLES && kind->tables[i]; i++) {
    keeper->tables[i] = fact_table_new(db, kind->tables[i], changes, error);
    done = keeper->tables[i];
  }
  if (done)
    return keeper;
  keeper_free(keeper);
  return NULL;
}

void
keeper_follow(struct keeper *keeper, const struct keeper *domains)
{
  keeper->domains = domains;
}

void
keeper_free(struct keeper *keeper)
{
  if (!keeper)
    return;
  subjects_free(keeper->subjects);
  for (size_t i = 0; i < KEEPER_TABLES; i++)
    fact_table_free(keeper->tables[i]);
  g_free(keeper);
}

void
keeper_begin(struct keeper *keeper, gint64 hypervisor_id, gint64 scan_id, gint64 version)
{
  subjects_begin(keeper->subjects, hypervisor_id);
  keeper->scan_id = scan_id;
  keeper->version = version;
}

/* A key, and what the ledger knows of it. */
struct found {
  struct subject_key key; /* of no length where nothing was looked for */
  struct subject subject;
};

/*
 * Whether the line is, byte by byte, the one from which its subject was last read. Then it needs no
 * parsing and no validation: both were done before its digest was stored, by the same versions of
 * the stream and of the tables, which are in the digest. A wrong guess of the key finds another
 * subject's digest, or none, and so is harmless.
 */
static bool
find_guessed(struct keeper *keeper, const struct line *line, struct found *ret_found,
             GError **error)
{
  *ret_found = (struct found){0};
  if (!stream_guess_texts(line->text, line->length, ret_found->key.texts,
                          keeper->kind->subject.keys)) {
    ret_found->key = (struct subject_key){0};
    return true;
  }
  return subjects_find(keeper->subjects, &ret_found->key, line->digest, &ret_found->subject, error);
}

/* The key's texts are the first fields of the shape. */
static struct subject_key
key_of(const struct keeper *keeper, gconstpointer data)
{
  const struct field *fields = fact_shape(keeper->fact)->fields;
  struct subject_key key = {0};

  for (size_t i = 0; i < keeper->kind->subject.keys; i++) {
    const char *text = *(char *const *)((const char *)data + fields[i].offset);

    key.texts[i] = (struct stream_text){text, strlen(text)};
  }
  return key;
}

static bool
is_same_key(const struct subject_key *one, const struct subject_key *other)
{
  for (size_t i = 0; i < SUBJECT_KEYS; i++)
    if (one->texts[i].length != other->texts[i].length ||
        (one->texts[i].length > 0 &&
         memcmp(one->texts[i].text, other->texts[i].text, one->texts[i].length) != 0))
      return false;
  return true;
}

/* By the key that the fact really has; that was the guess nearly always. */
static bool
find_parsed(struct keeper *keeper, const struct line *line, gconstpointer data, struct found *found,
            GError **error)
{
  const struct subject_key key = key_of(keeper, data);

  if (is_same_key(&key, &found->key))
    return true;
  found->key = key;
  return subjects_find(keeper->subjects, &key, line->digest, &found->subject, error);
}

static bool
write_fact(struct keeper *keeper, const struct line *line, struct found *found, gconstpointer data,
           GError **error)
{
  struct subject *subject = &found->subject;
  const bool is_new = subject->id == 0;

  if (!subjects_keep(keeper->subjects, &found->key, line->digest, subject, error) ||
      !subjects_name(keeper->subjects, subject->id, error))
    return false;
  const struct fact_place place = {
      .scan_id = keeper->scan_id,
      .id = subject->id,
      .domain_id = subject->domain_id,
      .version = keeper->version,
      .is_new = is_new,
  };
  return keeper->kind->keep(keeper->tables, &place, data, error);
}

/*
 * Else a complete stream that names a guest and not its domain would begin a fact and end it at
 * once.
 */
static bool
admit(const struct keeper *keeper, const struct subject *subject, GError **error)
{
  if (!keeper->domains || subjects_is_named(keeper->domains->subjects, subject->domain_id))
    return true;
  g_set_error(error, STORE_ERROR, STORE_ERROR_STREAM, "its domain does not come before it");
  return false;
}

static bool
take_news(struct keeper *keeper, struct line *line, struct found *found,
          struct keeping *ret_keeping, GError **error)
{
  const struct keeper_kind *kind = keeper->kind;
  const struct fact *fact = line_fact(line, error);

  if (!fact || (kind->check && !kind->check(fact->data, error)) ||
      !find_parsed(keeper, line, fact->data, found, error) ||
      !admit(keeper, &found->subject, error) || !write_fact(keeper, line, found, fact->data, error))
    return false;
  *ret_keeping = (struct keeping){.was_read = !kind->was_read || kind->was_read(fact->data)};
  return true;
}

bool
keeper_take(struct keeper *keeper, struct line *line, struct keeping *ret_keeping, GError **error)
{
  struct found found;

  if (!find_guessed(keeper, line, &found, error))
    return false;
  if (!found.subject.same)
    return take_news(keeper, line, &found, ret_keeping, error);
  if (!admit(keeper, &found.subject, error) ||
      !subjects_name(keeper->subjects, found.subject.id, error))
    return false;
  *ret_keeping = (struct keeping){
      .was_known = true,
      .was_read = !keeper->kind->was_read || found.subject.was_read,
  };
  return true;
}

bool
keeper_mark_shared(struct keeper *keeper, GError **error)
{
  for (size_t i = 0; i < KEEPER_TABLES && keeper->tables[i]; i++)
    if (!fact_table_mark_shared(keeper->tables[i], error))
      return false;
  return true;
}

static bool
close_one(struct keeper *keeper, gint64 id, GError **error)
{
  const struct fact_place place = {
      .scan_id = keeper->scan_id,
      .id = id,
      .version = STREAM_VERSION,
  };

  for (size_t i = 0; i < KEEPER_TABLES && keeper->tables[i]; i++)
    if (!fact_table_close(keeper->tables[i], &place, error))
      return false;
  return true;
}

/* `ids` may be NULL: then there is an error already. */
static bool
close_all(struct keeper *keeper, const GArray *ids, GError **error)
{
  for (guint i = 0; ids && i < ids->len; i++)
    if (!close_one(keeper, g_array_index(ids, gint64, i), error))
      return false;
  return ids;
}

bool
keeper_close_absent(struct keeper *keeper, GError **error)
{
  g_autoptr(GArray) absent = subjects_take_absent(keeper->subjects, error);

  return close_all(keeper, absent, error);
}

bool
keeper_close_domain(struct keeper *keeper, const char *uuid, GError **error)
{
  g_autoptr(GArray) gone = subjects_take_of_domain(keeper->subjects, uuid, error);

  return close_all(keeper, gone, error);
}
