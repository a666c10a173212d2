/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The single table of errors: code, name, Win32 number, NTSTATUS, text.
 * Numbers: MS-ERREF. An NTSTATUS 0xC007xxxx is the Win32 error xxxx.
 */
#include "base.h"

struct error_row {
	const char *name;
	uint32_t win32;
	uint32_t ntstatus;
	const char *text;
};

#define ROW(code) [GUISE_E_FIRST - GUISE_E_##code]

/* clang-format off */
static const struct error_row rows[] = {
	ROW(INVALID_SID) = { "INVALID_SID", 1337, 0xC0000078, "the SID is malformed" },
	ROW(INVALID_ACL) = { "INVALID_ACL", 1336, 0xC0000077, "the ACL or one of its entries is malformed" },
	ROW(INVALID_SD) = { "INVALID_SECURITY_DESCR", 1338, 0xC0000079, "the security descriptor is malformed, or lacks owner or group" },
	ROW(UNKNOWN_REVISION) = { "UNKNOWN_REVISION", 1305, 0xC0000058, "the revision is unknown" },
	ROW(REVISION_MISMATCH) = { "REVISION_MISMATCH", 1306, 0xC0000059, "the revision does not fit the entry" },
	ROW(INVALID_OWNER) = { "INVALID_OWNER", 1307, 0xC000005A, "this SID may not be the owner" },
	ROW(INVALID_PRIMARY_GROUP) = { "INVALID_PRIMARY_GROUP", 1308, 0xC000005B, "this SID may not be the primary group" },
	ROW(NO_IMPERSONATION_TOKEN) = { "NO_IMPERSONATION_TOKEN", 1309, 0xC000005C, "an impersonation token is needed" },
	ROW(CANT_DISABLE_MANDATORY) = { "CANT_DISABLE_MANDATORY", 1310, 0xC000005D, "a mandatory group cannot be disabled" },
	ROW(NO_SUCH_LOGON_SESSION) = { "NO_SUCH_LOGON_SESSION", 1312, 0xC000005F, "the logon session does not exist or has ended" },
	ROW(NO_SUCH_PRIVILEGE) = { "NO_SUCH_PRIVILEGE", 1313, 0xC0000060, "there is no such privilege" },
	ROW(PRIVILEGE_NOT_HELD) = { "PRIVILEGE_NOT_HELD", 1314, 0xC0000061, "a required privilege is not held" },
	ROW(LOGON_FAILURE) = { "LOGON_FAILURE", 1326, 0xC000006D, "the user name or password is wrong, or the account may not log on" },
	ROW(NO_TOKEN) = { "NO_TOKEN", 1008, 0xC000007C, "the thread has no impersonation token" },
	ROW(BAD_INHERITANCE_ACL) = { "BAD_INHERITANCE_ACL", 1340, 0xC000007D, "the inherited ACL could not be built" },
	ROW(ALLOTTED_SPACE_EXCEEDED) = { "ALLOTTED_SPACE_EXCEEDED", 1344, 0xC0000099, "there is no room left for it" },
	ROW(BAD_LEVEL) = { "BAD_IMPERSONATION_LEVEL", 1346, 0xC00000A5, "the impersonation level does not allow this" },
	ROW(CANT_OPEN_ANONYMOUS) = { "CANT_OPEN_ANONYMOUS", 1347, 0xC00000A6, "an anonymous-level token cannot be opened" },
	ROW(BAD_TOKEN_TYPE) = { "BAD_TOKEN_TYPE", 1349, 0xC00000A8, "the token is of the wrong type" },
	ROW(NO_SECURITY_ON_OBJECT) = { "NO_SECURITY_ON_OBJECT", 1350, 0xC00000D7, "the object has no security descriptor" },
	ROW(GENERIC_NOT_MAPPED) = { "GENERIC_NOT_MAPPED", 1360, 0xC00000E6, "generic rights must be mapped first" },
	ROW(BAD_DESCRIPTOR_FORMAT) = { "BAD_DESCRIPTOR_FORMAT", 1361, 0xC00000E7, "the descriptor is in the wrong form" },
	ROW(CANNOT_IMPERSONATE) = { "CANNOT_IMPERSONATE", 1368, 0xC000010D, "there is no client to impersonate yet" },
	ROW(INVALID_CONDITION) = { "INVALID_ACE_CONDITION", 805, 0xC00001A2, "the condition of the entry is malformed" },
	ROW(CANT_ENABLE_DENY_ONLY) = { "CANT_ENABLE_DENY_ONLY", 629, 0xC00002B3, "a deny-only group cannot be enabled" },
	ROW(NON_DOMAIN_SID) = { "NON_DOMAIN_SID", 1257, 0xC00704E9, "the SID belongs to no domain" },
	ROW(INVALID_GUID) = { "INVALID_STRING_UUID", 1705, 0xC0020006, "the GUID is malformed" },
	ROW(NONE_MAPPED) = { "NONE_MAPPED", 1332, 0xC0000073, "no mapping between name and SID was found" },
	ROW(CEILING) = { "ABOVE_CEILING", 5, 0xC0000022, "the identity is above what this service may take on" },
	ROW(ACCESS_DENIED) = { "ACCESS_DENIED", 5, 0xC0000022, "access is denied" },
	ROW(PROTOCOL) = { "PROTOCOL", 1702, 0xC0020003, "the peer broke the protocol" },
	ROW(INVALID_TOKEN) = { "INVALID_TOKEN", 87, 0xC000000D, "the token's fields contradict each other or are malformed" },
	ROW(ACCOUNT_EXISTS) = { "USER_EXISTS", 1316, 0xC0000063, "the account exists already" },
	ROW(NO_SUCH_ACCOUNT) = { "NO_SUCH_USER", 1317, 0xC0000064, "there is no such account" },
	ROW(INVALID_CLAIM) = { "INVALID_PARAMETER", 87, 0xC000000D, "the claim is malformed" },
	ROW(SHARING_VIOLATION) = { "SHARING_VIOLATION", 32, 0xC0000043, "another open of the file does not share this" },
	ROW(DELETE_PENDING) = { "DELETE_PENDING", 5, 0xC0000056, "the file is about to be deleted" },
	ROW(CANNOT_DELETE) = { "CANNOT_DELETE", 5, 0xC0000121, "the file is read-only" },
	ROW(INVALID_LABEL) = { "INVALID_LABEL", 1299, 0xC0000446, "the label is above the caller's integrity level" },
	ROW(CONTINUE_NEEDED) = { "CONTINUE_NEEDED", 0x90312, 0x00090312, "the exchange goes on with the client's next message" },
	ROW(LIMIT) = { "LIMIT_EXCEEDED", 1450, 0xC000009A, "a limit was reached" },
};
/* clang-format on */

static_assert(ARRAY_SIZE(rows) == GUISE_E_FIRST - GUISE_E_LAST + 1,
	      "every error has a row");

/* errno values that have a Win32 number of their own (MS-ERREF). */
/* clang-format off */
static const struct {
	int code;
	uint32_t win32;
	uint32_t ntstatus;
} errnos[] = {
	{ EPERM, 5, 0xC0000022 },
	{ ENOENT, 2, 0xC0000034 },
	{ ESRCH, 87, 0xC000000D },
	{ EINTR, 995, 0xC0000120 },
	{ EIO, 1117, 0xC0000185 },
	{ ENXIO, 433, 0xC000000E },
	{ ENOEXEC, 193, 0xC000007B },
	{ EBADF, 6, 0xC0000008 },
	{ EAGAIN, 1450, 0xC000009A },
	{ ENOMEM, 8, 0xC0000017 },
	{ EACCES, 5, 0xC0000022 },
	{ EFAULT, 998, 0xC0000005 },
	{ EBUSY, 170, 0x80000011 },
	{ EEXIST, 183, 0xC0000035 },
	{ EXDEV, 17, 0xC00000D4 },
	{ ENODEV, 433, 0xC000000E },
	{ ENOTDIR, 267, 0xC0000103 },
	{ EISDIR, 5, 0xC00000BA },
	{ EINVAL, 87, 0xC000000D },
	{ ENFILE, 4, 0xC000011F },
	{ EMFILE, 4, 0xC000011F },
	{ ENOTTY, 1, 0xC0000010 },
	{ ETXTBSY, 32, 0xC0000043 },
	{ EFBIG, 223, 0xC0000904 },
	{ ENOSPC, 112, 0xC000007F },
	{ ESPIPE, 87, 0xC000000D },
	{ EROFS, 19, 0xC00000A2 },
	{ EMLINK, 1142, 0xC0000265 },
	{ EPIPE, 109, 0xC000014B },
	{ EDOM, 87, 0xC000000D },
	{ ERANGE, 122, 0xC0000023 },
	{ EDEADLK, 1131, 0xC0000194 },
	{ ENAMETOOLONG, 206, 0xC0000106 },
	{ ENOLCK, 1450, 0xC000009A },
	{ ENOSYS, 50, 0xC00000BB },
	{ ENOTEMPTY, 145, 0xC0000101 },
	{ ELOOP, 1921, 0xC0000280 },
	{ ENODATA, 13, 0xC007000D },
	{ EPROTO, 1702, 0xC0020003 },
	{ EBADMSG, 13, 0xC007000D },
	{ EOVERFLOW, 534, 0xC0000095 },
	{ EILSEQ, 1113, 0xC0000717 },
	{ EUSERS, 1450, 0xC000009A },
	{ EMSGSIZE, 122, 0xC0000023 },
	{ EOPNOTSUPP, 50, 0xC00000BB },
	{ EADDRINUSE, 183, 0xC0000035 },
	{ ECONNABORTED, 1236, 0xC0000241 },
	{ ECONNRESET, 64, 0xC000020D },
	{ ENOBUFS, 1450, 0xC000009A },
	{ EISCONN, 535, 0xC00000B2 },
	{ ENOTCONN, 233, 0xC00000B0 },
	{ ETIMEDOUT, 121, 0xC00000B5 },
	{ ECONNREFUSED, 1225, 0xC0000236 },
	{ EALREADY, 183, 0xC0000035 },
	{ ESTALE, 6, 0xC0000008 },
	{ EDQUOT, 1295, 0xC0000802 },
	{ ECANCELED, 995, 0xC0000120 },
	{ E2BIG, 122, 0xC0000023 },
};
/* clang-format on */

static const struct error_row *row_of(int code)
{
	if (code > GUISE_E_FIRST || code < GUISE_E_LAST)
		return NULL;
	return &rows[GUISE_E_FIRST - code];
}

const char *guise_strerror(int code)
{
	const struct error_row *row = row_of(code);
	const char *text;

	if (row)
		return row->text;
	if (code > 0 || code < -4095)
		return "unknown error";
	text = strerrordesc_np(-code);
	return text ? text : "unknown error";
}

const char *guise_error_name(int code)
{
	const struct error_row *row = row_of(code);
	const char *name;

	if (row)
		return row->name;
	if (code >= 0 || code < -4095)
		return "UNKNOWN";
	name = strerrorname_np(-code);
	return name ? name : "UNKNOWN";
}

uint32_t guise_error_win32(int code)
{
	const struct error_row *row = row_of(code);

	if (code == 0)
		return 0;
	if (row)
		return row->win32;
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (errnos[i].code == -code)
			return errnos[i].win32;
	}
	return 317;
}

uint32_t guise_error_ntstatus(int code)
{
	const struct error_row *row = row_of(code);

	if (code == 0)
		return 0;
	if (row)
		return row->ntstatus;
	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		if (errnos[i].code == -code)
			return errnos[i].ntstatus;
	}
	return 0xC0000001;
}
