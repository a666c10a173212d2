/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that protects objects of its own: the rooms of a diary with rights
 * that no file has, a generic mapping of their own, inheritance from the diary
 * to its pages, and AccessCheck on the token of whoever asks.
 *
 *	private-objects
 *
 * Prints what each of four users may do with a page, asking as each of them
 * through a restricted copy of its own token, so that it runs for anybody.
 */
#include <windows.h>

#include <sddl.h>
#include <stdio.h>

#define DIARY_READ 0x0001
#define DIARY_WRITE 0x0002
#define DIARY_SIGN 0x0004
#define DIARY_ALL (STANDARD_RIGHTS_REQUIRED | 0x0007)

static GENERIC_MAPPING mapping = {
	STANDARD_RIGHTS_READ | DIARY_READ,
	STANDARD_RIGHTS_WRITE | DIARY_WRITE,
	STANDARD_RIGHTS_EXECUTE | DIARY_SIGN,
	DIARY_ALL,
};

static int fail(const char *what)
{
	fprintf(stderr, "private-objects: %s: error %lu\n", what,
		(unsigned long)GetLastError());
	return 3;
}

/* The diary itself: users read, whoever writes a page owns it, and pages
 * inherit that. */
static PSECURITY_DESCRIPTOR make_diary(void)
{
	PSECURITY_DESCRIPTOR sd = NULL;

	(void)ConvertStringSecurityDescriptorToSecurityDescriptorA(
		"O:BAG:BAD:P(A;OICI;GA;;;BA)(A;OICIIO;GA;;;CO)"
		"(A;OICI;GR;;;WD)(A;CI;0x2;;;AU)",
		SDDL_REVISION_1, &sd, NULL);
	return sd;
}

/* A page of the diary, made by whoever @token is. */
static PSECURITY_DESCRIPTOR make_page(PSECURITY_DESCRIPTOR diary, HANDLE token)
{
	PSECURITY_DESCRIPTOR page;

	if (!CreatePrivateObjectSecurityEx(diary, NULL, &page, NULL, FALSE,
					   SEF_DACL_AUTO_INHERIT, token,
					   &mapping))
		return NULL;
	return page;
}

static BOOL may(HANDLE client, PSECURITY_DESCRIPTOR page, DWORD desired,
		DWORD *granted)
{
	union {
		PRIVILEGE_SET set;
		BYTE room[256];
	} used;
	DWORD size = sizeof(used);
	BOOL allowed = FALSE;

	MapGenericMask(&desired, &mapping);
	if (!AccessCheck(page, client, desired, &mapping, &used.set, &size,
			 granted, &allowed)) {
		(void)fail("AccessCheck");
		return FALSE;
	}
	return allowed;
}

static int report(const char *who, HANDLE client, PSECURITY_DESCRIPTOR page)
{
	DWORD granted;

	printf("%-22s", who);
	printf(" read:%s",
	       may(client, page, GENERIC_READ, &granted) ? "yes" : "no");
	printf(" write:%s",
	       may(client, page, GENERIC_WRITE, &granted) ? "yes" : "no");
	printf(" sign:%s",
	       may(client, page, DIARY_SIGN, &granted) ? "yes" : "no");
	if (!may(client, page, MAXIMUM_ALLOWED, &granted))
		granted = 0;
	printf(" most:0x%lx\n", (unsigned long)granted);
	return 0;
}

/* The same user with fewer ways to be somebody. */
static HANDLE without(HANDLE token, PSID disabled, PSID restricting)
{
	SID_AND_ATTRIBUTES disable = {disabled, 0},
			   restrict_to = {restricting, 0};
	HANDLE result;

	if (!CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE,
				   disabled ? 1 : 0, &disable, 0, NULL,
				   restricting ? 1 : 0, &restrict_to, &result))
		return NULL;
	return result;
}

static int ask_all(HANDLE primary, PSECURITY_DESCRIPTOR page, PSID user,
		   PSID world)
{
	HANDLE self, stranger, guest, identified;

	/* DuplicateToken() gives no right to duplicate again */
	if (!DuplicateTokenEx(primary, TOKEN_QUERY | TOKEN_DUPLICATE, NULL,
			      SecurityImpersonation, TokenImpersonation, &self))
		return fail("DuplicateTokenEx");
	if (!DuplicateToken(primary, SecurityIdentification, &identified))
		return fail("DuplicateToken");
	stranger = without(self, user, NULL);
	guest = without(self, NULL, world);
	if (!stranger || !guest)
		return fail("CreateRestrictedToken");
	(void)report("the writer", self, page);
	(void)report("only identified", identified, page);
	(void)report("the writer, deny-only", stranger, page);
	(void)report("restricted to Everyone", guest, page);
	(void)CloseHandle(self);
	(void)CloseHandle(identified);
	(void)CloseHandle(stranger);
	(void)CloseHandle(guest);
	return 0;
}

int main(void)
{
	BYTE world[SECURITY_MAX_SID_SIZE], user[256];
	DWORD world_size = sizeof(world), size;
	PSECURITY_DESCRIPTOR diary = make_diary(), page;
	HANDLE token;
	int result;

	if (!diary)
		return fail("the diary's descriptor");
	if (!CreateWellKnownSid(WinWorldSid, NULL, world, &world_size))
		return fail("CreateWellKnownSid");
	if (!OpenProcessToken(GetCurrentProcess(),
			      TOKEN_QUERY | TOKEN_DUPLICATE, &token))
		return fail("OpenProcessToken");
	if (!GetTokenInformation(token, TokenUser, user, sizeof(user), &size))
		return fail("GetTokenInformation");
	page = make_page(diary, token);
	if (!page)
		return fail("CreatePrivateObjectSecurityEx");
	result = ask_all(token, page, ((TOKEN_USER *)user)->User.Sid, world);
	(void)DestroyPrivateObjectSecurity(&page);
	(void)LocalFree(diary);
	(void)CloseHandle(token);
	return result;
}
