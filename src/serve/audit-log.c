/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal's native protocol: FIELD=value, a newline after each, one
 * datagram an entry (systemd's JOURNAL_NATIVE_PROTOCOL). No value has a newline
 * here, and the largest entry is some 8 KiB, so that neither its binary form
 * nor its memory files are needed. The library that speaks it would open the
 * socket by name, which a worker cannot.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audit-log.h"

#include "escape.h"

/* The longest line is below what a pipe takes in one piece (PIPE_BUF, 4096):
 * lines of several workers do not mix. The inode tells what was cut. */
#define TARGET_SHOWN 600
#define SHARE_SHOWN 200
#define NAME_SHOWN 800
#define ENTRY_USUAL 2048

/* Ours, made once: finds these entries in any journal. */
#define MESSAGE_ID "c9d8d3f9df1f67f790f0db2fe914db5e"

static const char *outcome(const struct guise_audit_event *event)
{
	if (event->what == GUISE_AUDIT_STAGED)
		return "staged";
	return event->success ? "success" : "failure";
}

/* "/share/path", as a client would ask for it. */
static int append_object(struct guise_buf *out,
			 const struct guise_audit_event *event,
			 int (*escape)(struct guise_buf *out, struct span text))
{
	int r = buf_append_u8(out, '/');

	if (r == 0 && event->server && event->server[0]) {
		r = escape_cut(out, span_of(event->server), SHARE_SHOWN,
			       escape);
		if (r == 0 && event->name[0])
			r = buf_append_u8(out, '/');
	}
	return r < 0 ? r
		     : escape_cut(out, span_of(event->name), NAME_SHOWN,
				  escape);
}

static int append_sid(struct guise_buf *out, const char *before,
		      const struct guise_sid *sid, const char *after)
{
	char text[GUISE_SID_TEXT_SIZE];

	if (!sid)
		return 0;
	guise_sid_format(sid, text);
	return buf_printf(out, "%s%s%s", before, text, after);
}

static int append_privileges(struct guise_buf *out, const char *before,
			     uint64_t privileges, const char *between,
			     const char *after)
{
	int r = 0;

	if (!privileges)
		return 0;
	for (unsigned i = GUISE_PRIVILEGE_MIN;
	     r == 0 && i <= GUISE_PRIVILEGE_MAX; i++) {
		if (!(privileges & GUISE_PRIVILEGE_BIT(i)))
			continue;
		r = buf_printf(out, "%s%s", before, guise_privilege_name(i));
		before = between;
	}
	return r < 0 ? r : buf_append_text(out, after);
}

int audit_log_text(struct guise_buf *out, const struct exchange *ex,
		   const struct guise_audit_event *event)
{
	int r = access_log_text(out, ex, TARGET_SHOWN);

	if (r == 0)
		r = buf_printf(out, " audit %s ", outcome(event));
	if (r == 0)
		r = append_object(out, event, escape_line);
	if (r == 0)
		r = buf_printf(out,
			       " inode %" PRIu64 " asked 0x%" PRIx32
			       " granted 0x%" PRIx32,
			       event->handle, event->desired, event->granted);
	if (r == 0 && event->ace)
		r = buf_printf(out, " ace %" PRIu32, event->ace);
	if (r == 0)
		r = append_sid(out, " ", event->sid, "");
	if (r == 0 && event->what == GUISE_AUDIT_STAGED)
		r = buf_printf(out, " staged 0x%" PRIx32,
			       event->staged_granted);
	if (r == 0)
		r = append_sid(out, " policy ", event->policy, "");
	if (r == 0)
		r = append_privileges(out, " privileges ", event->privileges,
				      ",", "");
	return r;
}

static int append_json(struct guise_buf *out,
		       const struct guise_audit_event *event)
{
	int r = buf_printf(out, ",\"audit\":\"%s\",\"object\":\"",
			   outcome(event));

	if (r == 0)
		r = append_object(out, event, escape_json);
	if (r == 0)
		r = buf_printf(out,
			       "\",\"inode\":%" PRIu64 ",\"asked\":\"0x%" PRIx32
			       "\",\"granted\":\"0x%" PRIx32 "\"",
			       event->handle, event->desired, event->granted);
	if (r == 0 && event->ace)
		r = buf_printf(out, ",\"ace\":%" PRIu32, event->ace);
	if (r == 0)
		r = append_sid(out, ",\"trustee\":\"", event->sid, "\"");
	if (r == 0 && event->what == GUISE_AUDIT_STAGED)
		r = buf_printf(out, ",\"staged\":\"0x%" PRIx32 "\"",
			       event->staged_granted);
	if (r == 0)
		r = append_sid(out, ",\"policy\":\"", event->policy, "\"");
	if (r == 0)
		r = append_privileges(out, ",\"privileges\":[\"",
				      event->privileges, "\",\"", "\"]");
	return r;
}

int audit_log_line(struct guise_buf *out, enum log_format format, int64_t time,
		   const struct exchange *ex,
		   const struct guise_audit_event *event)
{
	char date[DATE_ISO_SIZE];
	int r;

	date_format_iso(time, date);
	if (format == LOG_JSON) {
		r = buf_printf(out, "{\"time\":\"%s\",", date);
		if (r == 0)
			r = access_log_json(out, ex, TARGET_SHOWN);
		if (r == 0)
			r = append_json(out, event);
		return r < 0 ? r : buf_append_text(out, "}\n");
	}
	r = buf_printf(out, "%s ", date);
	if (r == 0)
		r = audit_log_text(out, ex, event);
	return r < 0 ? r : buf_append_u8(out, '\n');
}

static int entry_client(struct guise_buf *out, const struct exchange *ex)
{
	const struct client *client = ex->client;
	int r;

	r = buf_printf(out, "GUISE_PEER=%s\n", ex->request->peer);
	if (r == 0 && client && client->name) {
		r = buf_append_text(out, "GUISE_USER=");
		if (r == 0)
			r = escape_line(out, span_of(client->name));
		if (r == 0)
			r = buf_append_u8(out, '\n');
	}
	if (r == 0 && client)
		r = append_sid(out, "GUISE_USER_SID=",
			       &guise_token_user(client->token)->sid, "\n");
	if (r == 0)
		r = buf_append_text(out, "GUISE_METHOD=");
	if (r == 0)
		r = escape_line(out, access_log_method(ex));
	if (r == 0)
		r = buf_append_text(out, "\nGUISE_TARGET=");
	if (r == 0)
		r = access_log_target(out, ex->request->target, TARGET_SHOWN);
	return r < 0 ? r : buf_append_u8(out, '\n');
}

static int entry_event(struct guise_buf *out,
		       const struct guise_audit_event *event)
{
	int r = buf_printf(out,
			   "GUISE_AUDIT=%s\nGUISE_OBJECT=", outcome(event));

	if (r == 0)
		r = append_object(out, event, escape_line);
	if (r == 0)
		r = buf_printf(out,
			       "\nGUISE_INODE=%" PRIu64
			       "\nGUISE_ASKED=0x%" PRIx32
			       "\nGUISE_GRANTED=0x%" PRIx32 "\n",
			       event->handle, event->desired, event->granted);
	if (r == 0 && event->ace)
		r = buf_printf(out, "GUISE_ACE=%" PRIu32 "\n", event->ace);
	if (r == 0)
		r = append_sid(out, "GUISE_TRUSTEE=", event->sid, "\n");
	if (r == 0 && event->what == GUISE_AUDIT_STAGED)
		r = buf_printf(out, "GUISE_STAGED=0x%" PRIx32 "\n",
			       event->staged_granted);
	if (r == 0)
		r = append_sid(out, "GUISE_POLICY=", event->policy, "\n");
	if (r == 0)
		r = append_privileges(
			out, "GUISE_PRIVILEGES=", event->privileges, ",", "\n");
	return r;
}

int audit_log_entry(struct guise_buf *out, const struct exchange *ex,
		    const struct guise_audit_event *event)
{
	int r = buf_append_text(out, "MESSAGE=");

	if (r == 0)
		r = audit_log_text(out, ex, event);
	if (r == 0) /* authpriv; a notice, a refusal is a warning */
		r = buf_printf(out,
			       "\nMESSAGE_ID=" MESSAGE_ID "\nPRIORITY=%d\n"
			       "SYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=guise\n",
			       event->success ? 5 : 4);
	if (r == 0)
		r = entry_client(out, ex);
	return r < 0 ? r : entry_event(out, event);
}

/* Never waits: a journal that is down or slow must not hold up requests. */
static bool to_journal(struct audit_log *log, const struct exchange *ex,
		       const struct guise_audit_event *event)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf entry = {0};
	bool taken;

	if (log->journal_fd < 0)
		return false;
	taken = audit_log_entry(&entry, ex, event) == 0 &&
		send(log->journal_fd, entry.data, entry.size,
		     MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)entry.size;
	if (!taken && !atomic_exchange(&log->journal_fails, true))
		(void)fprintf(stderr, "guise: worker: the journal does not "
				      "take audits; they go to the log\n");
	if (taken)
		atomic_store(&log->journal_fails, false);
	return taken;
}

static bool to_log(struct audit_log *log, const struct exchange *ex,
		   const struct guise_audit_event *event)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf line = {0};
	struct timespec now;
	uint8_t *room;

	if (log->log_fd < 0)
		return false;
	must(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return buf_reserve(&line, ENTRY_USUAL, &room) == 0 &&
	       audit_log_line(&line, log->format, now.tv_sec, ex, event) == 0 &&
	       write(log->log_fd, line.data, line.size) == (ssize_t)line.size;
}

/* An operation may decide twice on one object; that is one access. */
static bool is_repeated(struct exchange *ex,
			const struct guise_audit_event *event)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf text = {0};

	if (audit_log_text(&text, ex, event) < 0)
		return false;
	if (text.size == ex->audited.size &&
	    memcmp(text.data, ex->audited.data, text.size) == 0)
		return true;
	guise_buf_clear(&ex->audited);
	ex->audited = text;
	text = (struct guise_buf){0};
	return false;
}

void audit_log_tell(void *context, struct exchange *ex,
		    const struct guise_audit_event *event)
{
	struct audit_log *log = context;
	bool taken;

	if (is_repeated(ex, event))
		return;
	taken = to_journal(log, ex, event);
	if (log->always_logs || !taken)
		taken |= to_log(log, ex, event);
	if (!taken)
		(void)atomic_fetch_add(&log->lost, 1);
}
