/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who a request says it comes from, as a value: what its Authorization header
 * says, or else what its client has shown before. Zero: nobody in particular.
 */
#ifndef AUTH_CREDENTIALS_H
#define AUTH_CREDENTIALS_H

#include "basic.h"

struct request;

enum credentials_kind {
	CREDENTIALS_NONE = 0,
	CREDENTIALS_BASIC,	/* name and password */
	CREDENTIALS_NEGOTIATE,	/* a message of a Kerberos client */
	CREDENTIALS_COOKIE,	/* the name of a session, in a cookie */
	CREDENTIALS_CONNECTION, /* of the session its connection is bound to */
	CREDENTIALS_PEER,	/* who the kernel says has connected */
};

/* A session's name: random, so that who knows it has been told it. */
#define SESSION_NAME_SIZE 32
#define SESSION_NAME_TEXT_SIZE (2 * SESSION_NAME_SIZE + 1)

struct session_name {
	uint8_t bytes[SESSION_NAME_SIZE];
};

/**
 * struct negotiate - a GSSAPI message of the client, decoded
 * @data: owned
 */
struct negotiate {
	uint8_t *data;
	size_t size;
};

struct credentials {
	enum credentials_kind kind;
	bool is_directorys; /* nobody but the system can tell */
	union {
		struct basic basic;
		struct negotiate negotiate;
		struct session_name session; /* COOKIE, CONNECTION */
		int peer_fd;		     /* borrowed: the connection */
	};
};

/**
 * struct binding - what a connection knows of the client at its other end; the
 * front end keeps one for each, zero at first, and never one for two
 * @is_bound: @session is what the connection has logged on to last
 * @origin: the client's address, as far as its owner is one
 * @pending: of an exchange that goes on with the next message; else 0
 * @is_peer: the client is who the kernel says, at the other end of @peer_fd,
 *           until it shows credentials
 *
 * Requests of one connection come one after the other: no lock.
 */
struct binding {
	bool is_bound;
	bool is_peer;
	int peer_fd;
	struct session_name session;
	uint64_t origin;
	uint64_t pending;
};

/* Which schemes the server offers. */
struct schemes {
	bool basic;
	bool negotiate;
};

/* Reads the value of an Authorization header. -EINVAL: no scheme of ours, or
 * malformed; -ENOMEM. Until then @ret is of kind NONE. */
GUISE_MUST_USE int credentials_parse(struct span value,
				     const struct schemes *schemes,
				     struct credentials *ret);
/* From the cookie called @name. False: there is none, or there are several. */
bool credentials_of_cookie(const struct request *request, const char *name,
			   struct credentials *ret);
/* False: it is not bound. */
bool credentials_of_connection(const struct binding *binding,
			       struct credentials *ret);
/* False: its client is not known by the connection. */
bool credentials_of_peer(const struct binding *binding,
			 struct credentials *ret);
/* Of kind NONE then; nothing of a password or message stays. */
void credentials_clear(struct credentials *credentials);
/* "basic", "negotiate", ... for the log */
const char *credentials_name(enum credentials_kind kind);

void session_name_format(const struct session_name *name,
			 char ret[SESSION_NAME_TEXT_SIZE]);

#endif
