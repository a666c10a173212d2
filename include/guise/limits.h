/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit of the library, with where it comes from. */
#ifndef GUISE_LIMITS_H
#define GUISE_LIMITS_H

/* MS-DTYP 2.4.2: a SID has at most 15 sub-authorities. */
#define GUISE_SID_MAX_SUBS 15
/* 8 + 4 * 15 bytes. */
#define GUISE_SID_MAX_SIZE 68
/* "S-1-0x" 12 hex digits, 15 times '-' and ten digits, NUL: 184 is rounded. */
#define GUISE_SID_TEXT_SIZE 192
/* Bytes of a name that a SID is made of. A Windows string (UNICODE_STRING) has
 * no more characters. */
#define GUISE_SID_NAME_MAX 32767
/* MS-DTYP 2.4.5: AclSize is 16 bits wide. */
#define GUISE_ACL_MAX_SIZE 65535
/* Entries worked into an ACL at once. Ours: as many of the smallest ACEs, 16
 * bytes, are an ACL. */
#define GUISE_ACL_ENTRIES_MAX 4096
/* Two ACLs, two SIDs and the header; more is slack nobody needs. Ours. */
#define GUISE_SD_MAX_SIZE (20 + 2 * 65536 + 2 * 68 + 64)
/* SDDL of the largest descriptor is below this. Ours. */
#define GUISE_SDDL_MAX_SIZE (4u << 20)
/* Kernel: NGROUPS_MAX. */
#define GUISE_UNIX_GROUPS_MAX 65536
/* SIDs of one token, each of groups, restricted SIDs, capabilities,
 * device groups. Ours: above the kernel's own group limit. */
#define GUISE_TOKEN_SIDS_MAX 70000
/* TOKEN_AUDIT_POLICY: half a byte for each of 59 audit categories. */
#define GUISE_AUDIT_POLICY_SIZE 30
/* Bytes for default DACL and primary group of a token. What Windows charges. */
#define GUISE_TOKEN_DYNAMIC_SIZE 4096
/* An encoded token on a wire. Ours: fits GUISE_TOKEN_SIDS_MAX SIDs. */
#define GUISE_TOKEN_ENCODED_MAX (8u << 20)
/* Claims of one set, values of one claim, and one encoded claim. Ours; the
 * last: it must fit in an ACE. */
#define GUISE_CLAIMS_MAX 1024
#define GUISE_CLAIM_VALUES_MAX 1024
#define GUISE_CLAIM_MAX_SIZE 65500
/* Operators and parentheses of a condition within each other; a chain of && or
 * || counts as it is printed, each within the next. Ours: bounds the stack of
 * parser and evaluator. */
#define GUISE_CONDITION_MAX_DEPTH 256
/* Resource attribute ACEs of one SACL that a condition looks through. Ours:
 * what has been checked of them is kept on the stack. */
#define GUISE_RESOURCE_ATTRIBUTES_MAX 256
/* Nodes of one object type list. Ours: they live on the stack. */
#define GUISE_OBJECT_TYPES_MAX 1024
/* MS-DTYP 2.4.4.x: levels 0 (object) to 4. */
#define GUISE_OBJECT_TYPE_LEVEL_MAX 4
/* Central access policies of one set, and rules of one policy. Ours. */
#define GUISE_POLICIES_MAX 256
#define GUISE_POLICY_RULES_MAX 64
/* Changes of one remedy, remedies offered, checks tried to find them. Ours: a
 * person reads them, and a client may ask. */
#define GUISE_REMEDY_CHANGES_MAX 3
#define GUISE_REMEDIES_MAX 16
#define GUISE_REMEDY_TRIALS_MAX 1000
/* One component of a path (kernel NAME_MAX) and a whole path (PATH_MAX). */
#define GUISE_NAME_MAX 255
#define GUISE_PATH_MAX 4095
/* Nested scopes of one thread. Ours: deeper is a bug. */
#define GUISE_SCOPE_DEPTH_MAX 8
/* Descriptors that guise_spawn() keeps. Ours: more is a mistake. */
#define GUISE_SPAWN_FDS_MAX 1024
/* How long guise_thread_set_token() tries to reach a thread. Ours: longer than
 * a loaded machine takes to run a thread, shorter than a caller's patience. */
#define GUISE_THREAD_REACH_MS 2000
/* Depth of a tree that copy and delete walk. Ours: a stack bound. */
#define GUISE_TREE_DEPTH_MAX 256
/* User names a client may present. Ours. */
#define GUISE_USER_NAME_MAX 256
/* Passwords. libcrypt's CRYPT_MAX_PASSPHRASE_SIZE and PAM's PAM_MAX_RESP_SIZE
 * are 512 with the NUL; a longer one could never be checked. */
#define GUISE_PASSWORD_MAX 511
/* A pipe's name. Windows: 256 characters with the prefix. */
#define GUISE_PIPE_NAME_MAX 256
/* The directory of pipes: with a name of ours it fits in a socket's address. */
#define GUISE_PIPE_DIRECTORY_MAX 58
/* Instances of one pipe. Ours; Windows: what memory allows. */
#define GUISE_PIPE_INSTANCES_MAX 4096
/* One message. Ours: it is never held whole, so this only bounds how long one
 * writer has its turn. */
#define GUISE_PIPE_MESSAGE_MAX (64u << 20)
/* What a peek takes out of the kernel's hands. Ours. */
#define GUISE_PIPE_AHEAD_MAX (1u << 20)
/* How long a client or server may take to greet, and how many clients a
 * process greets at once, and of one uid. Ours. */
#define GUISE_PIPE_GREETING_MS 5000
#define GUISE_PIPE_GREETINGS_MAX 512
#define GUISE_PIPE_GREETINGS_OF_UID_MAX 128
/* Groups within groups of the embedded accounts. Ours: deeper is a mistake. */
#define GUISE_ACCOUNTS_NESTING_MAX 16
/* Handles open at once in a process of the façade. Ours: a leak shows before
 * the memory is gone. */
#define GUISE_WIN32_HANDLES_MAX 65536
/* Privileges of one call of the façade. Ours: there are 35, each may be named
 * now and then. */
#define GUISE_WIN32_PRIVILEGES_MAX 1024
/* Threads of the façade's pool. Windows' pool has as many. */
#define GUISE_POOL_THREADS_MAX 500
/* Logon sessions of one process. Ours: whoever may log on could fill memory. */
#define GUISE_SESSIONS_MAX 65536

/* A Kerberos principal as text. Ours: MIT's own limit of a name is larger,
 * nobody's name is. */
#define GUISE_PRINCIPAL_MAX 1024
/* One message of a GSSAPI exchange. Windows' MaxTokenSize is 48000. */
#define GUISE_GSS_TOKEN_MAX 65536
/* Buffers of a PAC. Ours: twenty kinds are known, of most there is one. */
#define GUISE_PAC_BUFFERS_MAX 64
/* SIDs of a client, or of its device, in a PAC. Ours: more do not fit in a
 * message. */
#define GUISE_PAC_SIDS_MAX 10000
/* What a compressed set of claims may expand to. Ours: many times what a
 * directory has of one user. */
#define GUISE_PAC_CLAIMS_SIZE_MAX (1u << 20)
/* Exchanges of one logon helper that wait for their client's next message, and
 * how long an exchange may take, from its first. Ours: Kerberos needs one
 * message, two with a client that guesses wrong; the oldest goes first. */
#define GUISE_NEGOTIATIONS_PENDING_MAX 64
#define GUISE_NEGOTIATION_PENDING_MS 10000
/* Bytes of a configuration of identities, its realms, domains and principals.
 * Ours. */
#define GUISE_IDENTITIES_MAX_SIZE (1u << 20)
#define GUISE_IDENTITIES_REALMS_MAX 64
#define GUISE_IDENTITIES_DOMAINS_MAX 64
#define GUISE_IDENTITIES_ENTRIES_MAX 10000
/* Bytes of a reason for the log. Ours: one line. */
#define GUISE_WHY_SIZE 200

#endif
