/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration needs from the system, looked at before anything is
 * started. Names are resolved here, while there is one thread and no client. */
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "fd.h"
#include "identities-file.h"
#include "policies.h"
#include "secrets.h"
#include "serve.h"
#include "system.h"

#include "supervise.h"
#include "sys.h"

#define DEFAULT_USER "guise"
#define PASSWD_BUFFER 16384

static int refuse(struct config_error *reterr, const char *where,
		  const char *subject, const char *why, const char *todo)
{
	(void)snprintf(reterr->where, sizeof(reterr->where), "%s", where);
	(void)snprintf(reterr->why, sizeof(reterr->why), "%.150s: %s", subject,
		       why);
	reterr->todo = todo;
	return -EINVAL;
}

static bool parse_ids(struct span text, uint32_t *ret_uid, uint32_t *ret_gid)
{
	struct span uid_text, gid_text;
	uint64_t uid, gid;

	if (!span_split(text, ':', &uid_text, &gid_text) ||
	    !text_to_u64(uid_text.data, uid_text.size, UINT32_MAX - 1, &uid) ||
	    !text_to_u64(gid_text.data, gid_text.size, UINT32_MAX - 1, &gid))
		return false;
	*ret_uid = (uint32_t)uid;
	*ret_gid = (uint32_t)gid;
	return true;
}

/* CVE-2012-3292: success with no result is no success. */
static bool find_user(const char *name, uint32_t *ret_uid, uint32_t *ret_gid)
{
	char buffer[PASSWD_BUFFER];
	struct passwd entry, *found = NULL;

	if (getpwnam_r(name, &entry, buffer, sizeof(buffer), &found) != 0 ||
	    !found || strcmp(found->pw_name, name) != 0)
		return false;
	*ret_uid = found->pw_uid;
	*ret_gid = found->pw_gid;
	return true;
}

int system_worker_user(const struct config *config, uint32_t *ret_uid,
		       uint32_t *ret_gid, struct config_error *reterr)
{
	const char *name =
		config->worker_user ? config->worker_user : DEFAULT_USER;

	if (!parse_ids(span_of(name), ret_uid, ret_gid) &&
	    !find_user(name, ret_uid, ret_gid))
		return refuse(reterr, "worker-user", name, "no such user",
			      "create it: useradd --system guise");
	if (*ret_uid == 0 || *ret_gid == 0)
		return refuse(reterr, "worker-user", name,
			      "the worker must not be root",
			      "create a user for it: useradd --system guise");
	return 0;
}

static int check_directory(const char *where, const char *path,
			   struct config_error *reterr)
{
	struct stat stat_buffer;

	if (stat(path, &stat_buffer) < 0)
		return refuse(reterr, where, path, strerror(errno),
			      "make the directory or name another");
	if (!S_ISDIR(stat_buffer.st_mode))
		return refuse(reterr, where, path, "not a directory",
			      "name a directory");
	return 0;
}

static int check_file(const char *where, const char *path,
		      struct config_error *reterr)
{
	struct stat stat_buffer;

	if (!path)
		return 0;
	if (stat(path, &stat_buffer) < 0)
		return refuse(reterr, where, path, strerror(errno),
			      "make the file or name another");
	if (!S_ISREG(stat_buffer.st_mode))
		return refuse(reterr, where, path, "not a regular file",
			      "name a file");
	return 0;
}

/* Enough to tell a wrong file from a right one before anything is started. */
static int check_pem(const char *where, const char *path, const char *marker,
		     struct config_error *reterr)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	char text[8192];
	ssize_t n;
	int r = check_file(where, path, reterr);

	if (r < 0 || !path)
		return r;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (n < 0)
		return refuse(reterr, where, path, strerror(errno),
			      "make it readable for root");
	r = memmem(text, (size_t)n, marker, strlen(marker)) ? 0 : -EINVAL;
	explicit_bzero(text, sizeof(text));
	return r < 0 ? refuse(reterr, where, path, "not in PEM form",
			      "name a PEM file")
		     : 0;
}

/* A worker could only say that TLS does not start. */
static int check_pair(const struct config *config, struct config_error *reterr)
{
	gnutls_certificate_credentials_t both;
	int r;

	if (!config->tls_certificate)
		return 0;
	if (gnutls_certificate_allocate_credentials(&both) < 0)
		return -ENOMEM;
	r = gnutls_certificate_set_x509_key_file(both, config->tls_certificate,
						 config->tls_key,
						 GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(both);
	return r < 0 ? refuse(reterr, "tls-key", config->tls_key,
			      r == GNUTLS_E_CERTIFICATE_KEY_MISMATCH
				      ? "not the key of tls-certificate"
				      : "TLS cannot use it",
			      "name the certificate's own key, without a "
			      "passphrase")
		     : 0;
}

/* The file need not be there, its directory must. */
static int check_parent(const char *where, const char *path,
			struct config_error *reterr)
{
	const char *slash;
	char *parent;
	int r;

	if (!path)
		return 0;
	slash = strrchr(path, '/');
	parent = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!parent)
		return -ENOMEM;
	r = check_directory(where, parent, reterr);
	free(parent);
	return r;
}

/* The directory must be there, but for the usual one: /run is empty after each
 * start of the system, so the server makes that. */
static int check_control(const char *path, struct config_error *reterr)
{
	struct stat found;

	if (path && control_is_usual(path) &&
	    stat(CONTROL_DIRECTORY, &found) < 0 && errno == ENOENT)
		return 0;
	return check_parent("control", path, reterr);
}

int system_journal(const struct config *config, int *ret_fd,
		   struct config_error *reterr)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = config->journal_socket ? config->journal_socket
						  : CONFIG_JOURNAL;

	if (strlen(path) >= sizeof(address.sun_path))
		return refuse(reterr, "journal-socket", path, "too long",
			      "name a socket with a shorter path");
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return refuse(reterr, "audit", path, strerror(errno),
			      "say audit = log where there is no journal");
	*ret_fd = fd_take(&fd);
	return 0;
}

static int check_journal(const struct config *config,
			 struct config_error *reterr)
{
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	return config_audits_journal(config)
		       ? system_journal(config, &fd, reterr)
		       : 0;
}

bool serve_passes(const struct config *config, enum serve_fd fd)
{
	switch (fd) {
	case SERVE_FD_JOURNAL:
		return config_audits_journal(config);
	case SERVE_FD_POLICIES:
		return config->central_policies;
	case SERVE_FD_CERTIFICATE:
	case SERVE_FD_KEY:
		return config->tls_certificate;
	case SERVE_FD_LISTEN:
	case SERVE_FD_LOG:
		return true;
	case SERVE_FDS:
		break;
	}
	return false;
}

static int check_shares(const struct config *config,
			struct config_error *reterr)
{
	for (size_t i = 0; i < config->n_shares; i++) {
		char where[300];
		int r;

		(void)snprintf(where, sizeof(where), "share \"%s\"",
			       config->shares[i].name);
		r = check_directory(where, config->shares[i].path, reterr);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_policies(const struct config *config, serve_policies *policies,
			  struct config_error *reterr)
{
	GUISE_AUTO(guise_policies_unrefp)
	const struct guise_policies *set = NULL;
	GUISE_AUTO(fd_closep) int fd = -EBADF;

	return config->central_policies
		       ? policies_load(config->central_policies, policies, &set,
				       &fd, reterr)
		       : 0;
}

#define PAM_DIRECTORY "/etc/pam.d"
#define PAM_DEFAULT "guise"

/* PAM itself looks for small letters only. */
static bool has_pam_file(const char *directory, const char *service)
{
	GUISE_AUTO(freep) char *path = NULL;
	struct stat found;

	if (asprintf(&path, "%s/%s", directory, service) < 0)
		return false;
	for (char *c = path + strlen(directory); *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return stat(path, &found) == 0;
}

static bool has_pam_service(const struct config *config, const char *service)
{
	static const char *const usual[] = {PAM_DIRECTORY, "/usr/lib/pam.d",
					    "/usr/share/pam.d"};

	if (config->pam_confdir)
		return has_pam_file(config->pam_confdir, service);
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		if (has_pam_file(usual[i], service))
			return true;
	}
	return false;
}

/* PAM takes the rules called "other" for a service that it does not know. Those
 * may let in everybody or nobody, so one that is named here has to be there. */
static int check_pam(const struct config *config, config_warn *warn,
		     struct config_error *reterr)
{
	const char *directory =
		config->pam_confdir ? config->pam_confdir : PAM_DIRECTORY;
	const char *service =
		config->pam_service ? config->pam_service : PAM_DEFAULT;
	struct config_error warning = {0};
	char why[300];
	int r = 0;

	if (config->pam_confdir)
		r = check_directory("pam-confdir", directory, reterr);
	if (r < 0 || !config->system_accounts)
		return r;
	if (strchr(service, '/'))
		return refuse(reterr, "pam-service", service,
			      "not a name, but a path",
			      "name a file of /etc/pam.d");
	if (has_pam_service(config, service))
		return 0;
	(void)snprintf(why, sizeof(why), "%.150s has no such file", directory);
	if (config->pam_service)
		return refuse(reterr, "pam-service", service, why,
			      "write it: it says how users of the system log "
			      "on here");
	(void)refuse(&warning, "system-accounts", service, why,
		     "PAM takes the one called \"other\", which may refuse "
		     "everybody, or nobody: write it, or name another with "
		     "pam-service");
	warn(&warning);
	return 0;
}

static int check_identities(const char *path, struct config_error *reterr)
{
	GUISE_AUTO(guise_identities_unrefp)
	const struct guise_identities *identities = NULL;

	return path ? identities_load(path, &identities, reterr) : 0;
}

/* Of the authority: to become its clients, and to confine its workers.
 * linux/capability.h */
int serve_check_privileges(struct config_error *reterr)
{
	static const struct {
		unsigned number;
		const char *name;
	} needed[] = {{6, "CAP_SETGID"},
		      {7, "CAP_SETUID"},
		      {8, "CAP_SETPCAP"},
		      {18, "CAP_SYS_CHROOT"}};
	uint64_t effective = 0, permitted;
	char missing[100] = "";
	size_t used = 0;

	if (sys_kernel.get_capabilities(sys_kernel.ctx, &effective,
					&permitted) < 0)
		effective = 0;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!(effective >> needed[i].number & 1))
			used += (size_t)snprintf(missing + used,
						 sizeof(missing) - used, " %s",
						 needed[i].name);
	}
	if (used == 0)
		return 0;
	return refuse(reterr, "serve",
		      "it lacks what it needs to become its clients",
		      missing + 1,
		      "start it as root (sudo, or systemctl start guise); its "
		      "workers, which read the network, are not root");
}

int serve_check_system(const struct config *config, serve_policies *policies,
		       config_warn *warn, struct config_error *reterr)
{
	uint32_t uid, gid;
	int r = check_shares(config, reterr);

	if (r == 0)
		r = check_pem("tls-certificate", config->tls_certificate,
			      "-----BEGIN CERTIFICATE-----", reterr);
	if (r == 0)
		r = check_pem("tls-key", config->tls_key, "PRIVATE KEY-----",
			      reterr);
	if (r == 0)
		r = check_pair(config, reterr);
	if (r == 0)
		r = check_pam(config, warn, reterr);
	if (r == 0)
		r = check_identities(config->identities, reterr);
	if (r == 0)
		r = secrets_check(config, warn, reterr);
	if (r == 0 && !config_logs_nothing(config))
		r = check_parent("log", config->log, reterr);
	if (r == 0)
		r = check_journal(config, reterr);
	if (r == 0)
		r = check_policies(config, policies, reterr);
	if (r == 0)
		r = check_control(config->control, reterr);
	if (r == 0)
		r = check_parent("state", config->state, reterr);
	if (r == 0)
		r = system_worker_user(config, &uid, &gid, reterr);
	return r;
}
