/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a fact: one table of fields per struct, from which the struct is freed, written as
 * JSON, read and validated from JSON, and bound to SQL parameters. Adding a fact is adding a field.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* A number or truth value that nobody could tell: an absent key of JSON, NULL in SQL. */
#define FACT_UNKNOWN ((gint64)-1)

enum field_type {
  FIELD_TEXT,   /* char *: UTF-8 without NUL; NULL when absent */
  FIELD_OCTETS, /* GBytes *: whatever a guest or an image wrote; NULL when absent */
  FIELD_NUMBER, /* gint64 from 0 on; FACT_UNKNOWN when absent */
  FIELD_TRUTH,  /* gint64: 0, 1; FACT_UNKNOWN when absent */
  FIELD_LIST,   /* GPtrArray * of structs of `element`; shape_new() makes it; absent when empty */
};

struct shape;

struct field {
  const char *name; /* JSON key, and SQL parameter without its colon */
  enum field_type type;
  size_t offset; /* of the member in the struct */
  size_t max;    /* bytes of text or octets, or elements of a list; 0 stands for the default */
  const char *const *words;    /* the only texts allowed, ended by NULL; NULL allows any */
  const struct shape *element; /* of a list */
  bool required;
};

struct shape {
  const char *name; /* as in error messages, and the `kind` of a line of the stream */
  size_t size;
  const struct field *fields; /* ended by a field without a name */
};

#define FIELD_TEXT_MAX ((size_t)4096) /* default bytes of a text or of octets */
#define FIELD_LIST_MAX ((size_t)4096) /* default elements of a list */

#define SHAPE_ERROR (shape_error_quark())
GQuark shape_error_quark(void);
enum shape_error {
  SHAPE_ERROR_INVALID, /* a wrong type or word, an unknown or missing key, a text too long */
};

/* A new struct, every text NULL, every number unknown, every list empty. See shape_free(). */
gpointer shape_new(const struct shape *shape);

/* Free a struct and all it owns; NULL is fine. */
void shape_free(const struct shape *shape, gpointer data);

/* A new empty list of structs made by shape_new(), which frees them, as their own lists do. */
GPtrArray *shape_list_new(void);

/*
 * The struct as a JSON object without white space, keys in the order of the table, absent values
 * left out: structs of the same values become the same text. Octets are a string where they are
 * UTF-8 without NUL, else an object {"base64": "..."}. Text must be valid UTF-8. A new text.
 */
char *shape_to_text(const struct shape *shape, gconstpointer data);

/* The structs of a list that is not empty, likewise, as a JSON array. A new text. */
char *shape_list_to_text(const struct shape *element, const GPtrArray *list);

/* The struct as a line of the stream: its shape's name as `kind` goes first, a newline ends it. */
GString *shape_to_line(const struct shape *shape, gconstpointer data);

/*
 * A new struct from a JSON object, or NULL with SHAPE_ERROR_INVALID and a message that names the
 * key. Strict: unknown keys, wrong types, negative numbers, and anything over its limit are
 * refused. A key `kind` is passed over: it belongs to the line, not to the struct.
 */
gpointer shape_from_json(const struct shape *shape, const json_t *object, GError **error);

/*
 * Whether a struct keeps to its table: required members, limits, words, UTF-8. What does not would
 * be refused by shape_from_json(). SHAPE_ERROR_INVALID names the key.
 */
bool shape_check(const struct shape *shape, gconstpointer data, GError **error);

/*
 * Bytes that are enough for the struct as compact JSON, and not many more. The work is a fraction
 * of that of shape_to_text().
 */
gsize shape_size(const struct shape *shape, gconstpointer data);

/*
 * After the definition of `struct name`: declare its name_shape, a typedef that g_autoptr() takes,
 * name_new() and name_free(), which takes NULL.
 */
#define SHAPE_DECLARE(Type, name)                                                                  \
  typedef struct name Type;                                                                        \
  extern const struct shape name##_shape;                                                          \
  static inline void name##_free(Type *data)                                                       \
  {                                                                                                \
    shape_free(&name##_shape, data);                                                               \
  }                                                                                                \
  static inline Type *name##_new(void)                                                             \
  {                                                                                                \
    return shape_new(&name##_shape);                                                               \
  }                                                                                                \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC(Type, name##_free)

/* GBytes of a C string, without its NUL; NULL for NULL. */
GBytes *octets_new(const char *text);

/* Whether the bytes are UTF-8 without NUL, so that they may stand as text. */
bool octets_are_text(GBytes *octets);
