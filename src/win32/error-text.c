/* SPDX-License-Identifier: Apache-2.0 */
/* FormatMessage: what the usual errors mean, in English. */
#include <stdio.h>

#include "memory.h"
#include "status.h"
#include "text.h"

#define FLAGS_UNSUPPORTED                                                      \
	(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_FROM_HMODULE)

/* sorted by number */
static const struct {
	DWORD error;
	const char *text;
} messages[] = {
	{0, "It worked."},
	{1, "There is no such function here."},
	{2, "The file or object was not found."},
	{3, "The path was not found."},
	{4, "Too many files or handles are open."},
	{5, "Access is denied."},
	{6, "The handle is not valid, or not of this kind."},
	{8, "There is not enough memory."},
	{13, "The data is malformed."},
	{15, "There is no such drive."},
	{17, "The target is on another volume."},
	{18, "There are no more files."},
	{19, "The volume can only be read."},
	{20, "There is no such device."},
	{21, "The device is not ready."},
	{24, "The length is wrong for this request."},
	{31, "It failed, for no reason that has a name."},
	{32, "Another program has the file open in a way that excludes this."},
	{33, "Another program has locked this part of the file."},
	{38, "The end of the file has been reached."},
	{50, "This request is not supported."},
	{53, "The network path was not found."},
	{64, "The network name is gone."},
	{80, "The file exists already."},
	{86, "The password is wrong."},
	{87, "A parameter is wrong."},
	{109, "The other end of the pipe is closed."},
	{110, "The file cannot be opened."},
	{111, "The name is too long."},
	{112, "The volume is full."},
	{120, "This function is not there."},
	{121, "The time for it ran out."},
	{122, "The buffer is too small."},
	{123, "The name is malformed."},
	{126, "The module was not found."},
	{127, "The function was not found."},
	{131, "The position would be before the beginning."},
	{145, "The directory is not empty."},
	{158, "It is not locked."},
	{161, "The path is malformed."},
	{170, "It is in use."},
	{183, "It exists already."},
	{193, "This is not a program that can run here."},
	{203, "There is no such environment variable."},
	{206, "The name is too long."},
	{223, "The file is too large."},
	{230, "The pipe is in the wrong state."},
	{231, "All instances of the pipe are busy."},
	{232, "The pipe is being closed."},
	{233, "There is nobody at the other end of the pipe."},
	{234, "There is more data."},
	{255, "The extended attributes are inconsistent."},
	{258, "The time for waiting ran out."},
	{259, "There is no more data."},
	{267, "The directory name is not valid."},
	{288, "The mutex belongs to another thread."},
	{298, "The semaphore would be above its maximum."},
	{299, "Only a part of the memory could be copied."},
	{317, "There is no text for this number."},
	{487, "The address is not valid."},
	{534, "The result is too large for its type."},
	{535, "There is a client at the other end of the pipe already."},
	{536, "The pipe waits for a client to open it."},
	{582, "The text holds a character that it must not."},
	{629, "A group that only denies cannot be enabled."},
	{735, "The wait ended since an owner was gone."},
	{805, "The condition of the entry is malformed."},
	{995, "It was cancelled, or its thread ended."},
	{996, "The overlapped request has not ended yet."},
	{997, "The overlapped request is under way."},
	{998, "The memory at this address cannot be accessed."},
	{1004, "The flags are not valid."},
	{1008, "The thread has no token."},
	{1018, "It is being deleted."},
	{1056, "The service is running already."},
	{1060, "There is no such service."},
	{1062, "The service is not running."},
	{1113, "The text cannot be converted: it is malformed."},
	{1114, "The module could not be initialised."},
	{1117, "The device failed."},
	{1131, "It would have waited for itself."},
	{1142, "There are too many links."},
	{1168, "It was not found."},
	{1219, "There is a connection with other credentials."},
	{1223, "The user cancelled it."},
	{1225, "The connection was refused."},
	{1236, "The connection was aborted."},
	{1257, "The SID belongs to no domain."},
	{1260, "Policy forbids this program."},
	{1295, "The user's quota is used up."},
	{1300, "Not all privileges or groups were assigned."},
	{1301, "Some names have no SID."},
	{1305, "The revision is unknown."},
	{1306, "The revisions do not fit each other."},
	{1307, "This SID may not be the owner."},
	{1308, "This SID may not be the primary group."},
	{1309, "An impersonation token is needed."},
	{1310, "The group is mandatory and stays enabled."},
	{1311, "No logon server can be reached."},
	{1312, "There is no such logon session, or it has ended."},
	{1313, "There is no such privilege."},
	{1314, "A required privilege is not held."},
	{1315, "The account name is malformed."},
	{1316, "The account exists already."},
	{1317, "There is no such user."},
	{1318, "The group exists already."},
	{1319, "There is no such group."},
	{1326, "The user name or the password is wrong."},
	{1327, "The account is restricted."},
	{1328, "The account may not log on at this time."},
	{1329, "The account may not log on at this computer."},
	{1330, "The password has expired."},
	{1331, "The account is disabled."},
	{1332, "No mapping between names and SIDs was found."},
	{1336, "The ACL is malformed."},
	{1337, "The SID is malformed."},
	{1338, "The security descriptor is malformed."},
	{1340, "The inherited ACL could not be built."},
	{1344, "There is no room left for the security information."},
	{1345, "The group attributes do not fit the group."},
	{1346, "The impersonation level is missing or too low."},
	{1347, "An anonymous token cannot be opened."},
	{1348, "The validation class is not valid."},
	{1349, "The token is of the wrong type for this."},
	{1350, "The object has no security descriptor."},
	{1355, "The domain does not exist or cannot be reached."},
	{1359, "An internal error occurred."},
	{1360, "Generic rights must be mapped first."},
	{1361, "The descriptor is in the wrong form, absolute or relative."},
	{1364, "There is no such authentication package."},
	{1367, "The logon type is not valid."},
	{1368,
	 "Nothing has been read from the pipe that could be impersonated."},
	{1375, "The token is in use as a primary token."},
	{1376, "There is no such local group."},
	{1385, "The account has not been granted this type of logon."},
	{1388, "A member has the wrong kind of account."},
	{1392, "The file or directory is damaged."},
	{1450, "There are not enough system resources."},
	{1460, "The time for it ran out."},
	{1702, "The binding is not valid."},
	{1705, "The GUID is malformed."},
	{1722, "The server cannot be reached."},
	{1727, "The call failed and did not run."},
	{1784, "The buffer is not valid for this."},
	{1793, "The account has expired."},
	{1813, "The resource type was not found."},
	{1907, "The password must be changed first."},
	{1909, "The account is locked out."},
	{1920, "The file cannot be accessed."},
	{1921, "The name cannot be resolved: too many links."},
};

static const char *text_of(DWORD error)
{
	size_t low = 0, high = ARRAY_SIZE(messages);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (messages[middle].error == error)
			return messages[middle].text;
		if (messages[middle].error < error)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The message with the line end that Windows gives it, unless the caller wants
 * none */
static size_t message_of(DWORD flags, DWORD id, char ret[256])
{
	bool plain = (flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) ==
		     FORMAT_MESSAGE_MAX_WIDTH_MASK;
	const char *text = NULL;
	int n;

	if (flags & FLAGS_UNSUPPORTED) {
		(void)win32_fail(ERROR_NOT_SUPPORTED);
		return 0;
	}
	if (!(flags & FORMAT_MESSAGE_FROM_SYSTEM)) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return 0;
	}
	if (id >> 16 == 0x8007) /* HRESULT_FROM_WIN32 */
		id &= 0xffff;
	text = text_of(id);
	if (!text) {
		(void)win32_fail(ERROR_MR_MID_NOT_FOUND);
		return 0;
	}
	n = snprintf(ret, 256, "%s%s", text, plain ? " " : "\r\n");
	must(n > 0 && n < 256);
	return (size_t)n;
}

/* Where it goes: the caller's @space units of @size bytes, or memory that
 * LocalFree frees, of at least that */
static void *place(DWORD flags, void *buffer, size_t space, size_t needed,
		   size_t size)
{
	void *memory;

	if (!(flags & FORMAT_MESSAGE_ALLOCATE_BUFFER)) {
		if (buffer && needed <= space)
			return buffer;
		(void)win32_fail(buffer ? ERROR_INSUFFICIENT_BUFFER
					: ERROR_INVALID_PARAMETER);
		return NULL;
	}
	if (!buffer) {
		(void)win32_fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	memory = memory_new((needed > space ? needed : space) * size);
	if (!memory)
		(void)win32_fail(ERROR_NOT_ENOUGH_MEMORY);
	memcpy(buffer, &memory, sizeof(memory));
	return memory;
}

DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD id,
			    DWORD language, LPSTR ret, DWORD space,
			    va_list *arguments)
{
	char text[256];
	size_t n = message_of(flags, id, text);
	char *to;

	(void)source;
	(void)language;	 /* there is one */
	(void)arguments; /* no text has inserts */
	to = n ? place(flags, ret, space, n + 1, 1) : NULL;
	if (!to)
		return 0;
	memcpy(to, text, n + 1);
	return (DWORD)n;
}

DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD id,
			    DWORD language, LPWSTR ret, DWORD space,
			    va_list *arguments)
{
	char text[256];
	size_t n = message_of(flags, id, text);
	WCHAR *to;

	(void)source;
	(void)language;
	(void)arguments;
	to = n ? place(flags, ret, space, n + 1, sizeof(*to)) : NULL;
	if (!to)
		return 0;
	for (size_t i = 0; i <= n; i++) /* it is ASCII */
		to[i] = (WCHAR)text[i];
	return (DWORD)n;
}
