/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <guise/token.h>

#include "base.h"
#include "text.h"
#include "token-names.h"

/* The bits of a privilege in JSON; the library keeps three masks instead. */
#define ENABLED_BY_DEFAULT 1
#define ENABLED 2

static const struct token_word group_words[] = {
	{"mandatory", GUISE_GROUP_MANDATORY},
	{"enabled_by_default", GUISE_GROUP_ENABLED_BY_DEFAULT},
	{"enabled", GUISE_GROUP_ENABLED},
	{"owner", GUISE_GROUP_OWNER},
	{"deny_only", GUISE_GROUP_USE_FOR_DENY_ONLY},
	/* a label that is not active is of no use to anyone */
	{"integrity", GUISE_GROUP_INTEGRITY | GUISE_GROUP_INTEGRITY_ENABLED},
	{"resource", GUISE_GROUP_RESOURCE},
	{"logon_id", (uint32_t)GUISE_GROUP_LOGON_ID},
};

static const struct token_word policy_words[] = {
	{"no_write_up", GUISE_MANDATORY_NO_WRITE_UP},
	{"new_process_min", GUISE_MANDATORY_NEW_PROCESS_MIN},
};

static const struct token_word privilege_words[] = {
	{"enabled_by_default", ENABLED_BY_DEFAULT},
	{"enabled", ENABLED},
};

static const struct token_word type_words[] = {
	{"primary", GUISE_TOKEN_PRIMARY},
	{"impersonation", GUISE_TOKEN_IMPERSONATION},
};

static const struct token_word level_words[] = {
	{"anonymous", GUISE_LEVEL_ANONYMOUS},
	{"identification", GUISE_LEVEL_IDENTIFICATION},
	{"impersonation", GUISE_LEVEL_IMPERSONATION},
	{"delegation", GUISE_LEVEL_DELEGATION},
};

static const struct token_word integrity_words[] = {
	{"untrusted", 0},	 {"low", 0x1000},  {"medium", 0x2000},
	{"medium_plus", 0x2100}, {"high", 0x3000}, {"system", 0x4000},
	{"protected", 0x5000},
};

static const struct token_word elevation_words[] = {
	{"default", GUISE_ELEVATION_DEFAULT},
	{"full", GUISE_ELEVATION_FULL},
	{"limited", GUISE_ELEVATION_LIMITED},
};

static const struct token_word flag_words[] = {
	{"restricted", GUISE_TOKEN_IS_RESTRICTED},
	{"sandbox_inert", GUISE_TOKEN_SANDBOX_INERT},
	{"virtualize_allowed", GUISE_TOKEN_VIRTUALIZE_ALLOWED},
	{"virtualize_enabled", GUISE_TOKEN_VIRTUALIZE_ENABLED},
	{"filtered", GUISE_TOKEN_IS_FILTERED},
	{"ui_access", GUISE_TOKEN_UI_ACCESS},
};

/* As in SDDL. */
static const struct token_word claim_type_words[] = {
	{"TI", GUISE_CLAIM_INT64},   {"TU", GUISE_CLAIM_UINT64},
	{"TB", GUISE_CLAIM_BOOLEAN}, {"TS", GUISE_CLAIM_STRING},
	{"TD", GUISE_CLAIM_SID},     {"TX", GUISE_CLAIM_OCTETS},
};

/* linux/capability.h, as of Linux 5.9 and later */
static const struct token_word capability_words[] = {
	{"cap_chown", 0},
	{"cap_dac_override", 1},
	{"cap_dac_read_search", 2},
	{"cap_fowner", 3},
	{"cap_fsetid", 4},
	{"cap_kill", 5},
	{"cap_setgid", 6},
	{"cap_setuid", 7},
	{"cap_setpcap", 8},
	{"cap_linux_immutable", 9},
	{"cap_net_bind_service", 10},
	{"cap_net_broadcast", 11},
	{"cap_net_admin", 12},
	{"cap_net_raw", 13},
	{"cap_ipc_lock", 14},
	{"cap_ipc_owner", 15},
	{"cap_sys_module", 16},
	{"cap_sys_rawio", 17},
	{"cap_sys_chroot", 18},
	{"cap_sys_ptrace", 19},
	{"cap_sys_pacct", 20},
	{"cap_sys_admin", 21},
	{"cap_sys_boot", 22},
	{"cap_sys_nice", 23},
	{"cap_sys_resource", 24},
	{"cap_sys_time", 25},
	{"cap_sys_tty_config", 26},
	{"cap_mknod", 27},
	{"cap_lease", 28},
	{"cap_audit_write", 29},
	{"cap_audit_control", 30},
	{"cap_setfcap", 31},
	{"cap_mac_override", 32},
	{"cap_mac_admin", 33},
	{"cap_syslog", 34},
	{"cap_wake_alarm", 35},
	{"cap_block_suspend", 36},
	{"cap_audit_read", 37},
	{"cap_perfmon", 38},
	{"cap_bpf", 39},
	{"cap_checkpoint_restore", 40},
};

#define WORDS(name)                                                            \
	const struct token_words token_##name = {name, ARRAY_SIZE(name)}

WORDS(group_words);
WORDS(policy_words);
WORDS(privilege_words);
WORDS(type_words);
WORDS(level_words);
WORDS(integrity_words);
WORDS(elevation_words);
WORDS(flag_words);
WORDS(claim_type_words);
WORDS(capability_words);

const struct token_word *token_word_find(const struct token_words *words,
					 const char *word)
{
	for (size_t i = 0; i < words->n; i++) {
		if (text_equal_nocase(words->at[i].word,
				      strlen(words->at[i].word), word,
				      strlen(word)))
			return &words->at[i];
	}
	return NULL;
}

const struct token_word *token_word_of(const struct token_words *words,
				       uint32_t value)
{
	for (size_t i = 0; i < words->n; i++) {
		if (words->at[i].value == value)
			return &words->at[i];
	}
	return NULL;
}

void token_words_list(const struct token_words *words, char *ret, size_t size)
{
	size_t at = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < words->n && at < size; i++) {
		int n = snprintf(ret + at, size - at, "%s%s", i ? ", " : "",
				 words->at[i].word);

		at += n > 0 ? (size_t)n : 0;
	}
}
