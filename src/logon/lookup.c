/* SPDX-License-Identifier: Apache-2.0 */
/* Who is called so, and what is this SID called: the part that needs no child,
 * and the taking apart of names. */
#include <unistd.h>

#include "lookup.h"
#include "text.h"

/* A NetBIOS name. */
#define MACHINE_MAX 15

static const struct guise_lookup_options by_heart = {
	.size = sizeof(by_heart),
};

static bool asks_child(const struct guise_lookup_options *options)
{
	return options->accounts || options->system;
}

static void machine_name(const struct guise_lookup_options *options,
			 char ret[GUISE_USER_NAME_MAX + 1])
{
	char host[GUISE_USER_NAME_MAX + 1] = "";
	size_t size;

	if (options->machine) {
		size = strnlen(options->machine, GUISE_USER_NAME_MAX);
		memcpy(ret, options->machine, size);
		ret[size] = '\0';
		return;
	}
	if (gethostname(host, sizeof(host) - 1) < 0 || !host[0])
		memcpy(host, "localhost", sizeof("localhost"));
	size = strcspn(host, ".");
	if (size > MACHINE_MAX)
		size = MACHINE_MAX;
	for (size_t i = 0; i < size; i++)
		ret[i] = host[i] >= 'a' && host[i] <= 'z'
				 ? (char)(host[i] - 'a' + 'A')
				 : host[i];
	ret[size] = '\0';
}

static int check_options(const struct guise_lookup_options **options)
{
	if (!*options)
		*options = &by_heart;
	return (*options)->size < sizeof(**options) ? -EINVAL : 0;
}

/* Asks for somebody; nobody is GUISE_E_NONE_MAPPED. */
static int ask(struct lookup_question *question, struct guise_principal *ret)
{
	struct lookup_answer answer = {0};
	const struct guise_token *none = NULL;
	int r;

	if (!asks_child(question->options))
		return GUISE_E_NONE_MAPPED;
	r = lookup_ask(question, &answer, &none);
	none = guise_token_unref(none);
	if (r < 0)
		return r;
	if (answer.code == GUISE_E_NO_SUCH_ACCOUNT)
		return GUISE_E_NONE_MAPPED;
	if (answer.code < 0)
		return answer.code;
	if (ret)
		*ret = answer.principal;
	return 0;
}

int guise_lookup_sid(const struct guise_lookup_options *options,
		     const struct guise_sid *sid, struct guise_principal *ret)
{
	struct lookup_question q = {.kind = LOOKUP_SID};
	char machine[GUISE_USER_NAME_MAX + 1];
	int r;

	r = check_options(&options);
	if (r < 0 || !sid || !ret)
		return -EINVAL;
	if (!guise_sid_is_valid(sid))
		return GUISE_E_INVALID_SID;
	if (known_find_sid(sid, ret))
		return 0;
	machine_name(options, machine);
	q.options = options;
	q.machine = machine;
	q.sid = *sid;
	return ask(&q, ret);
}

/* A name in two; @domain is NULL if there is none. */
struct parts {
	const char *domain;
	size_t domain_size;
	const char *name;
	size_t name_size;
};

static struct parts take_apart(const char *name, size_t size)
{
	const char *slash = memchr(name, '\\', size);
	const char *at = memrchr(name, '@', size);

	if (slash)
		return (struct parts){
			.domain = name,
			.domain_size = (size_t)(slash - name),
			.name = slash + 1,
			.name_size = size - (size_t)(slash - name) - 1,
		};
	if (at)
		return (struct parts){
			.domain = at + 1,
			.domain_size = size - (size_t)(at - name) - 1,
			.name = name,
			.name_size = (size_t)(at - name),
		};
	return (struct parts){.name = name, .name_size = size};
}

static bool is_called(const char *text, const char *name, size_t size)
{
	return text_equal_nocase(text, strlen(text), name, size);
}

/* Where names of a domain are looked for; false: it is none of ours. */
static bool find_scope(const struct parts *parts, const char *machine,
		       enum lookup_scope *ret)
{
	if (!parts->domain)
		*ret = LOOKUP_ANYWHERE;
	else if (is_called(machine, parts->domain, parts->domain_size) ||
		 is_called(".", parts->domain, parts->domain_size))
		*ret = LOOKUP_ACCOUNTS;
	else if (is_called("Unix User", parts->domain, parts->domain_size))
		*ret = LOOKUP_USERS;
	else if (is_called("Unix Group", parts->domain, parts->domain_size))
		*ret = LOOKUP_GROUPS;
	else
		return false;
	return true;
}

static bool copy_name(const char *name, size_t size,
		      char ret[GUISE_USER_NAME_MAX + 1])
{
	if (size > GUISE_USER_NAME_MAX || memchr(name, '\0', size))
		return false;
	memcpy(ret, name, size);
	ret[size] = '\0';
	return true;
}

/* The machine's own name, or none at all: its domain. */
static bool is_machine(const struct parts *parts, const char *machine)
{
	if (parts->domain)
		return parts->name_size == 0 &&
		       is_called(machine, parts->domain, parts->domain_size);
	return parts->name_size == 0 ||
	       is_called(machine, parts->name, parts->name_size);
}

/* "BUILTIN\" is BUILTIN. */
static bool find_known(const struct parts *parts, struct guise_principal *ret)
{
	if (parts->domain && parts->name_size == 0)
		return known_find_name(NULL, 0, parts->domain,
				       parts->domain_size, ret) &&
		       ret->use == GUISE_SID_USE_DOMAIN;
	return known_find_name(parts->domain, parts->domain_size, parts->name,
			       parts->name_size, ret);
}

int guise_lookup_name(const struct guise_lookup_options *options,
		      const char *name, size_t size,
		      struct guise_principal *ret)
{
	struct lookup_question q = {.kind = LOOKUP_NAME};
	char machine[GUISE_USER_NAME_MAX + 1];
	struct guise_principal found;
	struct parts parts;
	int r;

	r = check_options(&options);
	if (r < 0 || !name || !ret)
		return -EINVAL;
	parts = take_apart(name, size);
	machine_name(options, machine);
	q.options = options;
	q.machine = machine;
	if (find_known(&parts, &found)) {
		*ret = found;
		return 0;
	}
	if (is_machine(&parts, machine))
		q.kind = LOOKUP_DOMAIN;
	else if (!find_scope(&parts, machine, &q.scope) ||
		 !copy_name(parts.name, parts.name_size, q.name) || !q.name[0])
		return GUISE_E_NONE_MAPPED;
	return ask(&q, ret);
}

int guise_lookup_logon(const struct guise_lookup_options *options,
		       const char *name, const char *password,
		       size_t password_size, guise_luid authentication_id,
		       const struct guise_token **ret,
		       enum guise_logon_refusal *reterr)
{
	struct lookup_question q = {.kind = LOOKUP_LOGON};
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	struct lookup_answer answer = {0};
	const int refused =
		password ? GUISE_E_LOGON_FAILURE : GUISE_E_NO_SUCH_ACCOUNT;
	int r;

	r = check_options(&options);
	if (r < 0 || !name || !ret)
		return -EINVAL;
	if (!copy_name(name, strnlen(name, GUISE_USER_NAME_MAX + 1), q.name) ||
	    password_size > GUISE_PASSWORD_MAX ||
	    (password && memchr(password, '\0', password_size)) ||
	    !asks_child(options))
		return refused;
	q.options = options;
	q.machine = "";
	q.password = password;
	q.password_size = password_size;
	q.authentication_id = authentication_id;
	r = lookup_ask(&q, &answer, &token);
	if (r == 0)
		r = answer.code;
	if (r == GUISE_E_LOGON_FAILURE && reterr)
		*reterr = answer.refusal;
	if (r < 0)
		return r;
	if (!token)
		return -ECONNRESET;
	*ret = guise_take(token);
	return 0;
}

int guise_lookup_set_privileges(const struct guise_lookup_options *options,
				const char *name, uint64_t privileges)
{
	struct lookup_question q = {.kind = LOOKUP_PRIVILEGES};
	int r;

	r = check_options(&options);
	if (r < 0 || !name)
		return -EINVAL;
	if (!copy_name(name, strnlen(name, GUISE_USER_NAME_MAX + 1), q.name))
		return GUISE_E_NONE_MAPPED;
	q.options = options;
	q.machine = "";
	q.privileges = privileges;
	return ask(&q, NULL);
}
