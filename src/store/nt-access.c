/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an open is granted (MS-FSA 2.1.5.1.2): by the object's descriptor, by
 * that of its directory (DELETE_CHILD gives DELETE, LIST_DIRECTORY gives
 * READ_ATTRIBUTES), and by SeBackup and SeRestore where the open is for that.
 *
 * Where no descriptor is stored, mode and POSIX ACL decide through the derived
 * one. It says no more than the kernel knows, so three things are read into
 * it: rights the kernel has no word for go along with the others, those of
 * OWNERS_MASK for the owner only; an owner may ask for WRITE_OWNER; and the
 * capabilities that SeBackup and SeRestore stand for work in the kernel without
 * being asked for, so they do here. DELETE is the directory's to give, as with
 * the kernel.
 */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <guise/nt-file.h>

#include "access-granted.h"
#include "nt-internal.h"
#include "posix.h"
#include "sys.h"

#define CAP_FOWNER_BIT (UINT64_C(1) << 3)

/* What SeBackup, SeRestore give an open with backup intent. */
#define BACKUP_MASK                                                            \
	(GUISE_READ_CONTROL | GUISE_ACCESS_SYSTEM_SECURITY |                   \
	 GUISE_FILE_GENERIC_READ | GUISE_FILE_TRAVERSE)
#define RESTORE_MASK                                                           \
	(GUISE_WRITE_DAC | GUISE_WRITE_OWNER | GUISE_ACCESS_SYSTEM_SECURITY |  \
	 GUISE_FILE_GENERIC_WRITE | GUISE_FILE_ADD_FILE |                      \
	 GUISE_FILE_ADD_SUBDIRECTORY | GUISE_DELETE)
#define DATA_MASK                                                              \
	(GUISE_FILE_READ_DATA | GUISE_FILE_WRITE_DATA | GUISE_FILE_APPEND_DATA)
#define WRITE_MASK (GUISE_FILE_WRITE_DATA | GUISE_FILE_APPEND_DATA)
/* What mode, POSIX ACL and ownership have a word for, on an object itself. */
#define DERIVED_MASK                                                           \
	(DATA_MASK | GUISE_WRITE_DAC | GUISE_ACCESS_SYSTEM_SECURITY)
/* The same, and no access of a client to be had by it. */
#define WORDLESS_MASK                                                          \
	(GUISE_FILE_READ_EA | GUISE_FILE_WRITE_EA | GUISE_FILE_EXECUTE |       \
	 GUISE_FILE_READ_ATTRIBUTES | GUISE_FILE_WRITE_ATTRIBUTES |            \
	 GUISE_FILE_DELETE_CHILD | GUISE_READ_CONTROL | GUISE_SYNCHRONIZE)
/* Of those, what somebody gets at by the handle who is not the owner. */
#define OWNERS_MASK                                                            \
	(GUISE_FILE_WRITE_EA | GUISE_FILE_EXECUTE | GUISE_FILE_WRITE_ATTRIBUTES)
#define PARENT_MASK (GUISE_DELETE | GUISE_FILE_READ_ATTRIBUTES)

int nt_sd_load(const struct guise_token *token,
	       const struct guise_id_mapping *mapping, struct nt_node *node)
{
	int r;

	if (node->sd)
		return 0;
	if (S_ISLNK(node->stat.st_mode)) {
		/* Nothing is stored on a link. */
		node->stored = false;
		return guise_sd_of_posix(&node->stat, NULL, 0, mapping,
					 &node->sd);
	}
	if (!S_ISREG(node->stat.st_mode) && !S_ISDIR(node->stat.st_mode))
		return -ENXIO;
	r = guise_sd_read(node->fd, mapping, &node->sd, &node->stored);
	if (r < 0 || node->stored)
		return r;
	node->sd = guise_sd_unref(node->sd);
	return posix_sd_for_token(node->fd, &node->stat, token, mapping,
				  &node->sd);
}

static bool has(const struct guise_token *token, unsigned privilege)
{
	return guise_token_has_privilege(token, privilege);
}

static uint32_t by_privilege(const struct guise_nt_request *request,
			     const struct nt_node *node)
{
	const bool intent = request->options & GUISE_NT_BACKUP_INTENT;
	uint32_t mask = 0;

	if (!intent && node->stored)
		return 0;
	if (has(request->token, GUISE_SE_BACKUP))
		mask |= BACKUP_MASK;
	if (has(request->token, GUISE_SE_RESTORE))
		mask |= RESTORE_MASK;
	return intent ? mask : mask & ~GUISE_ACCESS_SYSTEM_SECURITY;
}

static int ask(const struct guise_token *token, const struct guise_sd *sd,
	       uint32_t access, uint32_t *ret_granted)
{
	return access_granted(sd, token, access, &guise_mapping_file,
			      ret_granted);
}

static bool gives(const struct guise_nt_request *request,
		  const struct nt_node *node, uint32_t access)
{
	uint32_t granted;

	access &= ~by_privilege(request, node);
	return access == 0 ||
	       ask(request->token, node->sd, access, &granted) == 0;
}

static bool is_owner(const struct guise_nt_request *request,
		     const struct nt_node *node)
{
	uint32_t granted;

	return ask(request->token, node->sd, GUISE_WRITE_DAC, &granted) == 0;
}

/* Rights on an object by the descriptor that mode and ACL amount to. */
static int ask_derived(const struct guise_nt_request *request,
		       const struct nt_node *node, uint32_t access)
{
	uint32_t query = GUISE_FILE_READ_ATTRIBUTES | (access & DERIVED_MASK);
	uint32_t granted;

	if (access & GUISE_DELETE)
		return GUISE_E_ACCESS_DENIED;
	if ((access & OWNERS_MASK) && !is_owner(request, node))
		query |= access & OWNERS_MASK;
	if ((access & GUISE_WRITE_OWNER) &&
	    ask(request->token, node->sd, GUISE_WRITE_OWNER, &granted) < 0)
		query |= GUISE_WRITE_DAC;
	return ask(request->token, node->sd, query, &granted);
}

static int ask_node(const struct guise_nt_request *request,
		    const struct nt_node *node, uint32_t access)
{
	uint32_t granted;

	access &= ~by_privilege(request, node);
	if (access == 0)
		return 0;
	return node->stored ? ask(request->token, node->sd, access, &granted)
			    : ask_derived(request, node, access);
}

int nt_access_node(const struct guise_nt_request *request, struct nt_node *node,
		   uint32_t access)
{
	int r = nt_sd_load(request->token, request->mapping, node);

	return r < 0 ? r : ask_node(request, node, access);
}

/* What the kernel would say to the calling thread. */
static bool kernel_allows(int fd, int mode)
{
	/* libc's form may change the whole process's ids to ask */
	return syscall(SYS_faccessat2, fd, "", mode,
		       AT_EACCESS | AT_EMPTY_PATH) == 0;
}

static bool holds_fowner(void)
{
	uint64_t effective, permitted;

	return sys_kernel.get_capabilities(NULL, &effective, &permitted) == 0 &&
	       (effective & CAP_FOWNER_BIT);
}

/* Where mode and ACL decide, who may write is lent FILE_WRITE_ATTRIBUTES, as
 * GENERIC_WRITE has it; the kernel has only the owner use it. */
bool nt_access_may_change(const struct guise_nt_request *request,
			  const struct nt_node *node)
{
	return node->stored || node->stat.st_uid == geteuid() ||
	       holds_fowner() ||
	       (by_privilege(request, node) & GUISE_FILE_WRITE_ATTRIBUTES);
}

/* inode_permission() and check_sticky() of the kernel. */
static bool kernel_may_delete(const struct nt_place *place)
{
	const uid_t self = geteuid();

	if (place->parent.fd < 0 ||
	    !kernel_allows(place->parent.fd, W_OK | X_OK))
		return false;
	return !(place->parent.stat.st_mode & S_ISVTX) ||
	       place->object.stat.st_uid == self ||
	       place->parent.stat.st_uid == self || holds_fowner();
}

static bool parent_gives_delete(const struct guise_nt_request *request,
				const struct nt_place *place)
{
	if (place->parent.stored)
		return gives(request, &place->parent, GUISE_FILE_DELETE_CHILD);
	return kernel_may_delete(place) &&
	       gives(request, &place->parent, GUISE_FILE_ADD_FILE);
}

/* Of PARENT_MASK, what the object's directory gives; failures give nothing. */
static uint32_t by_parent(const struct guise_nt_request *request,
			  struct nt_place *place)
{
	struct nt_node *parent = &place->parent;
	uint32_t given = 0;

	if (parent->fd < 0 ||
	    nt_sd_load(request->token, request->mapping, parent) < 0)
		return 0;
	if (gives(request, parent, GUISE_FILE_LIST_DIRECTORY) &&
	    kernel_allows(parent->fd, R_OK))
		given |= GUISE_FILE_READ_ATTRIBUTES;
	if (parent_gives_delete(request, place))
		given |= GUISE_DELETE;
	return given;
}

static int ask_place(const struct guise_nt_request *request,
		     struct nt_place *place, uint32_t access)
{
	uint32_t given;
	int r = ask_node(request, &place->object, access);

	if (r != GUISE_E_ACCESS_DENIED || !(access & PARENT_MASK))
		return r;
	given = by_parent(request, place) & access;
	return given ? ask_node(request, &place->object, access & ~given) : r;
}

static uint32_t kernel_denies(const struct nt_place *place)
{
	const struct nt_node *node = &place->object;
	uint32_t denied = 0;

	if (S_ISREG(node->stat.st_mode) && !kernel_allows(node->fd, R_OK))
		denied |= GUISE_FILE_READ_DATA;
	if (S_ISREG(node->stat.st_mode) &&
	    (nt_is_read_only(&node->stat) || !kernel_allows(node->fd, W_OK)))
		denied |= WRITE_MASK;
	if (!kernel_may_delete(place))
		denied |= GUISE_DELETE;
	return denied;
}

static uint32_t maximum_derived(const struct guise_nt_request *request,
				const struct nt_node *node, uint32_t granted)
{
	if (granted & GUISE_WRITE_DAC) /* the owner */
		granted |= WORDLESS_MASK | GUISE_WRITE_OWNER;
	else if (granted & DATA_MASK)
		granted |= WORDLESS_MASK &
			   ~(OWNERS_MASK | GUISE_FILE_DELETE_CHILD);
	return granted | by_privilege(request, node);
}

static uint32_t maximum(const struct guise_nt_request *request,
			struct nt_place *place)
{
	const struct nt_node *node = &place->object;
	uint32_t granted = 0;

	if (ask(request->token, node->sd, GUISE_MAXIMUM_ALLOWED, &granted) < 0)
		granted = 0;
	granted = node->stored ? granted | by_privilege(request, node)
			       : maximum_derived(request, node, granted);
	granted |= by_parent(request, place);
	return granted & ~kernel_denies(place);
}

int nt_access_open(const struct guise_nt_request *request,
		   struct nt_place *place, uint32_t implied,
		   uint32_t *ret_granted)
{
	const uint32_t asked =
		guise_map_generic(request->access, &guise_mapping_file);
	const uint32_t wanted =
		(asked & ~(uint32_t)GUISE_MAXIMUM_ALLOWED) | implied;
	uint32_t granted = wanted & (asked | ~implied);
	int r;

	r = nt_sd_load(request->token, request->mapping, &place->object);
	if (r < 0)
		return r;
	if ((wanted & WRITE_MASK) && S_ISREG(place->object.stat.st_mode) &&
	    nt_is_read_only(&place->object.stat))
		return GUISE_E_ACCESS_DENIED;
	r = ask_place(request, place, wanted);
	if (r < 0)
		return r;
	if ((wanted & GUISE_DELETE) && !kernel_may_delete(place))
		return -EACCES;
	if (asked & GUISE_MAXIMUM_ALLOWED) {
		granted |= maximum(request, place);
		if (granted == 0)
			return GUISE_E_ACCESS_DENIED;
	}
	*ret_granted = granted;
	return 0;
}

int nt_access_create(const struct guise_nt_request *request,
		     struct nt_place *place, uint32_t *ret_granted)
{
	const bool directory = request->options & GUISE_NT_DIRECTORY;
	uint32_t granted =
		guise_map_generic(request->access, &guise_mapping_file);
	int r;

	if (granted & GUISE_MAXIMUM_ALLOWED)
		granted = (granted & ~(uint32_t)GUISE_MAXIMUM_ALLOWED) |
			  GUISE_FILE_ALL_ACCESS;
	if ((granted & GUISE_ACCESS_SYSTEM_SECURITY) &&
	    !has(request->token, GUISE_SE_SECURITY))
		return GUISE_E_PRIVILEGE_NOT_HELD;
	r = nt_access_node(request, &place->parent,
			   directory ? GUISE_FILE_ADD_SUBDIRECTORY
				     : GUISE_FILE_ADD_FILE);
	if (r < 0)
		return r;
	*ret_granted = granted;
	return 0;
}
