/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that fetches from another server as its client. Clients come by
 * Kerberos ("Authorization: Negotiate"); what they ask for is asked of the
 * other server in their name, which sees them, and not this server. That works
 * for clients that have delegated (curl --delegation always); for others this
 * server has nothing to show, and the other one refuses. Run as root:
 *
 *	second-hop [--listen ADDRESS] [--constrained] PORT KEYTAB IDENTITIES URL
 *		HOST:PORT
 *
 * Clients are system accounts or, with "clients = pac", users of a domain.
 *
 *	cc -fexceptions second-hop.c $(pkg-config --cflags --libs guise \
 *	krb5-gssapi libcurl libmicrohttpd nettle) -o second-hop
 *
 * URL is what paths are appended to, HOST:PORT where its host is. With
 * --constrained clients need not delegate: the KDC decides whether this service
 * may act for them towards that one. An example: it speaks HTTP without TLS,
 * and on loopback only unless told otherwise. Use TLS for real.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <curl/curl.h>
#include <gssapi/gssapi_ext.h>
#include <microhttpd.h>
#include <nettle/base64.h>

#include <guise/gss.h>
#include <guise/impersonate.h>

#define MESSAGE_MAX 65536
#define SCHEME "Negotiate "

/* All of one server; constant once it runs. */
struct hop {
	gss_cred_id_t acceptor;
	const char *keytab;
	const struct guise_identities *identities;
	const char *url;
	char *connect_to;
	bool constrained;
};

/* One answer: to be sent and freed. */
struct page {
	unsigned status;
	char *text;
	size_t size;
	char *negotiate; /* the server's half of the authentication */
};

static void say(struct page *page, unsigned status, const char *what,
		const char *why)
{
	free(page->text);
	page->text = NULL;
	if (asprintf(&page->text, "%s: %s\n", what, why) < 0)
		page->text = NULL;
	page->size = page->text ? strlen(page->text) : 0;
	page->status = status;
}

/* The other server as the thread's client: nothing is looked up and no thread
 * is made in the scope. Handles are made and freed outside of it. */
static int perform_as(const struct guise_token *client, CURL *curl,
		      CURLcode *ret)
{
	GUISE_SCOPE(scope);
	int r = guise_scope_begin(&scope, client);

	if (r < 0)
		return r;
	*ret = curl_easy_perform(curl);
	return 0;
}

static CURL *request(const struct hop *hop, const char *path, FILE *to,
		     struct curl_slist **ret_connect_to)
{
	char *url = NULL;
	CURL *curl = curl_easy_init();

	if (!curl || asprintf(&url, "%s%s", hop->url, path) < 0)
		return curl_easy_cleanup(curl), NULL;
	*ret_connect_to = curl_slist_append(NULL, hop->connect_to);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, *ret_connect_to);
	curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE);
	curl_easy_setopt(curl, CURLOPT_USERPWD, ":"); /* by ticket */
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
	free(url);
	return curl;
}

static void fetch(const struct hop *hop, const struct guise_token *client,
		  const char *path, struct page *page)
{
	struct curl_slist *connect_to = NULL;
	FILE *to = open_memstream(&page->text, &page->size);
	CURL *curl = to ? request(hop, path, to, &connect_to) : NULL;
	CURLcode code = CURLE_FAILED_INIT;
	long status = 0;
	int r = curl ? perform_as(client, curl, &code) : -1;

	if (to)
		fclose(to);
	if (r == 0 && code == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	page->status = (unsigned)status;
	if (r < 0)
		say(page, 403, "cannot be the client", guise_strerror(r));
	else if (code != CURLE_OK)
		say(page, 502, "the other server", curl_easy_strerror(code));
	else if (status == 401)
		say(page, 403, "the other server",
		    "knows nobody: has the client delegated?");
	curl_easy_cleanup(curl);
	curl_slist_free_all(connect_to);
}

/* The client's message; its size, 0: none that is one. */
static size_t message_of(const char *header, uint8_t message[MESSAGE_MAX])
{
	struct base64_decode_ctx base64;
	size_t size = MESSAGE_MAX;

	if (!header || strncasecmp(header, SCHEME, strlen(SCHEME)) != 0)
		return 0;
	header += strlen(SCHEME);
	base64_decode_init(&base64);
	if (BASE64_DECODE_LENGTH(strlen(header)) > MESSAGE_MAX ||
	    !base64_decode_update(&base64, &size, message, strlen(header),
				  header) ||
	    !base64_decode_final(&base64))
		return 0;
	return size;
}

static void prove_ourselves(const gss_buffer_desc *reply, struct page *page)
{
	size_t size = BASE64_ENCODE_RAW_LENGTH(reply->length);

	page->negotiate = calloc(1, strlen(SCHEME) + size + 1);
	if (!page->negotiate)
		return;
	memcpy(page->negotiate, SCHEME, strlen(SCHEME));
	base64_encode_raw(page->negotiate + strlen(SCHEME), reply->length,
			  reply->value);
}

/* Accepts in one step, as Kerberos does; never in a scope. */
static int accept_client(const struct hop *hop, gss_buffer_desc *message,
			 const struct guise_token **ret, struct page *page)
{
	const struct guise_gss_options options = {
		.size = sizeof(options),
		.identities = hop->identities,
		.constrained = hop->constrained,
		.keytab = hop->keytab,
	};
	gss_cred_id_t delegated = GSS_C_NO_CREDENTIAL;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor;
	int r = GUISE_E_LOGON_FAILURE;

	major = gss_accept_sec_context(&minor, &context, hop->acceptor, message,
				       GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL,
				       &reply, NULL, NULL, &delegated);
	if (major == GSS_S_COMPLETE) {
		prove_ourselves(&reply, page);
		r = guise_token_from_gss(context, delegated, &options, ret);
	}
	gss_release_buffer(&minor, &reply);
	gss_release_cred(&minor, &delegated);
	gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
	return r;
}

static void serve(const struct hop *hop, const char *header, const char *path,
		  struct page *page)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *client = NULL;
	uint8_t bytes[MESSAGE_MAX];
	gss_buffer_desc message = {message_of(header, bytes), bytes};
	int r;

	/* appended to the URL, "@elsewhere" would be another server's name */
	if (path[0] != '/') {
		say(page, 400, "what is asked for", "no path");
		return;
	}
	if (message.length == 0) {
		page->negotiate = strdup("Negotiate");
		say(page, 401, "who are you", "come by Kerberos");
		return;
	}
	r = accept_client(hop, &message, &client, page);
	if (r < 0)
		say(page, 403, "not let in", guise_strerror(r));
	else
		fetch(hop, client, path, page);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection,
			      const char *path, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_size, void **request_context)
{
	const char *header = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
	struct page page = {0};
	struct MHD_Response *response;
	enum MHD_Result result;

	(void)version, (void)upload, (void)upload_size, (void)request_context;
	if (strcmp(method, "GET") != 0)
		return MHD_NO;
	serve(context, header, path, &page);
	response = MHD_create_response_from_buffer(page.size, page.text,
						   MHD_RESPMEM_MUST_FREE);
	if (page.negotiate)
		MHD_add_response_header(response,
					MHD_HTTP_HEADER_WWW_AUTHENTICATE,
					page.negotiate);
	result = MHD_queue_response(connection, page.status, response);
	MHD_destroy_response(response);
	free(page.negotiate);
	return result;
}

/* The path goes on as it came. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection,
			    char *path)
{
	(void)context, (void)connection;
	return strlen(path);
}

/* For constrained delegation the service also needs tickets of its own, which
 * it gets with the same keys; nowhere else does it have any. */
static int acquire(struct hop *hop)
{
	gss_key_value_element_desc elements[] = {
		{"keytab", hop->keytab},
		{"client_keytab", hop->keytab},
		{"ccache", "MEMORY:second-hop"},
	};
	const gss_key_value_set_desc store = {hop->constrained ? 3 : 1,
					      elements};
	OM_uint32 major, minor;

	major = gss_acquire_cred_from(
		&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET,
		hop->constrained ? GSS_C_BOTH : GSS_C_ACCEPT, &store,
		&hop->acceptor, NULL, NULL);
	return GSS_ERROR(major) ? -1 : 0;
}

static const char help[] =
	"usage: second-hop [--listen ADDRESS] [--constrained] PORT KEYTAB "
	"IDENTITIES\n"
	"                  URL HOST:PORT\n"
	"\n"
	"Fetches from another server as its client, who comes by Kerberos.\n"
	"\n"
	"  --listen ADDRESS   a numeric address to listen on, with PORT "
	"(127.0.0.1). What\n"
	"                     is fetched crosses the network in clear: there "
	"is "
	"no TLS\n"
	"  --constrained      clients need not delegate: the KDC says whom "
	"this "
	"service\n"
	"                     may act for, and towards whom\n"
	"  KEYTAB             with the key of HTTP/this.host\n"
	"  IDENTITIES         which principal is whom: docs/identity.md\n"
	"  URL                of the other server: "
	"http://backend.example:8000\n"
	"  HOST:PORT          where that is: 192.0.2.7:8000\n"
	"\n"
	"As root. exit codes: 2 usage, 3 could not run\n";

struct arguments {
	const char *listen, *port, *keytab, *identities, *url, *to;
	bool constrained;
};

/* -1: there is nothing to run. */
static int read_arguments(int argc, char **argv, struct arguments *ret)
{
	static const struct option options[] = {
		{"listen", required_argument, NULL, 'l'},
		{"constrained", no_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'h')
			exit(fputs(help, stdout) < 0 ? 3 : 0);
		if (option == 'l')
			ret->listen = optarg;
		else if (option == 'c')
			ret->constrained = true;
		else
			return -1;
	}
	if (argc - optind != 5)
		return -1;
	ret->port = argv[optind];
	ret->keytab = argv[optind + 1];
	ret->identities = argv[optind + 2];
	ret->url = argv[optind + 3];
	ret->to = argv[optind + 4];
	return 0;
}

static struct MHD_Daemon *listen_at(const struct arguments *a, struct hop *hop)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct MHD_Daemon *daemon;
	struct addrinfo *at;
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION |
			 MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG;

	/* getaddrinfo() takes larger numbers for smaller ones */
	if (strlen(a->port) > 5 || strtoul(a->port, NULL, 10) > 65535 ||
	    getaddrinfo(a->listen, a->port, &hints, &at) != 0)
		return NULL;
	if (at->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, hop,
				  MHD_OPTION_SOCK_ADDR, at->ai_addr,
				  MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped,
				  NULL, MHD_OPTION_END);
	freeaddrinfo(at);
	return daemon;
}

int main(int argc, char **argv)
{
	static struct hop hop; /* as long as the process */
	struct arguments a = {.listen = "127.0.0.1"};

	if (read_arguments(argc, argv, &a) < 0)
		return fputs(help, stderr), 2;
	hop.constrained = a.constrained;
	hop.url = a.url;
	hop.keytab = a.keytab;
	if (acquire(&hop) < 0)
		return fprintf(stderr, "%s: no key in it\n", a.keytab), 3;
	if (guise_identities_load(a.identities, &hop.identities, NULL) < 0)
		return fprintf(stderr, "%s: cannot be used\n", a.identities), 3;
	if (asprintf(&hop.connect_to, "::%s", a.to) < 0 ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return 3;
	if (!listen_at(&a, &hop))
		return fprintf(stderr, "%s, port %s: cannot listen\n", a.listen,
			       a.port),
		       3;
	for (;;)
		pause();
}
