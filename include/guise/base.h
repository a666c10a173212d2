/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every other header needs: linkage, ownership helpers, error codes and
 * the growable byte buffer.
 *
 * Every fallible function returns int: 0 for success or a negative code.
 * Codes -1 ... -4095 are errno values; -4096 and below are GUISE_E_*.
 * "Denied" is an answer, not an error: see access.h.
 *
 * Everything here is thread-safe, but a buffer belongs to one thread at a time.
 * Cost: a look into a table.
 */
#ifndef GUISE_BASE_H
#define GUISE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GUISE_API __attribute__((visibility("default")))
#define GUISE_MUST_USE __attribute__((warn_unused_result))
/* Calls @fn with the variable's address on every way out of its block. A guard
 * that is never read is no mistake. */
#define GUISE_AUTO(fn) __attribute__((cleanup(fn), unused))
/* Hands over an owned pointer: yields it and leaves NULL behind. */
#define guise_take(ptr)                                                        \
	(__extension__({                                                       \
		__typeof__(ptr) guise_taken_ = (ptr);                          \
		(ptr) = NULL;                                                  \
		guise_taken_;                                                  \
	}))

/*
 * Our own errors. Each stands for one NTSTATUS and one Win32 error; the
 * numbers are in src/base/error.c, the single table of all mappings.
 */
enum guise_error {
	GUISE_E_FIRST = -4096,
	GUISE_E_INVALID_SID = -4096,
	GUISE_E_INVALID_ACL = -4097,
	GUISE_E_INVALID_SD = -4098,
	GUISE_E_UNKNOWN_REVISION = -4099,
	GUISE_E_REVISION_MISMATCH = -4100,
	GUISE_E_INVALID_OWNER = -4101,
	GUISE_E_INVALID_PRIMARY_GROUP = -4102,
	GUISE_E_NO_IMPERSONATION_TOKEN = -4103,
	GUISE_E_CANT_DISABLE_MANDATORY = -4104,
	GUISE_E_NO_SUCH_LOGON_SESSION = -4105,
	GUISE_E_NO_SUCH_PRIVILEGE = -4106,
	GUISE_E_PRIVILEGE_NOT_HELD = -4107,
	GUISE_E_LOGON_FAILURE = -4108,
	GUISE_E_NO_TOKEN = -4109,
	GUISE_E_BAD_INHERITANCE_ACL = -4110,
	GUISE_E_ALLOTTED_SPACE_EXCEEDED = -4111,
	GUISE_E_BAD_LEVEL = -4112,
	GUISE_E_CANT_OPEN_ANONYMOUS = -4113,
	GUISE_E_BAD_TOKEN_TYPE = -4114,
	GUISE_E_NO_SECURITY_ON_OBJECT = -4115,
	GUISE_E_GENERIC_NOT_MAPPED = -4116,
	GUISE_E_BAD_DESCRIPTOR_FORMAT = -4117,
	GUISE_E_CANNOT_IMPERSONATE = -4118,
	GUISE_E_INVALID_CONDITION = -4119,
	GUISE_E_CANT_ENABLE_DENY_ONLY = -4120,
	GUISE_E_NON_DOMAIN_SID = -4121,
	GUISE_E_INVALID_GUID = -4122,
	GUISE_E_NONE_MAPPED = -4123,
	GUISE_E_CEILING =
		-4124, /* the identity is above the service's ceiling */
	GUISE_E_ACCESS_DENIED = -4125, /* a descriptor or policy said no */
	GUISE_E_PROTOCOL = -4126,      /* the peer broke the protocol */
	GUISE_E_INVALID_TOKEN = -4127, /* token fields contradict each other */
	GUISE_E_ACCOUNT_EXISTS = -4128,
	GUISE_E_NO_SUCH_ACCOUNT = -4129,
	GUISE_E_LIMIT = -4130, /* a limit of limits.h or of the configuration */
	GUISE_E_INVALID_CLAIM = -4131,
	GUISE_E_SHARING_VIOLATION = -4132, /* somebody has it open */
	GUISE_E_DELETE_PENDING = -4133,
	GUISE_E_CANNOT_DELETE = -4134, /* it is read-only */
	GUISE_E_INVALID_LABEL = -4135, /* it is above the token's own */
	/* established by the client's next message only */
	GUISE_E_CONTINUE_NEEDED = -4136,
	GUISE_E_LAST = -4136,
};

/**
 * guise_strerror() - what an error code means, in a few plain words
 * @code: a negative code as returned by any function of this library
 *
 * Return: a static string, never NULL; not translated. Thread-safe.
 */
GUISE_API const char *guise_strerror(int code);

/**
 * guise_error_name() - the code's name, for logs and batch output
 * @code: a negative code
 *
 * Return: the field's name without prefix ("INVALID_SID", "ACCESS_DENIED",
 * "ENOENT"), "UNKNOWN" for an undefined code; static storage, thread-safe.
 */
GUISE_API const char *guise_error_name(int code);

/**
 * guise_error_win32() - the Win32 error number of a code (1337, 5, 87, ...)
 * @code: a negative code, or 0
 *
 * Return: the number; 0 for 0; 317 (ERROR_MR_MID_NOT_FOUND) when there is none.
 */
GUISE_API uint32_t guise_error_win32(int code);

/**
 * guise_error_ntstatus() - the NTSTATUS of a code (0xC0000078, ...)
 * @code: a negative code, or 0
 *
 * It stands for the same Win32 number as guise_error_win32() gives, by the
 * rules of RtlNtStatusToDosError. Where Windows knows a Win32 number only, it
 * is that number in the facility made for it: 0xC007 and the number.
 *
 * Return: the status; 0 for 0; 0xC0000001 (UNSUCCESSFUL) when there is none.
 */
GUISE_API uint32_t guise_error_ntstatus(int code);

/**
 * struct guise_error_info - where and why a text or blob was refused
 * @offset: byte offset into the input at which it became wrong
 * @text:   one short sentence without newline, always NUL-terminated
 */
struct guise_error_info {
	size_t offset;
	char text[120];
};

/**
 * struct guise_buf - growable bytes, owned by whoever declared it
 * @data: heap memory or NULL; @size bytes of it are meaningful
 * @size: bytes in use
 * @capacity: bytes allocated
 *
 * Zero-initialised it is empty and valid. Release with guise_buf_clear().
 */
struct guise_buf {
	uint8_t *data;
	size_t size;
	size_t capacity;
};

/** guise_buf_clear() - release the memory and make @buf empty; NULL is fine */
GUISE_API void guise_buf_clear(struct guise_buf *buf);

/**
 * struct guise_guid - a GUID in its binary (mixed-endian) order on the wire
 */
struct guise_guid {
	uint8_t bytes[16];
};

#ifdef __cplusplus
}
#endif
#endif
