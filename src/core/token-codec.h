/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens as bytes, the form in which our own processes pass them. All fields
 * in a fixed order, little-endian; SIDs in their binary form. Reading builds
 * through a builder, so that nothing becomes a token that could not have been
 * sealed; each token has exactly one encoding.
 *
 *	u32 magic "GTOK", u16 version 3, u8 type, u8 level
 *	u32 flags, u32 mandatory policy
 *	u64 id, u64 authentication id, u64 origin
 *	u64 privileges: present, enabled, enabled by default
 *	u32 uid, u32 gid, u64 capabilities, u32 n, n times u32 group
 *	8 bytes source; u16 size, bytes of the name
 *	u64 parent id, u64 modified id, u64 source id, u64 expiration
 *	u32 session, u32 package number, u8 elevation
 *	30 bytes audit policy
 *	user: SID, u32 attributes
 *	4 lists: u32 n, n times SID and u32 attributes
 *		(groups, restricting SIDs, device groups, capabilities)
 *	SID owner, SID primary group
 *	u8 1 and the package SID, or u8 0
 *	u8 1 and the trust level's SID, or u8 0
 *	u8 1, u32 size and the default DACL, or u8 0
 *	5 sets of claims: u32 n, n times u32 size and the claim as
 *		guise_claim_encode() has it (an empty set is none)
 *
 * Version 2 has nothing from the parent id to the audit policy, and its flag
 * 0x10 is what 0x800 is now: it is read, not written.
 */
#ifndef CORE_TOKEN_CODEC_H
#define CORE_TOKEN_CODEC_H

#include "token-internal.h"

#define TOKEN_MAGIC 0x4b4f5447u /* "GTOK" */
#define TOKEN_VERSION 3
#define TOKEN_VERSION_2 2

#endif
