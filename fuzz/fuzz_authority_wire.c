/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a worker, as the authority reads them: the first says the phase and
 * the number of descriptors, the rest is a request. Other uses of the same
 * bytes: an answer, a record of the journal, and a worker's manifest.
 */
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fuzz.h"
#include "manifest.h"
#include "proto.h"

static void check_request(const uint8_t *data, size_t size, enum phase phase,
			  unsigned n_fds)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	enum request_type type;
	struct request request;

	if (request_decode(data, size, phase, n_fds, &type, &request) < 0)
		return;
	/* What is accepted has one form only. */
	must(request_fds(type) == n_fds);
	must((type == REQUEST_HELLO) == (phase == PHASE_NEW));
	must(request_encode(type, &request, &again) == 0);
	must(again.size == size && memcmp(again.data, data, size) == 0);
}

/* The other direction: what a worker reads. */
static void check_answer(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	struct reader r = reader_of(data, size);
	struct negotiate_answer answer;

	if (negotiate_answer_decode(&r, &answer) < 0)
		return;
	must((answer.code == GUISE_E_CONTINUE_NEEDED ||
	      answer.code == -EAGAIN) == (answer.pending != 0));
	must(negotiate_answer_encode(&answer, &again) == 0);
	must(again.size == size - r.size &&
	     memcmp(again.data, data, again.size) == 0);
}

static void check_record(const uint8_t *data, size_t size)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf again = {0};
	struct journal_record record;

	if (journal_record_decode(data, size, &record) < 0)
		return;
	must(!strchr(record.name, '/') && record.root[0] == '/');
	must(journal_record_encode(&record, &again) == 0);
	must(again.size == size && memcmp(again.data, data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct manifest manifest;

	if (size == 0)
		return 0;
	check_request(data + 1, size - 1, data[0] & 1 ? PHASE_READY : PHASE_NEW,
		      data[0] >> 1 & 3);
	check_answer(data + 1, size - 1);
	check_record(data + 1, size - 1);
	if (manifest_decode(data + 1, size - 1, &manifest) == 0)
		must(strnlen(manifest.config, manifest.config_size + 1) <=
		     manifest.config_size);
	return 0;
}
