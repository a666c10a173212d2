/* SPDX-License-Identifier: Apache-2.0 */
/* See manifest.h; and the worker program's taking it apart. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "manifest.h"
#include "supervise.h"

#define MANIFEST_MAGIC 0x316d7567 /* "gum1" */

unsigned service_features(const struct service *service)
{
	unsigned features = 0;

	if (service->use_ring)
		features |= GUISE_FEATURE_RING;
	if (service->landlock_abi)
		features |= GUISE_FEATURE_LANDLOCK;
	if (service->roots.are_detached)
		features |= GUISE_FEATURE_DETACHED_ROOTS;
	return features;
}

void manifest_of_worker(const struct worker *worker, struct manifest *ret)
{
	const struct guise_authority_options *o = &worker->service->options;

	*ret = (struct manifest){
		.worker = worker->number,
		.n_threads = worker->n_threads,
		.n_rings = worker->n_rings,
		.n_roots = (unsigned)worker->service->roots.n,
		.service_uid = o->service_uid,
		.service_gid = o->service_gid,
		.features = service_features(worker->service),
		.idle_ms = o->idle_ms,
	};
	if (worker->n_rings)
		memcpy(ret->ring_params, worker->ring_params,
		       worker->n_rings * sizeof(*ret->ring_params));
}

unsigned manifest_fds(const struct manifest *m)
{
	return 2 + m->n_threads + m->n_rings + m->n_roots + m->n_passed;
}

/* The numbers, in their order on the wire. */
#define MANIFEST_NUMBERS 10
static void numbers_of(struct manifest *m, uint32_t *ret[MANIFEST_NUMBERS])
{
	uint32_t *const numbers[] = {
		&m->worker,   &m->n_threads,   &m->n_rings,	&m->n_roots,
		&m->n_passed, &m->service_uid, &m->service_gid, &m->features,
		&m->idle_ms,  &m->parent,
	};

	static_assert(ARRAY_SIZE(numbers) == MANIFEST_NUMBERS, "all of them");
	memcpy(ret, numbers, sizeof(numbers));
}

int manifest_encode(const struct manifest *manifest, struct guise_buf *out)
{
	struct manifest copy = *manifest;
	uint32_t *numbers[MANIFEST_NUMBERS];
	int r;

	numbers_of(&copy, numbers);
	r = buf_append_u32le(out, MANIFEST_MAGIC);
	for (size_t i = 0; r == 0 && i < MANIFEST_NUMBERS; i++)
		r = buf_append_u32le(out, *numbers[i]);
	/* same program, same machine: the kernel's struct as it is */
	if (r == 0)
		r = buf_append(out, manifest->ring_params,
			       manifest->n_rings *
				       sizeof(*manifest->ring_params));
	if (r == 0)
		r = buf_append_u32le(out, (uint32_t)manifest->config_size);
	if (r == 0)
		r = buf_append(out, manifest->config, manifest->config_size);
	return r < 0 ? r : buf_append_u8(out, 0);
}

int manifest_decode(const void *data, size_t size, struct manifest *ret)
{
	struct reader r = reader_of(data, size);
	struct manifest m = {0};
	uint32_t *numbers[MANIFEST_NUMBERS];
	const uint8_t *config;
	uint32_t magic, config_size;

	numbers_of(&m, numbers);
	if (!read_u32le(&r, &magic) || magic != MANIFEST_MAGIC)
		return GUISE_E_PROTOCOL;
	for (size_t i = 0; i < MANIFEST_NUMBERS; i++) {
		if (!read_u32le(&r, numbers[i]))
			return GUISE_E_PROTOCOL;
	}
	if (m.n_threads == 0 || m.n_threads > THREADS_MAX ||
	    (m.n_rings != 0 && m.n_rings != m.n_threads) ||
	    m.n_roots > ROOTS_MAX || m.n_passed > MANIFEST_PASSED_MAX ||
	    !read_copy(&r, m.ring_params, m.n_rings * sizeof(*m.ring_params)) ||
	    !read_u32le(&r, &config_size) ||
	    config_size > MANIFEST_CONFIG_MAX ||
	    !read_bytes(&r, (size_t)config_size + 1, &config) || r.size ||
	    config[config_size] != 0)
		return GUISE_E_PROTOCOL;
	m.config = (const char *)config;
	m.config_size = config_size;
	*ret = m;
	return 0;
}

/* --- in the worker --- */

static int read_manifest(uint8_t **ret, size_t *ret_size)
{
	GUISE_AUTO(freep) uint8_t *data = NULL;
	struct stat st;
	size_t done = 0;

	if (fstat(MANIFEST_FD, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < 0 ||
	    st.st_size > (off_t)MANIFEST_CONFIG_MAX + 65536)
		return GUISE_E_PROTOCOL;
	data = malloc((size_t)st.st_size + 1);
	if (!data)
		return -ENOMEM;
	while (done < (size_t)st.st_size) {
		ssize_t n = pread(MANIFEST_FD, data + done,
				  (size_t)st.st_size - done, (off_t)done);

		if (n <= 0)
			return n < 0 ? -errno : GUISE_E_PROTOCOL;
		done += (size_t)n;
	}
	*ret = guise_take(data);
	*ret_size = done;
	return 0;
}

/* Ours do not survive an exec; nothing else stays. */
static int keep_only(unsigned n)
{
	for (unsigned fd = MANIFEST_FD; fd < MANIFEST_FD + n; fd++) {
		if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
			return -errno;
	}
	return syscall(SYS_close_range, MANIFEST_FD + n, ~0u, 0) < 0 ? -errno
								     : 0;
}

static int attach(const struct manifest *m, struct guise_authority **ret,
		  const int **ret_passed)
{
	const unsigned n = manifest_fds(m);
	struct client_setup setup = {
		.n_threads = m->n_threads,
		.n_rings = m->n_rings,
		.ring_params = m->ring_params,
		.n_roots = m->n_roots,
		.service_uid = m->service_uid,
		.service_gid = m->service_gid,
		.features = m->features,
		.idle_ms = m->idle_ms,
		.parent = (pid_t)m->parent,
	};
	int *fds;
	int r;

	r = keep_only(n);
	if (r < 0)
		return r;
	fds = array_alloc(n, sizeof(*fds));
	if (!fds)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		fds[i] = MANIFEST_FD + (int)i;
	setup.sockets = fds + 1;
	setup.ring_fds = setup.sockets + m->n_threads;
	setup.root_fds = setup.ring_fds + m->n_rings;
	setup.empty_fd = setup.root_fds[m->n_roots];
	r = client_new(&setup, ret);
	if (r < 0) {
		free(fds);
		return r;
	}
	*ret_passed = setup.root_fds + m->n_roots + 1;
	return 0;
}

int authority_attach(struct guise_authority **ret,
		     struct authority_manifest *ret_manifest)
{
	GUISE_AUTO(freep) uint8_t *data = NULL;
	const int *passed = NULL;
	struct manifest m;
	size_t size;
	int r;

	r = read_manifest(&data, &size);
	if (r == 0)
		r = manifest_decode(data, size, &m);
	if (r == 0)
		r = attach(&m, ret, &passed);
	if (r < 0)
		return r;
	(void)close(MANIFEST_FD);
	*ret_manifest = (struct authority_manifest){
		.config = m.config,
		.config_size = m.config_size,
		.fds = passed,
		.n_fds = m.n_passed,
		.worker = m.worker,
	};
	/* text and numbers are the process's, to its end */
	(void)guise_take(data);
	return 0;
}
