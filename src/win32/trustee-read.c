/* SPDX-License-Identifier: Apache-2.0 */
#include <guise/thread-token.h>

#include "account.h"
#include "sd-read.h"
#include "status.h"
#include "text.h"
#include "trustee-read.h"

static_assert(sizeof(TRUSTEE_A) == sizeof(TRUSTEE_W) &&
		      sizeof(EXPLICIT_ACCESS_A) == sizeof(EXPLICIT_ACCESS_W) &&
		      sizeof(OBJECTS_AND_NAME_A) == sizeof(OBJECTS_AND_NAME_W),
	      "the A and W structures have one layout");

void read_trustee_clear(struct read_trustee *trustee)
{
	free(trustee->name);
	free(trustee->type);
	free(trustee->heirs);
	*trustee = (struct read_trustee){0};
}

/* Text of the caller's in UTF-8; NULL stays NULL. */
static NTSTATUS read_text(const void *text, bool wide, char **ret)
{
	const char *narrow = text;

	if (wide)
		return utf8_dup(text, ret);
	if (!narrow)
		return STATUS_SUCCESS;
	*ret = strdup(narrow);
	return *ret ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static NTSTATUS read_name(const void *text, bool wide, char **ret)
{
	return text ? read_text(text, wide, ret) : STATUS_INVALID_PARAMETER;
}

static NTSTATUS read_objects_and_sid(const void *at, struct read_trustee *ret)
{
	OBJECTS_AND_SID objects;

	if (!at)
		return STATUS_INVALID_PARAMETER;
	memcpy(&objects, at, sizeof(objects));
	ret->value.form = GUISE_TRUSTEE_OBJECTS_AND_SID;
	ret->value.objects = objects.ObjectsPresent;
	memcpy(&ret->value.object_type, &objects.ObjectTypeGuid,
	       sizeof(ret->value.object_type));
	memcpy(&ret->value.inherited_object_type,
	       &objects.InheritedObjectTypeGuid,
	       sizeof(ret->value.inherited_object_type));
	return sid_from_memory(objects.pSid, &ret->value.sid)
		       ? STATUS_INVALID_SID
		       : STATUS_SUCCESS;
}

static NTSTATUS read_objects_and_name(const void *at, bool wide,
				      struct read_trustee *ret)
{
	OBJECTS_AND_NAME_W objects;
	NTSTATUS status;

	if (!at)
		return STATUS_INVALID_PARAMETER;
	memcpy(&objects, at, sizeof(objects));
	status = read_name(objects.ptstrName, wide, &ret->name);
	if (!status)
		status = read_text(objects.ObjectTypeName, wide, &ret->type);
	if (!status)
		status = read_text(objects.InheritedObjectTypeName, wide,
				   &ret->heirs);
	ret->value.form = GUISE_TRUSTEE_OBJECTS_AND_NAME;
	ret->value.objects = objects.ObjectsPresent;
	ret->value.name = ret->name;
	ret->value.object_type_name = ret->type;
	ret->value.inherited_object_type_name = ret->heirs;
	return status;
}

NTSTATUS trustee_read(const TRUSTEE_W *trustee, bool wide,
		      struct read_trustee *ret)
{
	NTSTATUS status;

	if (!trustee || trustee->pMultipleTrustee ||
	    trustee->MultipleTrusteeOperation != NO_MULTIPLE_TRUSTEE)
		return STATUS_INVALID_PARAMETER;
	switch ((int)trustee->TrusteeForm) {
	case TRUSTEE_IS_SID:
		ret->value.form = GUISE_TRUSTEE_SID;
		return sid_from_memory(trustee->ptstrName, &ret->value.sid)
			       ? STATUS_INVALID_SID
			       : STATUS_SUCCESS;
	case TRUSTEE_IS_NAME:
		status = read_name(trustee->ptstrName, wide, &ret->name);
		ret->value.form = GUISE_TRUSTEE_NAME;
		ret->value.name = ret->name;
		return status;
	case TRUSTEE_IS_OBJECTS_AND_SID:
		return read_objects_and_sid(trustee->ptstrName, ret);
	case TRUSTEE_IS_OBJECTS_AND_NAME:
		return read_objects_and_name(trustee->ptstrName, wide, ret);
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

void read_entries_clear(struct read_entries *entries)
{
	for (size_t i = 0; entries->trustees && i < entries->n; i++)
		read_trustee_clear(&entries->trustees[i]);
	free(entries->trustees);
	free(entries->values);
	*entries = (struct read_entries){0};
}

/* Where an entry came from is not for whoever puts it in to say. */
static NTSTATUS read_entry(const EXPLICIT_ACCESS_W *entry, bool wide,
			   struct read_trustee *trustee,
			   struct guise_explicit_access *ret)
{
	DWORD inheritance = entry->grfInheritance & ~INHERITED_ACCESS_ENTRY;
	NTSTATUS status = trustee_read(&entry->Trustee, wide, trustee);

	if (status)
		return status;
	if (inheritance > UINT8_MAX ||
	    (unsigned)entry->grfAccessMode > SET_AUDIT_FAILURE)
		return STATUS_INVALID_PARAMETER;
	ret->mask = entry->grfAccessPermissions;
	ret->mode = (enum guise_access_mode)entry->grfAccessMode;
	ret->inheritance = (uint8_t)inheritance;
	ret->trustee = trustee->value;
	return STATUS_SUCCESS;
}

NTSTATUS entries_read(const EXPLICIT_ACCESS_W *entries, size_t n, bool wide,
		      struct read_entries *ret)
{
	NTSTATUS status = STATUS_SUCCESS;

	if (n > GUISE_ACL_ENTRIES_MAX || (n && !entries))
		return STATUS_INVALID_PARAMETER;
	ret->values = array_alloc(n, sizeof(*ret->values));
	ret->trustees = array_alloc(n, sizeof(*ret->trustees));
	if (!ret->values || !ret->trustees)
		return STATUS_NO_MEMORY;
	ret->n = n;
	for (size_t i = 0; !status && i < n; i++)
		status = read_entry(&entries[i], wide, &ret->trustees[i],
				    &ret->values[i]);
	return status;
}

/* What an entry takes: itself, its object types if it has any, its SID. */
static size_t entry_room(const struct guise_explicit_access *entry)
{
	size_t objects = entry->trustee.form == GUISE_TRUSTEE_OBJECTS_AND_SID
				 ? sizeof(OBJECTS_AND_SID)
				 : 0;

	/* a SID's size is a multiple of four, that of the rest of eight */
	return sizeof(EXPLICIT_ACCESS_W) + objects +
	       ((guise_sid_size(&entry->trustee.sid) + 7) & ~(size_t)7);
}

/* Puts the parts of @entry that it points to at @at; where the next go. */
static uint8_t *write_entry(const struct guise_explicit_access *entry,
			    uint8_t *at, EXPLICIT_ACCESS_W *ret)
{
	size_t size = guise_sid_size(&entry->trustee.sid);
	OBJECTS_AND_SID objects = {.ObjectsPresent = entry->trustee.objects};
	uint8_t *sid = at;

	*ret = (EXPLICIT_ACCESS_W){
		.grfAccessPermissions = entry->mask,
		.grfAccessMode = (ACCESS_MODE)entry->mode,
		.grfInheritance = entry->inheritance,
		.Trustee.TrusteeForm = TRUSTEE_IS_SID,
		.Trustee.ptstrName = (void *)at,
	};
	if (entry->trustee.form == GUISE_TRUSTEE_OBJECTS_AND_SID) {
		sid = at + sizeof(objects);
		memcpy(&objects.ObjectTypeGuid, &entry->trustee.object_type,
		       sizeof(GUID));
		memcpy(&objects.InheritedObjectTypeGuid,
		       &entry->trustee.inherited_object_type, sizeof(GUID));
		objects.pSid = (void *)sid;
		memcpy(at, &objects, sizeof(objects));
		ret->Trustee.TrusteeForm = TRUSTEE_IS_OBJECTS_AND_SID;
	}
	sid_to_memory(&entry->trustee.sid, sid);
	return sid + ((size + 7) & ~(size_t)7);
}

NTSTATUS entries_new(const struct guise_acl *acl, EXPLICIT_ACCESS_W **ret,
		     ULONG *ret_n)
{
	GUISE_AUTO(freep) struct guise_explicit_access *entries = NULL;
	EXPLICIT_ACCESS_W *made;
	size_t n, size = 0;
	uint8_t *at;
	int r = guise_acl_explicit_entries(acl, &entries, &n);

	if (r < 0)
		return status_of(r);
	for (size_t i = 0; i < n; i++)
		size += entry_room(&entries[i]);
	made = n ? LocalAlloc(LMEM_FIXED, size) : NULL;
	if (n && !made)
		return STATUS_NO_MEMORY;
	at = (uint8_t *)(made + n);
	for (size_t i = 0; i < n; i++)
		at = write_entry(&entries[i], at, &made[i]);
	*ret = made;
	*ret_n = (ULONG)n;
	return STATUS_SUCCESS;
}

NTSTATUS edit_init(struct edit *ret)
{
	GUISE_AUTO(guise_token_unrefp) const struct guise_token *token = NULL;
	int r = guise_effective_token(&token);

	if (r < 0)
		return status_of(r);
	ret->user = guise_token_user(token)->sid;
	ret->options = (struct guise_edit_options){
		.size = sizeof(ret->options),
		.current_user = &ret->user,
		.find_name = account_resolve,
	};
	return STATUS_SUCCESS;
}
