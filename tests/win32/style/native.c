/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way low-level tools are written: status codes, counted strings, object
 * attributes, information classes asked twice.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <stdio.h>
#include <stdlib.h>
#include <winternl.h>

#ifndef NT_SUCCESS
#define NT_SUCCESS(Status) (((NTSTATUS)(Status)) >= 0)
#endif

static int failures;

#define EXPECT(expression)                                                     \
	do {                                                                   \
		if (!(expression)) {                                           \
			printf("%s:%d: %s\n", __FILE__, __LINE__,              \
			       #expression);                                   \
			failures++;                                            \
		}                                                              \
	} while (0)
#define EXPECT_STATUS(call, wanted)                                            \
	do {                                                                   \
		NTSTATUS Status_ = (call);                                     \
		if (Status_ != (wanted)) {                                     \
			printf("%s:%d: %s = 0x%08lx, not 0x%08lx\n", __FILE__, \
			       __LINE__, #call, Status_, (wanted));            \
			failures++;                                            \
		}                                                              \
	} while (0)

static PVOID QueryToken(HANDLE Token, TOKEN_INFORMATION_CLASS Class)
{
	ULONG Length = 0;
	PVOID Buffer;
	NTSTATUS Status =
		NtQueryInformationToken(Token, Class, NULL, 0, &Length);

	if (Status != STATUS_BUFFER_TOO_SMALL)
		return NULL;
	Buffer = malloc(Length);
	if (!NT_SUCCESS(NtQueryInformationToken(Token, Class, Buffer, Length,
						&Length))) {
		free(Buffer);
		return NULL;
	}
	return Buffer;
}

static VOID TokenOfProcess(VOID)
{
	UNICODE_STRING Text, Wanted;
	PTOKEN_USER User;
	HANDLE Token, Other;

	EXPECT_STATUS(
		NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &Token),
		STATUS_SUCCESS);
	User = (PTOKEN_USER)QueryToken(Token, TokenUser);
	EXPECT(User != NULL);
	if (User) {
		EXPECT_STATUS(RtlConvertSidToUnicodeString(
				      &Text, User->User.Sid, TRUE),
			      STATUS_SUCCESS);
		RtlInitUnicodeString(&Wanted, L"S-1-");
		EXPECT(Text.Length > Wanted.Length &&
		       memcmp(Text.Buffer, Wanted.Buffer, Wanted.Length) == 0);
		printf("%wZ\n", &Text);
		RtlFreeUnicodeString(&Text);
		free(User);
	}
	EXPECT_STATUS(
		NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, &Other),
		STATUS_NO_TOKEN);
	EXPECT_STATUS(NtClose(Token), STATUS_SUCCESS);
	EXPECT_STATUS(NtClose(Token), STATUS_INVALID_HANDLE);
}

static VOID NamedEvent(VOID)
{
	OBJECT_BASIC_INFORMATION Information;
	OBJECT_ATTRIBUTES Attributes;
	UNICODE_STRING Name;
	HANDLE Event, Again;

	RtlInitUnicodeString(&Name, L"\\BaseNamedObjects\\guise-style-native");
	InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE,
				   NULL, NULL);
	EXPECT_STATUS(NtCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes,
				    NotificationEvent, FALSE),
		      STATUS_SUCCESS);
	Attributes.Attributes |= OBJ_OPENIF;
	EXPECT_STATUS(NtCreateEvent(&Again, SYNCHRONIZE, &Attributes,
				    NotificationEvent, FALSE),
		      STATUS_OBJECT_NAME_EXISTS);
	EXPECT_STATUS(NtQueryObject(Again, ObjectBasicInformation, &Information,
				    sizeof(Information), NULL),
		      STATUS_SUCCESS);
	EXPECT(Information.GrantedAccess == SYNCHRONIZE);
	EXPECT_STATUS(NtSetEvent(Again, NULL), STATUS_ACCESS_DENIED);
	EXPECT_STATUS(NtSetEvent(Event, NULL), STATUS_SUCCESS);
	EXPECT_STATUS(NtWaitForSingleObject(Again, FALSE, NULL),
		      STATUS_SUCCESS);
	EXPECT_STATUS(NtClose(Again), STATUS_SUCCESS);
	EXPECT_STATUS(NtClose(Event), STATUS_SUCCESS);
}

static VOID StatusAndErrors(VOID)
{
	EXPECT(RtlNtStatusToDosError(STATUS_ACCESS_DENIED) ==
	       ERROR_ACCESS_DENIED);
	EXPECT(RtlNtStatusToDosError(STATUS_BAD_IMPERSONATION_LEVEL) ==
	       ERROR_BAD_IMPERSONATION_LEVEL);
	EXPECT(RtlNtStatusToDosError(STATUS_BUFFER_TOO_SMALL) ==
	       ERROR_INSUFFICIENT_BUFFER);
}

int main(void)
{
	TokenOfProcess();
	NamedEvent();
	StatusAndErrors();
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
