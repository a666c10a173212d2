/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <glob.h>

#include "base.h"
#include "samba.h"

struct samba_sid {
	uint8_t revision;
	int8_t n_subs;
	uint8_t authority[6];
	uint32_t sub[15];
};

/* Later versions have more members: zeros after these are "none". */
struct samba_token {
	uint32_t n_sids;
	struct samba_sid *sids;
	uint64_t privileges;
	uint32_t rights;
	uint64_t later[16];
};

struct samba_sd;

struct samba_subject {
	struct samba_token token;
	struct samba_sd *sd;
	struct guise_buf bytes; /* borrowed */
};

static struct {
	uint32_t (*check)(const struct samba_sd *sd,
			  const struct samba_token *token, uint32_t desired,
			  uint32_t *ret_granted);
	uint32_t (*decode)(void *memory, uint8_t *data, size_t size,
			   struct samba_sd **ret);
	int (*free)(void *memory, const char *where);
	char *path;
} samba;

/* dlsym() returns a data pointer; ISO C has no cast from it to a function. */
static bool look_up(void *library, const char *name, void *ret)
{
	void *symbol = dlsym(library, name);

	memcpy(ret, &symbol, sizeof(symbol));
	return symbol;
}

/* it is private to Samba and in no directory that ld.so searches */
static void *open_library(void)
{
	void *library;
	glob_t found;

	if (glob("/usr/lib*/*/samba/libsamba-security-*.so.0", 0, NULL,
		 &found) != 0)
		return NULL;
	library = dlopen(found.gl_pathv[0], RTLD_NOW | RTLD_LOCAL);
	samba.path = strdup(found.gl_pathv[0]);
	globfree(&found);
	return library;
}

const char *samba_load(void)
{
	void *library = open_library();

	if (!library)
		return "not installed (scripts/deps --bench)";
	if (!look_up(library, "se_access_check", &samba.check) ||
	    !look_up(library, "unmarshall_sec_desc", &samba.decode) ||
	    !look_up(library, "_talloc_free", &samba.free))
		return "its library has no se_access_check() to call";
	return NULL;
}

const char *samba_path(void)
{
	return samba.path;
}

static struct samba_sid sid_of(const struct guise_sid *sid)
{
	struct samba_sid ret = {.revision = 1, .n_subs = (int8_t)sid->n_subs};

	for (size_t i = 0; i < 6; i++)
		ret.authority[i] = (uint8_t)(sid->authority >> (40 - 8 * i));
	memcpy(ret.sub, sid->sub, sid->n_subs * sizeof(sid->sub[0]));
	return ret;
}

struct samba_subject *samba_subject_new(const struct guise_buf *sd,
					const struct guise_token *token)
{
	const struct guise_sid_and_attributes *groups;
	struct samba_subject *s = array_alloc(1, sizeof(*s));
	size_t n;

	must(s);
	groups = guise_token_groups(token, &n);
	s->token.sids = array_alloc(n + 1, sizeof(s->token.sids[0]));
	must(s->token.sids);
	s->token.sids[0] = sid_of(&guise_token_user(token)->sid);
	for (size_t i = 0; i < n; i++)
		s->token.sids[i + 1] = sid_of(&groups[i].sid);
	s->token.n_sids = (uint32_t)n + 1;
	s->bytes = *sd;
	must(samba.decode(NULL, sd->data, sd->size, &s->sd) == 0);
	return s;
}

void samba_subject_free(struct samba_subject *s)
{
	if (!s)
		return;
	(void)samba.free(s->sd, __func__);
	free(s->token.sids);
	free(s);
}

bool samba_check(const struct samba_subject *s, uint32_t desired)
{
	uint32_t granted;

	return samba.check(s->sd, &s->token, desired, &granted) == 0 &&
	       granted == desired;
}

bool samba_check_bytes(const struct samba_subject *s, uint32_t desired)
{
	struct samba_sd *sd;
	uint32_t granted;
	bool allowed;

	must(samba.decode(NULL, s->bytes.data, s->bytes.size, &sd) == 0);
	allowed = samba.check(sd, &s->token, desired, &granted) == 0 &&
		  granted == desired;
	(void)samba.free(sd, __func__);
	return allowed;
}
