/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TreeSetNamedSecurityInfo and TreeResetNamedSecurityInfo: a descriptor is
 * changed and what that means for all beneath it is carried out, one object
 * after the other, and told.
 */
#include "security-info.h"

#include <guise/sd-edit.h>

#include <aclapi.h>

#include "buf.h"
#include "text.h"

/**
 * struct tree - one call
 * @name: the top, as the caller names it
 * @progress: may be NULL
 * @setting: when it is called; it may change that
 * @cancelled: by @progress
 */
struct tree {
	const char *name;
	FN_PROGRESS progress;
	PROG_INVOKE_SETTING setting;
	PVOID argument;
	bool cancelled;
};

/* What is to become of the tree */
struct tree_change {
	SECURITY_INFORMATION information;
	struct sd_inputs from;
	enum guise_propagate_kind kind;
};

/* The top's name, and what is beneath it by its path from there */
static int name_of(const struct tree *tree, const char *path, WCHAR **ret)
{
	GUISE_AUTO(guise_buf_clear) struct guise_buf name = {0};
	size_t n = strlen(tree->name);

	while (*path && n > 0 &&
	       (tree->name[n - 1] == '\\' || tree->name[n - 1] == '/'))
		n--;
	if (buf_append(&name, tree->name, n) < 0 ||
	    (*path && buf_append_u8(&name, '\\') < 0))
		return -ENOMEM;
	for (; *path; path++) {
		if (buf_append_u8(&name, *path == '/' ? '\\' : (uint8_t)*path) <
		    0)
			return -ENOMEM;
	}
	if (buf_append_u8(&name, 0) < 0 ||
	    utf16_dup((const char *)name.data, ret) < 0)
		return -ENOMEM;
	return 0;
}

/* 0: go on; GUISE_PROPAGATE_AGAIN; -ECANCELED */
static int tell(struct tree *tree, const char *path, DWORD error, BOOL set)
{
	GUISE_AUTO(freep) WCHAR *name = NULL;
	PROG_INVOKE_SETTING setting = tree->setting;
	int r = name_of(tree, path, &name);

	if (r < 0)
		return r;
	tree->progress(name, error, &setting, tree->argument, set);
	switch (setting) {
	case ProgressCancelOperation:
		tree->cancelled = true;
		return -ECANCELED;
	case ProgressRetryOperation:
		return error ? GUISE_PROPAGATE_AGAIN : 0;
	case ProgressInvokeNever:
	case ProgressInvokeEveryObject:
	case ProgressInvokeOnError:
	case ProgressInvokePrePostError:
	default:
		tree->setting = setting;
		return 0;
	}
}

static int visiting(void *context, const char *path)
{
	struct tree *tree = context;

	if (!tree->progress || tree->setting != ProgressInvokePrePostError)
		return 0;
	return tell(tree, path, 0, FALSE);
}

static int visited(void *context, const char *path, int error)
{
	struct tree *tree = context;

	if (!tree->progress || tree->setting == ProgressInvokeNever ||
	    (error == 0 && tree->setting == ProgressInvokeOnError))
		return 0;
	return tell(tree, path, win32_error(status_of(error)), error == 0);
}

static NTSTATUS change_once(struct tree *tree, const struct tree_change *change,
			    const struct guise_sd *sd)
{
	GUISE_AUTO(file_unrefp) struct file_object *file = NULL;
	struct guise_propagate_options options = {
		.kind = change->kind,
		.owners = change->information & (OWNER_SECURITY_INFORMATION |
						 GROUP_SECURITY_INFORMATION),
		.visiting = visiting,
		.visited = visited,
		.context = tree,
	};
	NTSTATUS status;

	status = security_open_file(
		tree->name, guise_sd_set_access(change->information), &file);
	if (status < 0)
		return status;
	return security_set_file(file, change->information, sd, &options);
}

/* What happened to the top, which the walk does not tell of if it failed */
static int failed(struct tree *tree, NTSTATUS status)
{
	if (!tree->progress || tree->setting == ProgressInvokeNever)
		return 0;
	return tell(tree, "", win32_error(status), FALSE);
}

static NTSTATUS change_tree(struct tree *tree, const struct tree_change *change)
{
	GUISE_AUTO(guise_sd_unrefp) const struct guise_sd *sd = NULL;
	NTSTATUS status;
	int r;

	status = inputs_read(change->information, &change->from, &sd);
	if (status < 0)
		return status;
	do {
		r = visiting(tree, "");
		if (r < 0)
			break;
		status = change_once(tree, change, sd);
		if (status >= 0 || tree->cancelled)
			break;
		r = failed(tree, status);
	} while (r == GUISE_PROPAGATE_AGAIN);
	if (tree->cancelled)
		return STATUS_CANCELLED;
	return status < 0 ? status : status_of(r < 0 ? r : 0);
}

static NTSTATUS check(const struct tree *tree, SE_OBJECT_TYPE type,
		      const struct tree_change *change)
{
	if (!tree->name)
		return STATUS_INVALID_PARAMETER;
	switch ((int)type) {
	case SE_FILE_OBJECT:
		break;
	case SE_REGISTRY_KEY:
	case SE_REGISTRY_WOW64_32KEY:
	case SE_REGISTRY_WOW64_64KEY:
		return STATUS_NOT_SUPPORTED;
	default:
		return STATUS_INVALID_PARAMETER;
	}
	if (tree->progress && tree->setting != ProgressInvokeNever &&
	    tree->setting != ProgressInvokeEveryObject &&
	    tree->setting != ProgressInvokeOnError &&
	    tree->setting != ProgressInvokePrePostError)
		return STATUS_INVALID_PARAMETER;
	return information_check(change->information);
}

static DWORD carry_out(struct tree *tree, SE_OBJECT_TYPE type,
		       const struct tree_change *change)
{
	NTSTATUS status = check(tree, type, change);

	if (status >= 0)
		status = change_tree(tree, change);
	return win32_error(status);
}

static bool kind_of(DWORD action, enum guise_propagate_kind *ret)
{
	switch (action) {
	case TREE_SEC_INFO_SET:
		*ret = GUISE_PROPAGATE_MERGE;
		return true;
	case TREE_SEC_INFO_RESET:
		*ret = GUISE_PROPAGATE_RESET;
		return true;
	case TREE_SEC_INFO_RESET_KEEP_EXPLICIT:
		*ret = GUISE_PROPAGATE_RESET_KEEP_EXPLICIT;
		return true;
	default:
		return false;
	}
}

DWORD WINAPI TreeSetNamedSecurityInfoA(
	LPSTR name, SE_OBJECT_TYPE type, SECURITY_INFORMATION information,
	PSID owner, PSID group, PACL dacl, PACL sacl, DWORD action,
	FN_PROGRESS progress, PROG_INVOKE_SETTING setting, PVOID argument)
{
	struct tree tree = {name, progress, setting, argument, false};
	struct tree_change change = {
		.information = information,
		.from = {owner, group, dacl, sacl},
	};

	if (!kind_of(action, &change.kind))
		return ERROR_INVALID_PARAMETER;
	return carry_out(&tree, type, &change);
}

DWORD WINAPI TreeSetNamedSecurityInfoW(
	LPWSTR name, SE_OBJECT_TYPE type, SECURITY_INFORMATION information,
	PSID owner, PSID group, PACL dacl, PACL sacl, DWORD action,
	FN_PROGRESS progress, PROG_INVOKE_SETTING setting, PVOID argument)
{
	GUISE_AUTO(freep) char *text = NULL;
	NTSTATUS status = utf8_dup(name, &text);

	if (status < 0)
		return win32_error(status);
	return TreeSetNamedSecurityInfoA(text, type, information, owner, group,
					 dacl, sacl, action, progress, setting,
					 argument);
}

DWORD WINAPI TreeResetNamedSecurityInfoA(
	LPSTR name, SE_OBJECT_TYPE type, SECURITY_INFORMATION information,
	PSID owner, PSID group, PACL dacl, PACL sacl, BOOL keep_explicit,
	FN_PROGRESS progress, PROG_INVOKE_SETTING setting, PVOID argument)
{
	return TreeSetNamedSecurityInfoA(
		name, type, information, owner, group, dacl, sacl,
		keep_explicit ? TREE_SEC_INFO_RESET_KEEP_EXPLICIT
			      : TREE_SEC_INFO_RESET,
		progress, setting, argument);
}

DWORD WINAPI TreeResetNamedSecurityInfoW(
	LPWSTR name, SE_OBJECT_TYPE type, SECURITY_INFORMATION information,
	PSID owner, PSID group, PACL dacl, PACL sacl, BOOL keep_explicit,
	FN_PROGRESS progress, PROG_INVOKE_SETTING setting, PVOID argument)
{
	return TreeSetNamedSecurityInfoW(
		name, type, information, owner, group, dacl, sacl,
		keep_explicit ? TREE_SEC_INFO_RESET_KEEP_EXPLICIT
			      : TREE_SEC_INFO_RESET,
		progress, setting, argument);
}
