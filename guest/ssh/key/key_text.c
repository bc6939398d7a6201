/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as text: "TYPE BASE64". */
#include "guest/ssh/key/key_text.h"

#include "guest/ssh/key/base64.h"
#include "guest/ssh/key/key_type.h"

#include <string.h>

void
ssh_key_skip_blanks(struct text *text)
{
  while (text->length > 0 && (text->at[0] == ' ' || text->at[0] == '\t'))
    text_drop(text, 1);
}

/* Cut off what is before the next blank, and the blanks. */
static struct text
next_word(struct text *rest)
{
  struct text word = {rest->at, 0};

  while (word.length < rest->length && rest->at[word.length] != ' ' &&
         rest->at[word.length] != '\t')
    word.length++;
  text_drop(rest, word.length);
  ssh_key_skip_blanks(rest);
  return word;
}

struct ssh_key *
ssh_key_parse_text(struct text *rest, GError **error)
{
  struct text behind = *rest;
  struct text word = next_word(&behind), base64 = next_word(&behind);
  bool certificate;
  const struct key_type *type = key_type_of_word(word, &certificate);
  gsize length;

  if (!type) {
    key_type_set_unknown(word, error);
    return NULL;
  }
  g_autofree guint8 *blob = base64_decode(base64, &length);
  if (!blob) {
    ssh_key_malformed("no base64 behind the key's type", error);
    return NULL;
  }
  g_autoptr(SshKey) key = ssh_key_parse(blob, length, error);
  if (!key)
    return NULL;
  if (strcmp(key->algorithm, certificate ? type->certificate : type->name) != 0) {
    ssh_key_malformed("the key is of another type than its line says", error);
    return NULL;
  }
  *rest = behind;
  return g_steal_pointer(&key);
}
