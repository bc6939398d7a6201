/* SPDX-License-Identifier: Apache-2.0 */
/* What a connection URI (https://libvirt.org/uri.html) says. Pure, but for the user's name. */
#pragma once

#include <stdbool.h>

/* Whether libvirt could parse it: nothing more. */
bool connection_uri_is_valid(const char *uri);

/*
 * Whether image paths of this URI are paths of this machine: it names no server, and no command
 * that could lead anywhere. False for what is no URI.
 */
bool connection_uri_is_local(const char *uri);

/* The URI without a password in it; new. Works on any text. */
char *connection_uri_public(const char *uri);

/*
 * Which of the fleets that one driver may hold on one host: "system", "session:USER", "embed:ROOT",
 * the node file of the test driver, else the path as it is. New; NULL for what is no URI.
 */
char *connection_uri_scope(const char *uri);

/*
 * The URI to open so that nothing ever asks a question on the terminal: ssh gets `no_tty=1` unless
 * the URI says something about it. New.
 */
char *connection_uri_unattended(const char *uri);
