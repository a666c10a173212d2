/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffers of a PAC, written from readable text: for the KDC of the tests, and
 * for tests of what reads them. Independent of the library's own code, so that
 * a misreading of the format does not show up on both sides. Memory that runs
 * out ends the process.
 */
#ifndef TESTS_KDB_PAC_H
#define TESTS_KDB_PAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Grows; free() @data in the end. */
struct bytes {
	uint8_t *data;
	size_t size;
	size_t capacity;
};

void put(struct bytes *bytes, const void *data, size_t size);
void put_u16(struct bytes *bytes, unsigned value);
void put_u32(struct bytes *bytes, uint32_t value);
void put_u64(struct bytes *bytes, uint64_t value);
void put_align(struct bytes *bytes, size_t to);
/* Pairs of hex digits; stops at what is none. */
void put_hex(struct bytes *bytes, const char *hex);

/* MS-PAC 2.5: @groups are RIDs ("513", with
 * attributes "513=0x10") and SIDs between blanks, @resource_groups a SID
 * and then RIDs; both may be NULL. False: @sid is none. */
bool make_logon_info(struct bytes *ret, const char *sid, const char *groups,
		     const char *resource_groups, const char *account,
		     const char *domain);
/* MS-PAC 2.10 */
void make_upn_info(struct bytes *ret, const char *upn, const char *domain);
/* MS-PAC 2.12: @groups as above; "S-1-5-21-1-2-3:1101,1102" is a group of
 * another domain's */
bool make_device_info(struct bytes *ret, const char *sid, const char *groups);
/* MS-ADTS 2.2.18: "NAME=I:1|2 NAME=S:one|two NAME=B:1" with T of I, U, S, B;
 * one array from Active Directory. False: not so written */
bool make_claims_set(struct bytes *ret, const char *text);
/* MS-ADTS 2.2.18.3 around any bytes that are said to be @format */
void make_claims_metadata(struct bytes *ret, const void *set, size_t set_size,
			  unsigned format, uint32_t uncompressed_size);
/* Both */
bool make_claims(struct bytes *ret, const char *text);

#endif
