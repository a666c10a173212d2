/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers to a worker's requests. Each runs on the channel's thread, which
 * is confined to the roots and the journal. It returns 0 or the error that the
 * worker is told; GUISE_E_PROTOCOL cuts the worker off. What else the reply
 * holds goes to channel->reply and channel->reply_fd.
 */
#ifndef AUTHORITY_ANSWER_H
#define AUTHORITY_ANSWER_H

#include "worker.h"

typedef int answer_fn(struct channel *channel, const struct request *request);

/* answer-logon.c */
answer_fn answer_hello;
answer_fn answer_logon_password;
answer_fn answer_logon_negotiate;
answer_fn answer_logon_peer;
answer_fn answer_logon_anonymous;
answer_fn answer_logoff;
answer_fn answer_touch;
answer_fn answer_revoked;
answer_fn answer_report;
answer_fn answer_report_denied;
/* answer-file.c */
answer_fn answer_open;
answer_fn answer_mkdir;
answer_fn answer_unlink;
answer_fn answer_rename;
answer_fn answer_set_times;
answer_fn answer_set_mode;
answer_fn answer_temp_create;
answer_fn answer_temp_commit;
answer_fn answer_temp_abort;
/* answer-sd.c */
answer_fn answer_read_sd;
answer_fn answer_read_acl;
answer_fn answer_copy_attributes;
answer_fn answer_write_sd;

#endif
