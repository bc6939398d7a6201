/* SPDX-License-Identifier: Apache-2.0 */
/* Structs by their shape: to JSON and back, and everything that is refused on the way. */
#include "facts/domain.h"
#include "facts/guest.h"
#include "facts/image.h"
#include "facts/stream.h"

#include <stdlib.h>
#include <string.h>

static gpointer make(const struct shape *shape, bool octets_are_text_);

/* Something for every field; a binary one where octets may be that. */
static void
fill(const struct field *field, gpointer at, bool as_text)
{
  static const guint8 bytes[] = {0xff, 0x00, 'x'};

  switch (field->type) {
  case FIELD_TEXT:
    *(char **)at = g_strdup(field->words ? field->words[0] : "\xc3\xa9\x1b");
    break;
  case FIELD_OCTETS:
    *(GBytes **)at = as_text ? octets_new("text") : g_bytes_new(bytes, sizeof bytes);
    break;
  case FIELD_NUMBER:
    *(gint64 *)at = G_MAXINT64;
    break;
  case FIELD_TRUTH:
    *(gint64 *)at = as_text;
    break;
  case FIELD_LIST:
    g_ptr_array_add(*(GPtrArray **)at, make(field->element, as_text));
    if (field->max != 1)
      g_ptr_array_add(*(GPtrArray **)at, make(field->element, !as_text));
    break;
  }
}

static gpointer
make(const struct shape *shape, bool octets_are_text_)
{
  gpointer data = shape_new(shape);

  for (const struct field *field = shape->fields; field->name; field++)
    fill(field, (char *)data + field->offset, octets_are_text_);
  return data;
}

static json_t *
to_json(const struct shape *shape, gconstpointer data)
{
  g_autofree char *text = shape_to_text(shape, data);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

  g_assert_nonnull(json);
  return json;
}

static void
expect_round_trip(const struct shape *shape, gpointer data)
{
  GError *error = NULL;
  json_t *json = to_json(shape, data);
  gpointer again = shape_from_json(shape, json, &error);

  g_assert_no_error(error);
  g_autofree char *text = shape_to_text(shape, data);
  g_autofree char *text_again = shape_to_text(shape, again);
  g_assert_cmpstr(text, ==, text_again);
  json_decref(json);
  shape_free(shape, again);
  shape_free(shape, data);
}

static void
test_round_trip(void)
{
  for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
    expect_round_trip(fact_shape(kind), make(fact_shape(kind), true));
    expect_round_trip(fact_shape(kind), make(fact_shape(kind), false));
  }
}

/* Texts as the ledger's old lines have them: what jansson makes of the same values. */
static json_t *object_of(const struct shape *shape, gconstpointer data);

static json_t *
octets_of(GBytes *octets)
{
  gsize size;
  const char *bytes = g_bytes_get_data(octets, &size);
  json_t *text = json_stringn(bytes ? bytes : "", size);

  if (text && (size == 0 || !memchr(bytes, '\0', size)))
    return text;
  json_decref(text);
  g_autofree char *base64 = g_base64_encode((const guchar *)bytes, size);
  return json_pack("{s:s}", "base64", base64);
}

static json_t *
value_of(const struct field *field, gconstpointer at)
{
  gint64 number;
  GPtrArray *list;
  json_t *array;

  switch (field->type) {
  case FIELD_TEXT:
    return json_string(*(char *const *)at);
  case FIELD_OCTETS:
    return *(GBytes *const *)at ? octets_of(*(GBytes *const *)at) : NULL;
  case FIELD_NUMBER:
  case FIELD_TRUTH:
    number = *(const gint64 *)at;
    if (number < 0)
      return NULL;
    return field->type == FIELD_NUMBER ? json_integer(number) : json_boolean(number);
  case FIELD_LIST:
    list = *(GPtrArray *const *)at;
    array = list->len > 0 ? json_array() : NULL;
    for (guint i = 0; i < list->len; i++)
      json_array_append_new(array, object_of(field->element, list->pdata[i]));
    return array;
  }
  g_assert_not_reached();
}

static json_t *
object_of(const struct shape *shape, gconstpointer data)
{
  json_t *object = json_object();

  for (const struct field *field = shape->fields; field->name; field++) {
    json_t *value = value_of(field, (const char *)data + field->offset);

    if (value)
      json_object_set_new(object, field->name, value);
  }
  return object;
}

/*
 * All that a string may hold: control bytes, quotes, every length of UTF-8; rarely what it may not.
 */
static char *
random_text(GRand *rand)
{
  static const gunichar ends[] = {0x80, 0x100, 0x800, 0x10000, 0x110000};
  GString *text = g_string_new(NULL);

  for (int left = g_rand_int_range(rand, 0, 12); left > 0; left--) {
    gunichar end = ends[g_rand_int_range(rand, 0, G_N_ELEMENTS(ends))];
    gunichar one = (gunichar)g_rand_int_range(rand, 1, (gint32)end);

    g_string_append_unichar(text, one >= 0xd800 && one < 0xe000 ? '"' : one);
  }
  if (g_rand_int_range(rand, 0, 50) == 0)
    g_string_append_c(text, (char)0xff);
  return g_string_free(text, FALSE);
}

static GBytes *
random_octets(GRand *rand)
{
  guint8 bytes[8];
  gsize size = (gsize)g_rand_int_range(rand, 0, sizeof(bytes) + 1);

  if (g_rand_boolean(rand)) {
    g_autofree char *text = random_text(rand);
    return octets_new(text);
  }
  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)g_rand_int_range(rand, 0, g_rand_boolean(rand) ? 0x80 : 0x100);
  return g_bytes_new(bytes, size);
}

static gpointer
make_random(const struct shape *shape, GRand *rand)
{
  gpointer data = shape_new(shape);

  for (const struct field *field = shape->fields; field->name; field++) {
    gpointer at = (char *)data + field->offset;

    if (g_rand_int_range(rand, 0, 3) == 0)
      continue;
    if (field->type == FIELD_TEXT)
      *(char **)at = random_text(rand);
    else if (field->type == FIELD_OCTETS)
      *(GBytes **)at = random_octets(rand);
    else if (field->type == FIELD_LIST)
      g_ptr_array_add(*(GPtrArray **)at, make_random(field->element, rand));
    else
      *(gint64 *)at = (gint64)g_rand_int(rand) << g_rand_int_range(rand, 0, 32) >> 1;
  }
  return data;
}

static void
expect_same_text(const struct shape *shape, gpointer data)
{
  json_t *object = object_of(shape, data);
  json_t *line = json_pack("{s:s}", "kind", shape->name);

  json_object_update(line, object);
  char *expected = json_dumps(object, JSON_COMPACT);
  char *expected_line = json_dumps(line, JSON_COMPACT);
  g_autofree char *text = shape_to_text(shape, data);
  GString *found_line = shape_to_line(shape, data);
  g_assert_cmpstr(text, ==, expected);
  g_assert_cmpint(found_line->str[found_line->len - 1], ==, '\n');
  g_string_truncate(found_line, found_line->len - 1);
  g_assert_cmpstr(found_line->str, ==, expected_line);
  g_string_free(found_line, TRUE);
  free(expected);
  free(expected_line);
  json_decref(object);
  json_decref(line);
  shape_free(shape, data);
}

static void
test_same_text(void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(20);

  for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++)
    for (guint i = 0; i < 300; i++)
      expect_same_text(fact_shape(kind), make_random(fact_shape(kind), rand));
}

/* Every kind and every field has one name, and a key may be told from the line's own. */
static void
test_tables(void)
{
  for (enum fact_kind kind = 0; kind < FACT_KINDS; kind++) {
    const struct shape *shape = fact_shape(kind);

    for (const struct field *field = shape->fields; field->name; field++) {
      g_assert_cmpstr(field->name, !=, "kind");
      g_assert_true((field->type == FIELD_LIST) == (field->element != NULL));
      for (const struct field *other = field + 1; other->name; other++)
        g_assert_cmpstr(field->name, !=, other->name);
    }
  }
}

static void
test_absent(void)
{
  Image *image = image_new();
  json_t *json;

  g_assert_cmpint(image->virtual_size, ==, FACT_UNKNOWN);
  g_assert_cmpint(image->dirty, ==, FACT_UNKNOWN);
  json = to_json(&image_shape, image);
  g_assert_cmpuint(json_object_size(json), ==, 0);
  json_decref(json);
  image_free(image);
  image_free(NULL);
}

static void
test_empty_values(void)
{
  GError *error = NULL;
  json_t *json = json_loads("{\"path\":\"\",\"status\":\"\",\"backing_path\":\"\",\"data_file\":"
                            "{\"base64\":\"\"},\"virtual_size\":0,\"dirty\":false}",
                            0, NULL);
  g_autoptr(Image) image = shape_from_json(&image_shape, json, &error);

  g_assert_no_error(error);
  g_assert_cmpstr(image->path, ==, "");
  g_assert_cmpuint(g_bytes_get_size(image->backing_path), ==, 0);
  g_assert_cmpuint(g_bytes_get_size(image->data_file), ==, 0);
  g_assert_cmpint(image->virtual_size, ==, 0);
  g_assert_cmpint(image->dirty, ==, 0);
  json_decref(json);
}

struct refusal {
  const char *name;
  const struct shape *shape;
  const char *json, *message;
};

#define IMAGE(more)    "{\"path\":\"/a\",\"status\":\"ok\"" more "}"
#define IDENTITY(more) "{\"kind\":\"a\",\"state\":\"valid\",\"path\":\"/a\"" more "}"

static const struct refusal refusals[] = {
    {"no-object", &image_shape, "[]", "\"image\" is not an object"},
    {"missing", &image_shape, "{\"path\":\"/a\"}", "\"status\" is missing"},
    {"unknown", &image_shape, IMAGE(",\"colour\":1"), "\"image\" has a key that"},
    {"null", &image_shape, IMAGE(",\"format\":null"), "\"format\" is not a string"},
    {"text", &image_shape, IMAGE(",\"format\":1"), "\"format\" is not a string"},
    {"word", &image_shape, IMAGE(",\"provisioning\":\"fat\""), "is not one of its words"},
    {"number-text", &image_shape, IMAGE(",\"snapshots\":\"1\""), "not a whole number from 0 on"},
    {"number-real", &image_shape, IMAGE(",\"snapshots\":1.0"), "not a whole number from 0 on"},
    {"number-negative", &image_shape, IMAGE(",\"snapshots\":-1"), "not a whole number from 0 on"},
    {"truth-number", &image_shape, IMAGE(",\"dirty\":0"), "neither true nor false"},
    {"octets-number", &image_shape, IMAGE(",\"data_file\":1"), "neither a string nor an object"},
    {"octets-two-keys", &image_shape, IMAGE(",\"data_file\":{\"base64\":\"\",\"a\":1}"),
     "neither a string nor an object"},
    {"octets-other-key", &image_shape, IMAGE(",\"data_file\":{\"hex\":\"00\"}"),
     "neither a string nor an object"},
    {"base64-letters", &image_shape, IMAGE(",\"data_file\":{\"base64\":\"!!!!\"}"), "not base64"},
    {"base64-cut", &image_shape, IMAGE(",\"data_file\":{\"base64\":\"AAA\"}"), "not base64"},
    {"base64-blanks", &image_shape, IMAGE(",\"data_file\":{\"base64\":\"AA AA\"}"), "not base64"},
    {"base64-spare-bits", &image_shape, IMAGE(",\"data_file\":{\"base64\":\"AB==\"}"),
     "not base64"},
    {"list", &root_shape, "{\"root\":\"a\",\"status\":\"ok\",\"identities\":{}}", "is not a list"},
    {"element", &root_shape,
     "{\"root\":\"a\",\"status\":\"ok\",\"identities\":[" IDENTITY("") ",1]}",
     "\"identities\"[1]: \"identity\" is not an object"},
    {"element-unknown", &root_shape,
     "{\"root\":\"a\",\"status\":\"ok\",\"identities\":[" IDENTITY(",\"b\":1") "]}",
     "\"identities\"[0]: \"identity\" has a key that"},
};

static void
test_refusal(gconstpointer data)
{
  const struct refusal *refusal = data;
  g_autoptr(GError) error = NULL;
  json_t *json = json_loads(refusal->json, 0, NULL);

  g_assert_nonnull(json);
  g_assert_null(shape_from_json(refusal->shape, json, &error));
  g_assert_error(error, SHAPE_ERROR, SHAPE_ERROR_INVALID);
  if (!strstr(error->message, refusal->message))
    g_error("\"%s\" does not say \"%s\"", error->message, refusal->message);
  json_decref(json);
}

/* A struct's own `kind` is a field; of others it is the line's. */
static void
test_kind(void)
{
  GError *error = NULL;
  json_t *image = json_loads(IMAGE(",\"kind\":\"image\""), 0, NULL);
  json_t *identity = json_loads(IDENTITY(""), 0, NULL);
  g_autoptr(Image) read_image = shape_from_json(&image_shape, image, &error);
  g_assert_no_error(error);
  g_autoptr(Identity) read_identity = shape_from_json(&identity_shape, identity, &error);
  g_assert_no_error(error);

  g_assert_cmpstr(read_image->path, ==, "/a");
  g_assert_cmpstr(read_identity->kind, ==, "a");
  json_decref(image);
  json_decref(identity);
}

/* At the limit and one over it. */
static void
expect_fits(const char *key, json_t *value, bool fits)
{
  json_t *json = json_pack("{s:s,s:s,s:o}", "path", "/a", "status", "ok", key, value);
  g_autoptr(GError) error = NULL;
  g_autoptr(Image) image = shape_from_json(&image_shape, json, &error);

  g_assert_true(fits == (image != NULL));
  if (!fits)
    g_assert_nonnull(strstr(error->message, "is too long"));
  json_decref(json);
}

static json_t *
base64_of(size_t size)
{
  g_autofree guchar *bytes = g_malloc0(size);
  g_autofree char *base64 = g_base64_encode(bytes, size);

  return json_pack("{s:s}", "base64", base64);
}

static void
test_limits(void)
{
  g_autofree char *over = g_strnfill(FIELD_TEXT_MAX + 1, 'a');

  expect_fits("detail", json_stringn(over, FIELD_TEXT_MAX), true);
  expect_fits("detail", json_string(over), false);
  expect_fits("data_file", json_stringn(over, FIELD_TEXT_MAX), true);
  expect_fits("data_file", json_string(over), false);
  expect_fits("data_file", base64_of(FIELD_TEXT_MAX), true);
  expect_fits("data_file", base64_of(FIELD_TEXT_MAX + 1), false);
  expect_fits("data_file", base64_of(FIELD_TEXT_MAX + 100), false);
  expect_fits("format", json_stringn(over, 64), true);
  expect_fits("format", json_stringn(over, 65), false);
}

static void
test_long_list(void)
{
  json_t *list = json_array(), *backing = json_object();
  g_autoptr(GError) error = NULL;

  for (int i = 0; i < 65; i++)
    json_array_append(list, backing);
  json_t *json = json_pack("{s:s,s:s,s:s,s:o}", "target", "a", "device", "disk", "source_type",
                           "file", "backing", list);
  g_assert_null(shape_from_json(&disk_shape, json, &error));
  g_assert_nonnull(strstr(error->message, "\"backing\" has too many elements"));
  json_array_remove(list, 0);
  g_autoptr(Disk) disk = shape_from_json(&disk_shape, json, NULL);
  g_assert_cmpuint(disk->backing->len, ==, 64);
  json_decref(json);
  json_decref(backing);
}

static void
test_octets(void)
{
  static const struct {
    const char *bytes;
    size_t size;
    bool are_text;
  } cases[] = {
      {"", 0, true},      {"abc", 3, true},   {"a\0b", 3, false},         {"\xc3\xa9", 2, true},
      {"\xc3", 1, false}, {"\xff", 1, false}, {"\xed\xa0\x80", 3, false},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GBytes) octets = g_bytes_new(cases[i].bytes, cases[i].size);

    g_assert_true(octets_are_text(octets) == cases[i].are_text);
  }
  g_assert_null(octets_new(NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autofree char *path = g_strconcat("/shape/refuse/", refusals[i].name, NULL);
    g_test_add_data_func(path, &refusals[i], test_refusal);
  }
  g_test_add_func("/shape/round-trip", test_round_trip);
  g_test_add_func("/shape/same-text", test_same_text);
  g_test_add_func("/shape/tables", test_tables);
  g_test_add_func("/shape/absent", test_absent);
  g_test_add_func("/shape/empty-values", test_empty_values);
  g_test_add_func("/shape/kind", test_kind);
  g_test_add_func("/shape/limits", test_limits);
  g_test_add_func("/shape/long-list", test_long_list);
  g_test_add_func("/shape/octets", test_octets);
  return g_test_run();
}
