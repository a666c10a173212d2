/* SPDX-License-Identifier: Apache-2.0 */
/* Handles: what they grant, how they are copied and closed. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <wchar.h>

#include <winternl-object.h>

#include <pthread.h>

#include "check.h"

/* wcscmp() == 0 */
static int is_text(PCWSTR text, PCWSTR wanted)
{
	size_t n = wcslen(wanted);

	return wcslen(text) == n &&
	       memcmp(text, wanted, n * sizeof(*text)) == 0;
}

static DWORD access_of(HANDLE handle)
{
	PUBLIC_OBJECT_BASIC_INFORMATION info = {0};

	check_equal(NtQueryObject(handle, ObjectBasicInformation, &info,
				  sizeof(info), NULL),
		    0);
	return info.GrantedAccess;
}

static HANDLE duplicate(HANDLE handle, DWORD access)
{
	HANDLE copy = NULL;

	check(DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(),
			      &copy, access, FALSE, 0));
	return copy;
}

struct mapped {
	DWORD asked;
	DWORD granted;
};

static void check_mapping(HANDLE handle, const struct mapped *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		HANDLE copy = duplicate(handle, rows[i].asked);

		check_equal(access_of(copy), rows[i].granted);
		check(CloseHandle(copy));
	}
	check(CloseHandle(handle));
}

static void generic_rights_become_those_of_the_type(void)
{
	static const struct mapped event[] = {{0, 0},
					      {GENERIC_READ, 0x20001},
					      {GENERIC_WRITE, 0x20002},
					      {GENERIC_EXECUTE, 0x120000},
					      {GENERIC_ALL, 0x1f0003}};
	static const struct mapped mutex[] = {{0, 0},
					      {GENERIC_READ, 0x20001},
					      {GENERIC_WRITE, 0x20000},
					      {GENERIC_EXECUTE, 0x120000},
					      {GENERIC_ALL, 0x1f0001}};

	check_mapping(CreateEventW(NULL, TRUE, FALSE, NULL), event, 5);
	check_mapping(CreateMutexW(NULL, FALSE, NULL), mutex, 5);
	check_mapping(CreateSemaphoreW(NULL, 0, 1, NULL), event, 5);
}

static void rights_bring_their_limited_forms(void)
{
	HANDLE process = duplicate(GetCurrentProcess(), 0x400);
	HANDLE thread = duplicate(GetCurrentThread(), 0x40);

	check_equal(access_of(process), 0x1400);
	check_equal(access_of(thread), 0x840);
	check(CloseHandle(process));
	check(CloseHandle(thread));
}

static void values_count_in_fours_and_do_not_come_back_at_once(void)
{
	HANDLE first = CreateEventW(NULL, TRUE, FALSE, NULL), second;

	check_equal((ULONG_PTR)first % 4, 0);
	check(CloseHandle(first));
	second = CreateEventW(NULL, TRUE, FALSE, NULL);
	check(second != first);
	check_fails(CloseHandle(first), ERROR_INVALID_HANDLE);
	check(CloseHandle(second));
}

static void what_is_no_handle_is_refused(void)
{
	check_fails(CloseHandle(NULL), ERROR_INVALID_HANDLE);
	check_fails(CloseHandle((HANDLE)(ULONG_PTR)0xdeadbee0),
		    ERROR_INVALID_HANDLE);
	check_fails(SetEvent((HANDLE)-3), ERROR_INVALID_HANDLE);
	check_equal(NtClose(NULL), STATUS_INVALID_HANDLE);
	check(CloseHandle(GetCurrentProcess()));
	check(CloseHandle(GetCurrentThread()));
}

static void an_object_of_another_kind_is_no_handle_either(void)
{
	HANDLE mutex = CreateMutexW(NULL, FALSE, NULL);

	check_fails(SetEvent(mutex), ERROR_INVALID_HANDLE);
	check_equal(NtSetEvent(mutex, NULL), STATUS_OBJECT_TYPE_MISMATCH);
	check(CloseHandle(mutex));
}

static void each_use_takes_its_right(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	HANDLE look = duplicate(event, SYNCHRONIZE);
	HANDLE set = duplicate(event, EVENT_MODIFY_STATE);

	check_fails(SetEvent(look), ERROR_ACCESS_DENIED);
	check_equal(WaitForSingleObject(set, 0), WAIT_FAILED);
	check_equal(GetLastError(), ERROR_ACCESS_DENIED);
	check(SetEvent(set));
	check_equal(WaitForSingleObject(look, 0), WAIT_OBJECT_0);
	check(CloseHandle(look));
	check(CloseHandle(set));
	check(CloseHandle(event));
}

/* tok-0174: the descriptor is asked again */
static void a_copy_may_gain_what_the_descriptor_grants(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	HANDLE look = duplicate(event, SYNCHRONIZE);
	HANDLE more = duplicate(look, EVENT_MODIFY_STATE);

	check_equal(access_of(more), EVENT_MODIFY_STATE);
	check(SetEvent(more));
	check(CloseHandle(more));
	check(CloseHandle(look));
	check(CloseHandle(event));
}

static void copies_are_the_same_object(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	HANDLE other = CreateEventW(NULL, TRUE, FALSE, NULL);
	HANDLE copy = NULL;

	check(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(),
			      &copy, 0, TRUE, DUPLICATE_SAME_ACCESS));
	check(CompareObjectHandles(event, copy));
	check(!CompareObjectHandles(event, other));
	check_equal(access_of(copy), EVENT_ALL_ACCESS);
	check(CloseHandle(other));
	check(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(),
			      &other, 0, FALSE,
			      DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
	check_fails(CloseHandle(event), ERROR_INVALID_HANDLE);
	check(CompareObjectHandles(other, copy));
	check(CloseHandle(other));
	check(CloseHandle(copy));
}

static void pseudo_handles_become_real_ones_by_copying(void)
{
	HANDLE process = NULL;

	check(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(),
			      GetCurrentProcess(), &process, 0, FALSE,
			      DUPLICATE_SAME_ACCESS));
	check(process && process != GetCurrentProcess());
	check(CompareObjectHandles(process, GetCurrentProcess()));
	check_equal(access_of(process), PROCESS_ALL_ACCESS);
	check(CloseHandle(process));
}

static void protected_handles_stay_open(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	DWORD flags = 99;

	check(GetHandleInformation(event, &flags));
	check_equal(flags, 0);
	check(SetHandleInformation(event, 3, 3));
	check(GetHandleInformation(event, &flags));
	check_equal(flags, 3);
	check_fails(CloseHandle(event), ERROR_INVALID_HANDLE);
	check_fails(SetHandleInformation(event, 4, 4), ERROR_INVALID_PARAMETER);
	check(SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
	check(GetHandleInformation(event, &flags));
	check_equal(flags, HANDLE_FLAG_INHERIT);
	check(CloseHandle(event));
}

static void wild_pointers_are_an_error(void)
{
	HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
	HANDLE *wild = (HANDLE *)0xdeadbee8;

	check_equal(NtDuplicateObject(GetCurrentProcess(), event,
				      GetCurrentProcess(), wild, 0, 0,
				      DUPLICATE_SAME_ACCESS),
		    STATUS_ACCESS_VIOLATION);
	check_fails(GetHandleInformation(event, NULL), ERROR_NOACCESS);
	check_equal(NtCreateEvent(NULL, EVENT_ALL_ACCESS, NULL,
				  NotificationEvent, FALSE),
		    STATUS_ACCESS_VIOLATION);
	check_equal(NtSetEvent(event, (PLONG)16), STATUS_ACCESS_VIOLATION);
	check(CloseHandle(event));
}

static void objects_say_their_type_and_name(void)
{
	HANDLE event =
		CreateEventW(NULL, TRUE, FALSE, L"Local\\test-handles-name");
	BYTE buffer[512];
	POBJECT_NAME_INFORMATION name = (void *)buffer;
	PPUBLIC_OBJECT_TYPE_INFORMATION type = (void *)buffer;
	ULONG size = 0;

	check_equal(NtQueryObject(event, ObjectTypeInformation, type,
				  sizeof(buffer), &size),
		    0);
	check_equal(type->TypeName.Length, 10);
	check(is_text(type->TypeName.Buffer, L"Event"));
	check_equal(size, 104 + 12);
	check_equal(NtQueryObject(event, ObjectNameInformation, name,
				  sizeof(buffer), &size),
		    0);
	check(is_text(name->Name.Buffer,
		      L"\\BaseNamedObjects\\test-handles-name"));
	check_equal(NtQueryObject(event, ObjectNameInformation, name, 8, &size),
		    STATUS_INFO_LENGTH_MISMATCH);
	check_equal(
		NtQueryObject(event, ObjectBasicInformation, buffer, 55, NULL),
		STATUS_INFO_LENGTH_MISMATCH);
	check_equal(NtQueryObject(event, (OBJECT_INFORMATION_CLASS)99, buffer,
				  55, NULL),
		    STATUS_INVALID_INFO_CLASS);
	check(CloseHandle(event));
}

/* One thread uses what another closes: no use is of another object. */
static HANDLE shared[2];

static void *use(void *stop)
{
	while (!__atomic_load_n((int *)stop, __ATOMIC_RELAXED)) {
		HANDLE handle = __atomic_load_n(&shared[0], __ATOMIC_RELAXED);

		if (!SetEvent(handle))
			check_equal(GetLastError(), ERROR_INVALID_HANDLE);
	}
	return NULL;
}

static void closing_what_another_thread_uses_is_safe(void)
{
	pthread_t threads[2];
	int stop = 0;

	for (int i = 0; i < 2; i++)
		check_equal(pthread_create(&threads[i], NULL, use, &stop), 0);
	for (int i = 0; i < 20000; i++) {
		HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

		__atomic_store_n(&shared[0], event, __ATOMIC_RELAXED);
		check(CloseHandle(event));
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		check_equal(pthread_join(threads[i], NULL), 0);
}

int main(void)
{
	run(generic_rights_become_those_of_the_type);
	run(rights_bring_their_limited_forms);
	run(values_count_in_fours_and_do_not_come_back_at_once);
	run(what_is_no_handle_is_refused);
	run(an_object_of_another_kind_is_no_handle_either);
	run(each_use_takes_its_right);
	run(a_copy_may_gain_what_the_descriptor_grants);
	run(copies_are_the_same_object);
	run(pseudo_handles_become_real_ones_by_copying);
	run(protected_handles_stay_open);
	run(wild_pointers_are_an_error);
	run(objects_say_their_type_and_name);
	run(closing_what_another_thread_uses_is_safe);
	return check_done();
}
