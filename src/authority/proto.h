/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What workers may ask of the authority: a table of typed requests. A worker
 * is not trusted: what is not in the table, not in its phase, too long, out
 * of range, with other than the stated number of descriptors or with bytes to
 * spare is GUISE_E_PROTOCOL, and the worker is cut off.
 *
 * On the wire, little-endian: type (32 bits), then the fields of the type in
 * the order of its layout. Numbers are 64 bits; text is a 32-bit size that
 * counts the terminating NUL, so that a decoded string can be used in place.
 * A reply is the result (32 bits, signed), then what the type answers.
 */
#ifndef AUTHORITY_PROTO_H
#define AUTHORITY_PROTO_H

#include "base.h"
#include "reader.h"

#define PROTO_VERSION 1

enum request_type {
	REQUEST_NONE = 0,
	REQUEST_HELLO,
	REQUEST_LOGON_PASSWORD,
	REQUEST_LOGON_PEER,
	REQUEST_LOGON_ANONYMOUS,
	REQUEST_LOGOFF,
	REQUEST_TOUCH,
	REQUEST_REVOKED,
	REQUEST_OPEN,
	REQUEST_MKDIR,
	REQUEST_UNLINK,
	REQUEST_RENAME,
	REQUEST_SET_TIMES,
	REQUEST_SET_MODE,
	REQUEST_TEMP_CREATE,
	REQUEST_TEMP_COMMIT,
	REQUEST_TEMP_ABORT,
	REQUEST_READ_SD,
	REQUEST_READ_ACL,
	REQUEST_COPY_ATTRIBUTES,
	REQUEST_WRITE_SD,
	REQUEST_REPORT,
	REQUEST_REPORT_DENIED,
	REQUEST_LOGON_NEGOTIATE,
	REQUEST_TYPES,
};

enum phase {
	PHASE_NEW = 0,	 /* only HELLO */
	PHASE_READY = 1, /* all but HELLO */
};

/* How much of a logon by password, or of a peer, a worker wants: all at once,
 * or what may hang apart. */
enum logon_stage {
	STAGE_ALL = 0,
	/* -EAGAIN when it is the turn of the system, or of a daemon that has a
	 * peer's SIDs */
	STAGE_QUICK = 1,
	STAGE_REST = 2, /* after that: these */
};

#define COUNTERS_MAX 6
/* Ids in one answer to REQUEST_REVOKED. */
#define REVOKED_MAX 256

/* The fields of all types; a type uses those its layout names. Strings and
 * blobs are borrowed from the received bytes. */
struct request {
	uint64_t version;
	uint64_t thread;
	uint64_t session; /* token id */
	uint64_t level;
	uint64_t stage; /* LOGON_PASSWORD, LOGON_PEER: enum logon_stage */
	/* LOGON_NEGOTIATE: the exchange; 0: a new one. Without a message: of a
	 * client who has proven who it is */
	uint64_t pending;
	uint64_t origin; /* LOGON_NEGOTIATE: who shares its places */
	uint64_t
		released; /* LOGOFF: no thread of the worker uses it any more */
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
	uint64_t temp;
	uint64_t replace;
	uint64_t is_directory;
	uint64_t root;
	uint64_t information;
	uint64_t seconds[2];
	uint64_t nanoseconds[2];
	uint64_t counters[COUNTERS_MAX];
	const char *name;     /* user name; or one component */
	const char *new_name; /* one component */
	const char *path;     /* relative; NULL where the layout lets it be */
	const char *text;
	const uint8_t *blob;
	size_t blob_size;
};

const char *request_name(enum request_type type);
unsigned request_fds(enum request_type type);

/*
 * Read and check one request: known type, in @phase, @n_fds descriptors, every
 * field in range, nothing left over. 0 or GUISE_E_PROTOCOL
 */
GUISE_MUST_USE int request_decode(const void *data, size_t size,
				  enum phase phase, unsigned n_fds,
				  enum request_type *ret_type,
				  struct request *ret);
/* Append; -EINVAL for what decoding would refuse (checked), -ENOMEM */
GUISE_MUST_USE int request_encode(enum request_type type,
				  const struct request *request,
				  struct guise_buf *out);
/* Holds what no copy may outlive: a password, a ticket. */
bool request_is_secret(enum request_type type);

/*
 * The answer to REQUEST_LOGON_NEGOTIATE begins with this; the session follows
 * when @code is 0. A failure is an answer here: it may have a message for the
 * client. All is borrowed.
 */
struct negotiate_answer {
	int code;
	/* not 0 exactly when @code says to continue; -EAGAIN: without another
	 * message, by a thread that may wait for the directory */
	uint64_t pending;
	uint64_t expires; /* seconds since 1970 */
	const char *principal;
	const char *why;
	const uint8_t *reply;
	size_t reply_size;
};

GUISE_MUST_USE int
negotiate_answer_encode(const struct negotiate_answer *answer,
			struct guise_buf *out);
/* Advances @r past it. 0 or GUISE_E_PROTOCOL */
GUISE_MUST_USE int negotiate_answer_decode(struct reader *r,
					   struct negotiate_answer *ret);

#endif
