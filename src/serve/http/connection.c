/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's own timeout counts silence: a client that sends a byte now and
 * then would stay for ever. So each connection's wait for a whole request is
 * timed here; who is too slow has its socket shut down, which the library sees
 * as the end of the connection. So is a body: an upload by its rate, as it may
 * be large, any other by a total. The descriptor cannot be another's meanwhile:
 * the library closes it only after the notification that takes the record out.
 */
#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "front-internal.h"

/* Bytes a second, over each idle-timeout. */
#define MIN_RATE 1024
/* A body that is not an upload is small: so many idle-timeouts for all. */
#define BODY_TIMEOUTS 4
/* While draining a wait is cut short, but who has just connected may ask. */
#define DRAIN_GRACE 1

int64_t front_now(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return t.tv_sec + 1; /* never 0 */
}

static void peer_format(const struct sockaddr *address, char ret[PEER_SIZE])
{
	char host[INET6_ADDRSTRLEN] = "-";

	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		(void)inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
	} else if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in;

		memcpy(&in, address, sizeof(in));
		if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr))
			(void)inet_ntop(AF_INET, &in.sin6_addr.s6_addr[12],
					host, sizeof(host));
		else
			(void)inet_ntop(AF_INET6, &in.sin6_addr, host,
					sizeof(host));
	}
	(void)snprintf(ret, PEER_SIZE, "%s", host);
}

/* An IPv4 address, or as much of an IPv6 address as one network has. */
static uint64_t origin_of(const struct sockaddr *address)
{
	const struct in6_addr *v6;
	struct sockaddr_in6 in6;
	struct sockaddr_in in;
	uint64_t network = 0;
	uint32_t host;

	if (address->sa_family == AF_INET) {
		memcpy(&in, address, sizeof(in));
		return in.sin_addr.s_addr;
	}
	if (address->sa_family != AF_INET6)
		return 0;
	memcpy(&in6, address, sizeof(in6));
	v6 = &in6.sin6_addr;
	if (IN6_IS_ADDR_V4MAPPED(v6)) {
		memcpy(&host, &v6->s6_addr[12], sizeof(host));
		return host;
	}
	memcpy(&network, v6->s6_addr, sizeof(network));
	return network;
}

static bool local_user(int fd, struct ucred *ret)
{
	socklen_t size = sizeof(*ret);
	int domain;
	socklen_t domain_size = sizeof(domain);

	return fd >= 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) ==
		       0 &&
	       domain == AF_UNIX &&
	       getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) == 0;
}

atomic_uint *connection_counter(struct front *front, int fd)
{
	struct ucred user;

	return local_user(fd, &user) ? &front->n_of_uid[user.uid % UID_COUNTERS]
				     : NULL;
}

static void link_in(struct front *front, struct connection *c)
{
	must(pthread_mutex_lock(&front->lock) == 0);
	c->next = front->connections;
	if (c->next)
		c->next->previous = c;
	front->connections = c;
	must(pthread_mutex_unlock(&front->lock) == 0);
}

static void link_out(struct front *front, struct connection *c)
{
	must(pthread_mutex_lock(&front->lock) == 0);
	if (c->next)
		c->next->previous = c->previous;
	if (c->previous)
		c->previous->next = c->next;
	else
		front->connections = c->next;
	must(pthread_mutex_unlock(&front->lock) == 0);
	free(c);
}

static void set_peer(struct front *front, struct connection *c,
		     const struct sockaddr *address)
{
	struct ucred user;

	if (local_user(c->fd, &user)) {
		(void)snprintf(c->peer, sizeof(c->peer), "unix:%u", user.uid);
		c->binding.origin = user.uid;
		c->binding.is_peer = front->options.has_peers;
		c->binding.peer_fd = c->fd;
	} else if (address) {
		peer_format(address, c->peer);
		c->binding.origin = origin_of(address);
	} else {
		c->peer[0] = '-';
	}
}

static struct connection *connection_new(struct front *front,
					 struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *fd, *address;
	struct connection *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	fd = MHD_get_connection_info(connection,
				     MHD_CONNECTION_INFO_CONNECTION_FD);
	address = MHD_get_connection_info(connection,
					  MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	c->fd = fd ? fd->connect_fd : -EBADF;
	c->waits_since = front_now();
	set_peer(front, c, address ? address->client_addr : NULL);
	return c;
}

/* The end of a connection counts as one byte. */
static bool has_sent(const struct connection *c)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	return c->fd >= 0 &&
	       getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
	       info.tcpi_bytes_received > 1;
}

/* What the library could not read even the first line of, it answers and tells
 * nobody. */
static void connection_ends(struct front *front, struct connection *c)
{
	const struct clients *clients = front->options.site->clients;

	clients->unbind(clients->context, &c->binding);
	if (!c->has_asked && has_sent(c))
		call_unread(front, c->peer);
	link_out(front, c);
}

static void count_out(struct front *front, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	atomic_uint *counter =
		fd ? connection_counter(front, fd->connect_fd) : NULL;

	(void)atomic_fetch_sub(&front->n_connections, 1);
	if (counter)
		(void)atomic_fetch_sub(counter, 1);
}

void connection_notify(void *context, struct MHD_Connection *connection,
		       void **socket_context,
		       enum MHD_ConnectionNotificationCode code)
{
	struct front *front = context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		struct connection *c = *socket_context;

		count_out(front, connection);
		if (!c || !c->has_run)
			(void)atomic_fetch_sub(&front->n_fresh, 1);
		if (c)
			connection_ends(front, c);
		*socket_context = NULL;
		return;
	}
	*socket_context = connection_new(front, connection);
	if (*socket_context)
		link_in(front, *socket_context);
}

static struct connection *connection_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

struct binding *connection_binding(struct MHD_Connection *connection)
{
	struct connection *c = connection_of(connection);

	return c ? &c->binding : NULL;
}

const char *connection_peer(struct MHD_Connection *connection)
{
	struct connection *c = connection_of(connection);

	return c ? c->peer : "-";
}

void connection_asks(struct MHD_Connection *connection)
{
	struct connection *c = connection_of(connection);

	if (c)
		c->has_asked = true;
}

void connection_runs(struct front *front, struct MHD_Connection *connection,
		     bool runs)
{
	struct connection *c = connection_of(connection);

	if (!c)
		return;
	must(pthread_mutex_lock(&front->lock) == 0);
	c->waits_since = runs ? 0 : front_now();
	c->body_until = 0;
	if (runs && !c->has_run) {
		c->has_run = true; /* counted as running before: no gap */
		(void)atomic_fetch_sub(&front->n_fresh, 1);
	}
	must(pthread_mutex_unlock(&front->lock) == 0);
}

void connection_awaits(struct front *front, struct MHD_Connection *connection,
		       bool is_upload)
{
	struct connection *c = connection_of(connection);
	int64_t now = front_now();

	if (!c)
		return;
	must(pthread_mutex_lock(&front->lock) == 0);
	c->body_until =
		now + (is_upload ? (int64_t)front->options.upload_timeout_s
				 : (int64_t)front->options.idle_timeout_s *
					   BODY_TIMEOUTS);
	c->body_is_upload = is_upload;
	c->received = 0;
	c->judged_at = now;
	c->judged = 0;
	must(pthread_mutex_unlock(&front->lock) == 0);
}

void connection_received(struct front *front, struct MHD_Connection *connection,
			 size_t size)
{
	struct connection *c = connection_of(connection);

	if (!c)
		return;
	must(pthread_mutex_lock(&front->lock) == 0);
	c->received += size;
	must(pthread_mutex_unlock(&front->lock) == 0);
}

static bool is_body_late(struct connection *c, int64_t now, int64_t idle)
{
	uint64_t came = c->received - c->judged;
	int64_t window = now - c->judged_at;

	if (c->body_until == 0)
		return false;
	if (now > c->body_until)
		return true;
	if (!c->body_is_upload || window < idle)
		return false;
	c->judged_at = now;
	c->judged = c->received;
	return came < (uint64_t)window * MIN_RATE;
}

static bool is_late(const struct front *front, struct connection *c,
		    int64_t now)
{
	int64_t idle = front->options.idle_timeout_s;
	int64_t limit = atomic_load(&front->is_draining) ? DRAIN_GRACE : idle;

	if (c->waits_since != 0 && now - c->waits_since > limit)
		return true;
	return is_body_late(c, now, idle);
}

void front_tend(struct front *front)
{
	int64_t now = front_now();

	must(pthread_mutex_lock(&front->lock) == 0);
	for (struct connection *c = front->connections; c; c = c->next) {
		if (c->fd >= 0 && is_late(front, c, now))
			(void)shutdown(c->fd, SHUT_RDWR);
	}
	must(pthread_mutex_unlock(&front->lock) == 0);
}
