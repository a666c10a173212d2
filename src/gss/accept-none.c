/* SPDX-License-Identifier: Apache-2.0 */
/* Built without Kerberos: nobody is accepted. */
#include "accept.h"

int gss_acceptor_new(const struct gss_acceptor_options *options,
		     struct gss_acceptor **ret)
{
	(void)options, (void)ret;
	return -ENOSYS;
}

struct gss_acceptor *gss_acceptor_free(struct gss_acceptor *acceptor)
{
	must(!acceptor);
	return NULL;
}

int gss_acceptor_look(const struct gss_acceptor_options *options,
		      const char *service, bool *ret_has_service,
		      char reterr[GUISE_WHY_SIZE])
{
	(void)options, (void)service, (void)ret_has_service, (void)reterr;
	return -ENOSYS;
}

int gss_acceptor_step(struct gss_acceptor *acceptor,
		      struct gss_exchange **exchange, const void *message,
		      size_t message_size, struct guise_buf *reply,
		      char reterr[GUISE_WHY_SIZE])
{
	(void)acceptor, (void)exchange, (void)message, (void)message_size;
	(void)reply, (void)reterr;
	return -ENOSYS;
}

int gss_exchange_client(const struct gss_exchange *exchange,
			struct gss_client *ret, char reterr[GUISE_WHY_SIZE])
{
	(void)exchange, (void)ret, (void)reterr;
	return -ENOSYS;
}

struct gss_exchange *gss_exchange_free(struct gss_exchange *exchange)
{
	must(!exchange);
	return NULL;
}
