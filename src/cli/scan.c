/* SPDX-License-Identifier: Apache-2.0 */
/* guise scan: threads that are not who their process is. */
#include <jansson.h>
#include <stdio.h>

#include <guise/impersonate.h>

#include "base.h"
#include "cli.h"
#include "options.h"
#include "printable.h"
#include "text.h"

const char cmd_scan_help[] =
	"usage: guise scan [--pid PID] [--json]\n"
	"\n"
	"Lists the threads of any process whose kernel identity (ids, groups,\n"
	"capabilities) differs from their process's own: impersonation going "
	"on,\n"
	"or an identity that was forgotten. Whoever wrote the program. Exit "
	"0:\n"
	"none found, 1: found.\n"
	"\n"
	"  --pid PID  one process instead of all\n"
	"  --json     a JSON array\n"
	"\n"
	"example: guise scan\n";

struct findings {
	size_t n;
	json_t *list; /* NULL: print */
};

static void describe_differences(uint32_t differs, char ret[64])
{
	(void)snprintf(
		ret, 64, "%s%s%s%s", differs & GUISE_DIFFERS_UID ? " uid" : "",
		differs & GUISE_DIFFERS_GID ? " gid" : "",
		differs & GUISE_DIFFERS_GROUPS ? " groups" : "",
		differs & GUISE_DIFFERS_CAPABILITIES ? " capabilities" : "");
}

static void print(const struct guise_thread_identity *it, const char *comm)
{
	char differs[64];

	describe_differences(it->differs, differs);
	printf("%d/%d %s: uid %u/%u/%u/%u gid %u/%u/%u/%u "
	       "capabilities %016llx; process is uid %u gid %u; differs in%s\n",
	       (int)it->pid, (int)it->tid, comm, it->ruid, it->euid, it->suid,
	       it->fsuid, it->rgid, it->egid, it->sgid, it->fsgid,
	       (unsigned long long)it->capabilities, it->base_uid, it->base_gid,
	       differs);
}

static json_t *differences_json(uint32_t differs)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{GUISE_DIFFERS_UID, "uid"},
		{GUISE_DIFFERS_GID, "gid"},
		{GUISE_DIFFERS_GROUPS, "groups"},
		{GUISE_DIFFERS_CAPABILITIES, "capabilities"},
	};
	json_t *list = json_array();

	for (size_t i = 0; list && i < ARRAY_SIZE(names); i++) {
		if (differs & names[i].bit &&
		    json_array_append_new(list, json_string(names[i].name)) <
			    0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *identity_json(const struct guise_thread_identity *it,
			     const char *comm)
{
	char capabilities[24];

	(void)snprintf(capabilities, sizeof(capabilities), "0x%llx",
		       (unsigned long long)it->capabilities);
	return json_pack(
		"{s:i, s:i, s:s, s:[I,I,I,I], s:[I,I,I,I], s:s, s:I, s:I, s:o}",
		"pid", (int)it->pid, "tid", (int)it->tid, "comm", comm, "uids",
		(json_int_t)it->ruid, (json_int_t)it->euid,
		(json_int_t)it->suid, (json_int_t)it->fsuid, "gids",
		(json_int_t)it->rgid, (json_int_t)it->egid,
		(json_int_t)it->sgid, (json_int_t)it->fsgid, "capabilities",
		capabilities, "base_uid", (json_int_t)it->base_uid, "base_gid",
		(json_int_t)it->base_gid, "differs",
		differences_json(it->differs));
}

static int found(void *context, const struct guise_thread_identity *it)
{
	struct findings *f = context;
	char comm[sizeof(it->comm)];

	memcpy(comm, it->comm, sizeof(comm));
	cli_printable(comm);
	f->n++;
	if (!f->list) {
		print(it, comm);
		return 0;
	}
	return json_array_append_new(f->list, identity_json(it, comm)) < 0
		       ? -ENOMEM
		       : 0;
}

static int scan(pid_t pid, struct findings *f, bool json)
{
	int r;

	if (json) {
		f->list = json_array();
		if (!f->list)
			return -ENOMEM;
	}
	r = guise_scan(pid, found, f);
	if (r == 0 && json) {
		r = json_dumpf(f->list, stdout, JSON_INDENT(2)) < 0 ? -EIO : 0;
		printf("\n");
	}
	json_decref(f->list);
	return r == 0 && fflush(stdout) != 0 ? -EIO : r;
}

int cmd_scan(int argc, char **argv)
{
	const char *pid_text = NULL;
	bool json = false;
	const struct cli_option known[] = {
		{.name = "pid", .value = &pid_text},
		{.name = "json", .flag = &json},
	};
	struct findings f = {0};
	uint64_t pid = 0;
	int r;

	r = cli_options(&argc, argv, known, ARRAY_SIZE(known));
	if (r != 0)
		return r;
	if (argc != 1)
		return cli_error(CLI_USAGE, "scan", "takes no arguments",
				 "see guise scan --help");
	if (pid_text &&
	    (!text_to_u64(pid_text, strlen(pid_text), INT32_MAX, &pid) ||
	     pid == 0))
		return cli_error(CLI_USAGE, pid_text, "not a process's number",
				 "see ps -e");
	r = scan((pid_t)pid, &f, json);
	if (r < 0)
		return cli_failed(pid_text ? pid_text : "/proc", r,
				  "see ps -e");
	return f.n > 0 ? CLI_NO : CLI_YES;
}
