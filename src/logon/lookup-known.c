/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIDs whose names are the same on every machine, as LookupAccountSid says
 * them. A name may be given with its domain or without.
 */
#include <stdio.h>

#include "lookup.h"
#include "text.h"

struct known {
	struct guise_sid sid;
	uint8_t domain; /* index into domains[] */
	uint8_t use;	/* enum guise_sid_use */
	const char *name;
};

enum {
	NOWHERE,
	NT_AUTHORITY,
	BUILTIN,
	LABEL,
	PACKAGES,
	SERVICES,
	PSEUDO,
};

#define SID(authority_, n, ...)                                                \
	{                                                                      \
		.authority = (authority_), .sub = {__VA_ARGS__}, .n_subs = (n) \
	}

static const struct {
	const char *name;
	struct guise_sid sid;
} domains[] = {
	[NOWHERE] = {"", {.n_subs = 0}},
	[NT_AUTHORITY] = {"NT AUTHORITY", SID(5, 0, 0)},
	[BUILTIN] = {"BUILTIN", SID(5, 1, 32)},
	[LABEL] = {"Mandatory Label", SID(16, 0, 0)},
	[PACKAGES] = {"APPLICATION PACKAGE AUTHORITY", SID(15, 1, 2)},
	[SERVICES] = {"NT SERVICE", SID(5, 1, 80)},
	[PSEUDO] = {"NT Pseudo Domain", SID(5, 0, 0)},
};

#define GROUP GUISE_SID_USE_WELL_KNOWN_GROUP
#define ALIAS GUISE_SID_USE_ALIAS
#define IS_LABEL GUISE_SID_USE_LABEL

/* clang-format off */
static const struct known known[] = {
	{ SID(0, 1, 0), NOWHERE, GROUP, "NULL SID" },
	{ SID(1, 1, 0), NOWHERE, GROUP, "Everyone" },
	{ SID(2, 1, 0), NOWHERE, GROUP, "LOCAL" },
	{ SID(2, 1, 1), NOWHERE, GROUP, "CONSOLE LOGON" },
	{ SID(3, 1, 0), NOWHERE, GROUP, "CREATOR OWNER" },
	{ SID(3, 1, 1), NOWHERE, GROUP, "CREATOR GROUP" },
	{ SID(3, 1, 2), NOWHERE, GROUP, "CREATOR OWNER SERVER" },
	{ SID(3, 1, 3), NOWHERE, GROUP, "CREATOR GROUP SERVER" },
	{ SID(3, 1, 4), NOWHERE, GROUP, "OWNER RIGHTS" },
	{ SID(5, 0, 0), PSEUDO, GUISE_SID_USE_DOMAIN, "NT Pseudo Domain" },
	{ SID(5, 1, 1), NT_AUTHORITY, GROUP, "DIALUP" },
	{ SID(5, 1, 2), NT_AUTHORITY, GROUP, "NETWORK" },
	{ SID(5, 1, 3), NT_AUTHORITY, GROUP, "BATCH" },
	{ SID(5, 1, 4), NT_AUTHORITY, GROUP, "INTERACTIVE" },
	{ SID(5, 1, 6), NT_AUTHORITY, GROUP, "SERVICE" },
	{ SID(5, 1, 7), NT_AUTHORITY, GROUP, "ANONYMOUS LOGON" },
	{ SID(5, 1, 8), NT_AUTHORITY, GROUP, "PROXY" },
	{ SID(5, 1, 9), NT_AUTHORITY, GROUP, "ENTERPRISE DOMAIN CONTROLLERS" },
	{ SID(5, 1, 10), NT_AUTHORITY, GROUP, "SELF" },
	{ SID(5, 1, 11), NT_AUTHORITY, GROUP, "Authenticated Users" },
	{ SID(5, 1, 12), NT_AUTHORITY, GROUP, "RESTRICTED" },
	{ SID(5, 1, 13), NT_AUTHORITY, GROUP, "TERMINAL SERVER USER" },
	{ SID(5, 1, 14), NT_AUTHORITY, GROUP, "REMOTE INTERACTIVE LOGON" },
	{ SID(5, 1, 15), NT_AUTHORITY, GROUP, "This Organization" },
	{ SID(5, 1, 17), NT_AUTHORITY, GROUP, "IUSR" },
	{ SID(5, 1, 18), NT_AUTHORITY, GROUP, "SYSTEM" },
	{ SID(5, 1, 19), NT_AUTHORITY, GROUP, "LOCAL SERVICE" },
	{ SID(5, 1, 20), NT_AUTHORITY, GROUP, "NETWORK SERVICE" },
	{ SID(5, 1, 33), NT_AUTHORITY, GROUP, "WRITE RESTRICTED" },
	{ SID(5, 1, 113), NT_AUTHORITY, GROUP, "Local account" },
	{ SID(5, 1, 114), NT_AUTHORITY, GROUP,
		"Local account and member of Administrators group" },
	{ SID(5, 2, 64, 10), NT_AUTHORITY, GROUP, "NTLM Authentication" },
	{ SID(5, 2, 64, 14), NT_AUTHORITY, GROUP, "SChannel Authentication" },
	{ SID(5, 2, 64, 21), NT_AUTHORITY, GROUP, "Digest Authentication" },
	{ SID(5, 2, 80, 0), SERVICES, GROUP, "ALL SERVICES" },
	{ SID(15, 2, 2, 1), PACKAGES, GROUP, "ALL APPLICATION PACKAGES" },
	{ SID(15, 2, 2, 2), PACKAGES, GROUP,
		"ALL RESTRICTED APPLICATION PACKAGES" },
	{ SID(16, 1, 0), LABEL, IS_LABEL, "Untrusted Mandatory Level" },
	{ SID(16, 1, 0x1000), LABEL, IS_LABEL, "Low Mandatory Level" },
	{ SID(16, 1, 0x2000), LABEL, IS_LABEL, "Medium Mandatory Level" },
	{ SID(16, 1, 0x2100), LABEL, IS_LABEL, "Medium Plus Mandatory Level" },
	{ SID(16, 1, 0x3000), LABEL, IS_LABEL, "High Mandatory Level" },
	{ SID(16, 1, 0x4000), LABEL, IS_LABEL, "System Mandatory Level" },
	{ SID(16, 1, 0x5000), LABEL, IS_LABEL,
		"Protected Process Mandatory Level" },
	{ SID(18, 1, 1), NOWHERE, GROUP,
		"Authentication authority asserted identity" },
	{ SID(18, 1, 2), NOWHERE, GROUP, "Service asserted identity" },
	{ SID(5, 1, 32), BUILTIN, GUISE_SID_USE_DOMAIN, "BUILTIN" },
	{ SID(5, 2, 32, 544), BUILTIN, ALIAS, "Administrators" },
	{ SID(5, 2, 32, 545), BUILTIN, ALIAS, "Users" },
	{ SID(5, 2, 32, 546), BUILTIN, ALIAS, "Guests" },
	{ SID(5, 2, 32, 547), BUILTIN, ALIAS, "Power Users" },
	{ SID(5, 2, 32, 548), BUILTIN, ALIAS, "Account Operators" },
	{ SID(5, 2, 32, 549), BUILTIN, ALIAS, "Server Operators" },
	{ SID(5, 2, 32, 550), BUILTIN, ALIAS, "Print Operators" },
	{ SID(5, 2, 32, 551), BUILTIN, ALIAS, "Backup Operators" },
	{ SID(5, 2, 32, 552), BUILTIN, ALIAS, "Replicator" },
	{ SID(5, 2, 32, 554), BUILTIN, ALIAS,
		"Pre-Windows 2000 Compatible Access" },
	{ SID(5, 2, 32, 555), BUILTIN, ALIAS, "Remote Desktop Users" },
	{ SID(5, 2, 32, 556), BUILTIN, ALIAS,
		"Network Configuration Operators" },
	{ SID(5, 2, 32, 558), BUILTIN, ALIAS, "Performance Monitor Users" },
	{ SID(5, 2, 32, 559), BUILTIN, ALIAS, "Performance Log Users" },
	{ SID(5, 2, 32, 562), BUILTIN, ALIAS, "Distributed COM Users" },
	{ SID(5, 2, 32, 568), BUILTIN, ALIAS, "IIS_IUSRS" },
	{ SID(5, 2, 32, 569), BUILTIN, ALIAS, "Cryptographic Operators" },
	{ SID(5, 2, 32, 573), BUILTIN, ALIAS, "Event Log Readers" },
	{ SID(5, 2, 32, 578), BUILTIN, ALIAS, "Hyper-V Administrators" },
	{ SID(5, 2, 32, 579), BUILTIN, ALIAS,
		"Access Control Assistance Operators" },
	{ SID(5, 2, 32, 580), BUILTIN, ALIAS, "Remote Management Users" },
};
/* clang-format on */

/* Spelt without a space, too; nothing else may be. */
static const struct {
	const char *name;
	const char *spelt;
} spellings[] = {
	{"LocalService", "LOCAL SERVICE"},
	{"NetworkService", "NETWORK SERVICE"},
};

static void fill(const struct known *row, struct guise_principal *ret)
{
	*ret = (struct guise_principal){
		.size = sizeof(*ret),
		.sid = row->sid,
		.domain_sid = domains[row->domain].sid,
		.use = row->use,
	};
	(void)snprintf(ret->name, sizeof(ret->name), "%s", row->name);
	(void)snprintf(ret->domain, sizeof(ret->domain), "%s",
		       domains[row->domain].name);
}

/* S-1-5-5-high-low */
static bool find_logon_session(const struct guise_sid *sid,
			       struct guise_principal *ret)
{
	if (sid->authority != 5 || sid->n_subs != 3 || sid->sub[0] != 5)
		return false;
	*ret = (struct guise_principal){
		.size = sizeof(*ret),
		.sid = *sid,
		.domain_sid = domains[NT_AUTHORITY].sid,
		.use = GUISE_SID_USE_LOGON_SESSION,
		.domain = "NT AUTHORITY",
	};
	(void)snprintf(ret->name, sizeof(ret->name), "LogonSessionId_%u_%u",
		       sid->sub[1], sid->sub[2]);
	return true;
}

bool known_find_sid(const struct guise_sid *sid, struct guise_principal *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (guise_sid_equal(&known[i].sid, sid)) {
			fill(&known[i], ret);
			return true;
		}
	}
	return find_logon_session(sid, ret);
}

static bool text_is(const char *text, const char *given, size_t size)
{
	return text_equal_nocase(text, strlen(text), given, size);
}

static bool name_is(const struct known *row, const char *name, size_t size)
{
	if (text_is(row->name, name, size))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		if (strcmp(spellings[i].spelt, row->name) == 0 &&
		    text_is(spellings[i].name, name, size))
			return true;
	}
	return false;
}

bool known_find_name(const char *domain, size_t domain_size, const char *name,
		     size_t size, struct guise_principal *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (domain && !text_is(domains[known[i].domain].name, domain,
				       domain_size))
			continue;
		if (name_is(&known[i], name, size)) {
			fill(&known[i], ret);
			return true;
		}
	}
	return false;
}
