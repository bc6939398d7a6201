/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as lines of text hold them: .pub files, authorized_keys, RevokedKeys. */
#pragma once

#include "guest/ssh/key/key.h"

/*
 * Cut "TYPE BASE64" off `rest`, which goes on behind the blanks after it (the comment). As OpenSSH
 * does, TYPE must be a name that it knows and the type that the blob gives. On failure `rest` is
 * as it was.
 */
struct ssh_key *ssh_key_parse_text(struct text *rest, GError **error);

/* Drop blanks at the front as OpenSSH does between the words of a key: spaces and tabs, no CR. */
void ssh_key_skip_blanks(struct text *text);
