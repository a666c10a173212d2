/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The well-known SIDs: one table with the WELL_KNOWN_SID_TYPE number, the
 * two-letter SDDL alias and the English name of each (MS-DTYP 2.4.2.4 and
 * 2.5.1.1). A row is either a whole SID or a RID that a domain is put before.
 * Aliases of the forest's root domain (RO, SA, EA, EK) are taken relative to
 * the one domain that is given.
 */
#include "acl-internal.h"
#include "text.h"

#define NO_TYPE UINT8_MAX

struct well_known {
	struct guise_sid sid; /* relative: only the RID */
	bool relative;
	uint8_t type;  /* WELL_KNOWN_SID_TYPE, or NO_TYPE */
	char alias[3]; /* empty: none */
	const char *name;
};

#define FIXED(authority_, n, ...)                                              \
	{.authority = authority_, .sub = {__VA_ARGS__}, .n_subs = n}, false
#define DOMAIN(rid) {.sub = {rid}, .n_subs = 1}, true

/* clang-format off */
static const struct well_known table[] = {
	{ FIXED(0, 1, 0), 0, "", "Null SID" },
	{ FIXED(1, 1, 0), 1, "WD", "Everyone" },
	{ FIXED(2, 1, 0), 2, "", "Local" },
	{ FIXED(2, 1, 1), 81, "", "Console Logon" },
	{ FIXED(3, 1, 0), 3, "CO", "Creator Owner" },
	{ FIXED(3, 1, 1), 4, "CG", "Creator Group" },
	{ FIXED(3, 1, 2), 5, "", "Creator Owner Server" },
	{ FIXED(3, 1, 3), 6, "", "Creator Group Server" },
	{ FIXED(3, 1, 4), 71, "OW", "Owner Rights" },
	{ FIXED(5, 0, 0), 7, "", "NT Authority" },
	{ FIXED(5, 1, 1), 8, "", "Dialup" },
	{ FIXED(5, 1, 2), 9, "NU", "Network" },
	{ FIXED(5, 1, 3), 10, "", "Batch" },
	{ FIXED(5, 1, 4), 11, "IU", "Interactive" },
	{ FIXED(5, 1, 6), 12, "SU", "Service" },
	{ FIXED(5, 1, 7), 13, "AN", "Anonymous Logon" },
	{ FIXED(5, 1, 8), 14, "", "Proxy" },
	{ FIXED(5, 1, 9), 15, "ED", "Enterprise Domain Controllers" },
	{ FIXED(5, 1, 10), 16, "PS", "Self" },
	{ FIXED(5, 1, 11), 17, "AU", "Authenticated Users" },
	{ FIXED(5, 1, 12), 18, "RC", "Restricted Code" },
	{ FIXED(5, 1, 13), 19, "", "Terminal Server User" },
	{ FIXED(5, 1, 14), 20, "", "Remote Interactive Logon" },
	{ FIXED(5, 1, 15), 54, "", "This Organization" },
	{ FIXED(5, 1, 17), 63, "", "IUSR" },
	{ FIXED(5, 1, 18), 22, "SY", "Local System" },
	{ FIXED(5, 1, 19), 23, "LS", "Local Service" },
	{ FIXED(5, 1, 20), 24, "NS", "Network Service" },
	{ FIXED(5, 1, 22), 74, "", "Enterprise Read-only Domain Controllers Beta" },
	{ FIXED(5, 1, 32), 25, "", "Builtin" },
	{ FIXED(5, 1, 33), 70, "WR", "Write Restricted Code" },
	{ FIXED(5, 1, 113), 105, "", "Local Account" },
	{ FIXED(5, 1, 114), 106, "", "Local Account and Member of Administrators" },
	{ FIXED(5, 1, 1000), 55, "", "Other Organization" },
	{ FIXED(5, 2, 64, 10), 51, "", "NTLM Authentication" },
	{ FIXED(5, 2, 64, 14), 53, "", "SChannel Authentication" },
	{ FIXED(5, 2, 64, 21), 52, "", "Digest Authentication" },
	{ FIXED(5, 2, 65, 1), 82, "", "This Organization Certificate" },
	{ FIXED(5, 2, 80, 0), NO_TYPE, "", "All Services" },
	{ FIXED(5, 2, 82, 0), NO_TYPE, "", "Application Pools" },
	{ FIXED(5, 2, 83, 0), NO_TYPE, "", "Virtual Machines" },
	{ FIXED(5, 6, 84, 0, 0, 0, 0, 0), 98, "UD", "User Mode Drivers" },
	{ FIXED(5, 2, 90, 0), NO_TYPE, "", "Window Managers" },
	{ FIXED(5, 2, 96, 0), NO_TYPE, "", "Font Driver Hosts" },
	{ FIXED(5, 2, 32, 544), 26, "BA", "Administrators" },
	{ FIXED(5, 2, 32, 545), 27, "BU", "Users" },
	{ FIXED(5, 2, 32, 546), 28, "BG", "Guests" },
	{ FIXED(5, 2, 32, 547), 29, "PU", "Power Users" },
	{ FIXED(5, 2, 32, 548), 30, "AO", "Account Operators" },
	{ FIXED(5, 2, 32, 549), 31, "SO", "Server Operators" },
	{ FIXED(5, 2, 32, 550), 32, "PO", "Print Operators" },
	{ FIXED(5, 2, 32, 551), 33, "BO", "Backup Operators" },
	{ FIXED(5, 2, 32, 552), 34, "RE", "Replicator" },
	{ FIXED(5, 2, 32, 554), 35, "RU", "Pre-Windows 2000 Compatible Access" },
	{ FIXED(5, 2, 32, 555), 36, "RD", "Remote Desktop Users" },
	{ FIXED(5, 2, 32, 556), 37, "NO", "Network Configuration Operators" },
	{ FIXED(5, 2, 32, 557), 56, "", "Incoming Forest Trust Builders" },
	{ FIXED(5, 2, 32, 558), 57, "MU", "Performance Monitor Users" },
	{ FIXED(5, 2, 32, 559), 58, "LU", "Performance Log Users" },
	{ FIXED(5, 2, 32, 560), 59, "", "Windows Authorization Access Group" },
	{ FIXED(5, 2, 32, 561), 60, "", "Terminal Server License Servers" },
	{ FIXED(5, 2, 32, 562), 61, "", "Distributed COM Users" },
	{ FIXED(5, 2, 32, 568), 62, "IS", "IIS_IUSRS" },
	{ FIXED(5, 2, 32, 569), 64, "CY", "Cryptographic Operators" },
	{ FIXED(5, 2, 32, 573), 76, "ER", "Event Log Readers" },
	{ FIXED(5, 2, 32, 574), 78, "CD", "Certificate Service DCOM Access" },
	{ FIXED(5, 2, 32, 575), 95, "RA", "RDS Remote Access Servers" },
	{ FIXED(5, 2, 32, 576), 96, "ES", "RDS Endpoint Servers" },
	{ FIXED(5, 2, 32, 577), 97, "MS", "RDS Management Servers" },
	{ FIXED(5, 2, 32, 578), 99, "HA", "Hyper-V Administrators" },
	{ FIXED(5, 2, 32, 579), 101, "AA", "Access Control Assistance Operators" },
	{ FIXED(5, 2, 32, 580), 102, "RM", "Remote Management Users" },
	{ FIXED(5, 2, 32, 581), 111, "", "System Managed Accounts Group" },
	{ FIXED(5, 2, 32, 582), 112, "", "Storage Replica Administrators" },
	{ FIXED(5, 2, 32, 583), 119, "", "Device Owners" },
	{ FIXED(5, 2, 32, 584), NO_TYPE, "HO", "User Mode Hardware Operators" },
	{ FIXED(5, 2, 32, 585), NO_TYPE, "SH", "OpenSSH Users" },
	{ DOMAIN(498), 77, "RO", "Enterprise Read-only Domain Controllers" },
	{ DOMAIN(500), 38, "LA", "Administrator" },
	{ DOMAIN(501), 39, "LG", "Guest" },
	{ DOMAIN(502), 40, "", "krbtgt" },
	{ DOMAIN(503), 110, "", "DefaultAccount" },
	{ DOMAIN(512), 41, "DA", "Domain Admins" },
	{ DOMAIN(513), 42, "DU", "Domain Users" },
	{ DOMAIN(514), 43, "DG", "Domain Guests" },
	{ DOMAIN(515), 44, "DC", "Domain Computers" },
	{ DOMAIN(516), 45, "DD", "Domain Controllers" },
	{ DOMAIN(517), 46, "CA", "Cert Publishers" },
	{ DOMAIN(518), 47, "SA", "Schema Admins" },
	{ DOMAIN(519), 48, "EA", "Enterprise Admins" },
	{ DOMAIN(520), 49, "PA", "Group Policy Creator Owners" },
	{ DOMAIN(521), 75, "", "Read-only Domain Controllers" },
	{ DOMAIN(522), 100, "CN", "Cloneable Domain Controllers" },
	{ DOMAIN(525), 107, "AP", "Protected Users" },
	{ DOMAIN(526), 113, "KA", "Key Admins" },
	{ DOMAIN(527), 114, "EK", "Enterprise Key Admins" },
	{ DOMAIN(553), 50, "RS", "RAS and IAS Servers" },
	{ DOMAIN(571), 72, "", "Allowed RODC Password Replication Group" },
	{ DOMAIN(572), 73, "", "Denied RODC Password Replication Group" },
	{ FIXED(15, 0, 0), 83, "", "Application Package Authority" },
	{ FIXED(15, 2, 2, 1), 84, "AC", "All Application Packages" },
	{ FIXED(15, 2, 2, 2), NO_TYPE, "", "All Restricted Application Packages" },
	{ FIXED(15, 2, 3, 1), 85, "", "Internet Client" },
	{ FIXED(15, 2, 3, 2), 86, "", "Internet Client Server" },
	{ FIXED(15, 2, 3, 3), 87, "", "Private Network Client Server" },
	{ FIXED(15, 2, 3, 4), 88, "", "Pictures Library" },
	{ FIXED(15, 2, 3, 5), 89, "", "Videos Library" },
	{ FIXED(15, 2, 3, 6), 90, "", "Music Library" },
	{ FIXED(15, 2, 3, 7), 91, "", "Documents Library" },
	{ FIXED(15, 2, 3, 8), 93, "", "Enterprise Authentication" },
	{ FIXED(15, 2, 3, 9), 92, "", "Shared User Certificates" },
	{ FIXED(15, 2, 3, 10), 94, "", "Removable Storage" },
	{ FIXED(15, 2, 3, 11), 108, "", "Appointments" },
	{ FIXED(15, 2, 3, 12), 109, "", "Contacts" },
	{ FIXED(16, 1, 0), 65, "", "Untrusted Mandatory Level" },
	{ FIXED(16, 1, 4096), 66, "LW", "Low Mandatory Level" },
	{ FIXED(16, 1, 8192), 67, "ME", "Medium Mandatory Level" },
	{ FIXED(16, 1, 8448), 79, "MP", "Medium Plus Mandatory Level" },
	{ FIXED(16, 1, 12288), 68, "HI", "High Mandatory Level" },
	{ FIXED(16, 1, 16384), 69, "SI", "System Mandatory Level" },
	{ FIXED(16, 1, 20480), NO_TYPE, "", "Protected Process Mandatory Level" },
	{ FIXED(18, 1, 1), 103, "AS", "Authentication Authority Asserted Identity" },
	{ FIXED(18, 1, 2), 104, "SS", "Service Asserted Identity" },
	{ FIXED(18, 1, 3), 118, "", "Fresh Public Key Identity" },
	{ FIXED(18, 1, 4), 115, "", "Key Trust Identity" },
	{ FIXED(18, 1, 5), 116, "", "Key Property MFA" },
	{ FIXED(18, 1, 6), 117, "", "Key Property Attestation" },
	{ FIXED(19, 2, 512, 1024), NO_TYPE, "", "Protected Process Light, Authenticode" },
	{ FIXED(19, 2, 512, 1536), NO_TYPE, "", "Protected Process Light, Antimalware" },
	{ FIXED(19, 2, 512, 2048), NO_TYPE, "", "Protected Process Light, App" },
	{ FIXED(19, 2, 512, 4096), NO_TYPE, "", "Protected Process Light, Windows" },
	{ FIXED(19, 2, 512, 8192), NO_TYPE, "", "Protected Process Light, WinTcb" },
	{ FIXED(19, 2, 1024, 1024), NO_TYPE, "", "Protected Process, Authenticode" },
	{ FIXED(19, 2, 1024, 1536), NO_TYPE, "", "Protected Process, Antimalware" },
	{ FIXED(19, 2, 1024, 2048), NO_TYPE, "", "Protected Process, App" },
	{ FIXED(19, 2, 1024, 4096), NO_TYPE, "", "Protected Process, Windows" },
	{ FIXED(19, 2, 1024, 8192), NO_TYPE, "", "Protected Process, WinTcb" },
};
/* clang-format on */

static int row_sid(const struct well_known *row, const struct guise_sid *domain,
		   struct guise_sid *ret)
{
	if (row->relative)
		return guise_sid_append(domain, row->sid.sub[0], ret);
	*ret = row->sid;
	return 0;
}

int guise_sid_well_known(unsigned type, const struct guise_sid *domain,
			 struct guise_sid *ret)
{
	if (!ret || type >= NO_TYPE)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].type == type)
			return row_sid(&table[i], domain, ret) < 0 ? -EINVAL
								   : 0;
	}
	return -EINVAL;
}

int sid_of_alias(const char alias[2], const struct guise_sid *domain,
		 struct guise_sid *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (!text_equal_nocase(table[i].alias, strlen(table[i].alias),
				       alias, 2))
			continue;
		return row_sid(&table[i], domain, ret) < 0 ? GUISE_E_INVALID_SID
							   : 0;
	}
	return GUISE_E_INVALID_SID;
}

/* @domain NULL: the relative rows match no SID. */
static bool row_is(const struct well_known *row, const struct guise_sid *sid,
		   const struct guise_sid *domain)
{
	if (!row->relative)
		return guise_sid_equal(&row->sid, sid);
	return domain && guise_sid_is_valid(domain) &&
	       sid->n_subs == domain->n_subs + 1 &&
	       sid->sub[domain->n_subs] == row->sid.sub[0] &&
	       sid->authority == domain->authority &&
	       memcmp(sid->sub, domain->sub,
		      domain->n_subs * sizeof(sid->sub[0])) == 0;
}

const char *guise_sid_alias(const struct guise_sid *sid,
			    const struct guise_sid *domain)
{
	if (!guise_sid_is_valid(sid))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].alias[0] && row_is(&table[i], sid, domain))
			return table[i].alias;
	}
	return NULL;
}

/* Whatever S-1-5-21 domain an account is of; else the SID itself, to which
 * nothing is relative. */
static struct guise_sid domain_of(const struct guise_sid *sid)
{
	struct guise_sid domain = *sid;

	if (sid->authority == 5 && sid->n_subs == 5 && sid->sub[0] == 21)
		domain.sub[--domain.n_subs] = 0;
	return domain;
}

/* S-1-5-5-X-Y: the one kind that has a number but no row. */
#define LOGON_IDS 21

static bool is_logon_id(const struct guise_sid *sid)
{
	return sid->authority == 5 && sid->n_subs == 3 && sid->sub[0] == 5;
}

bool guise_sid_is_well_known(const struct guise_sid *sid, unsigned type)
{
	struct guise_sid domain;

	if (!guise_sid_is_valid(sid) || type >= NO_TYPE)
		return false;
	if (type == LOGON_IDS)
		return is_logon_id(sid);
	domain = domain_of(sid);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].type == type)
			return row_is(&table[i], sid, &domain);
	}
	return false;
}

static const struct {
	uint8_t authority;
	uint8_t n_subs_min;
	uint8_t n_subs_max;
	uint8_t first; /* the first sub-authority; 0: any */
	const char *name;
} families[] = {
	{5, 3, 3, 5, "Logon Session"},
	{5, 6, 6, 80, "Service"},
	{5, 2, 6, 82, "Application Pool"},
	{5, 3, 6, 83, "Virtual Machine"},
	{5, 2, 4, 90, "Window Manager"},
	{5, 2, 4, 96, "Font Driver Host"},
	{17, 1, 15, 0, "Central Access Policy"},
	{19, 2, 2, 0, "Process Trust"},
};

const char *guise_sid_family(const struct guise_sid *sid)
{
	if (!guise_sid_is_valid(sid))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (sid->authority == families[i].authority &&
		    sid->n_subs >= families[i].n_subs_min &&
		    sid->n_subs <= families[i].n_subs_max &&
		    (!families[i].first || sid->sub[0] == families[i].first))
			return families[i].name;
	}
	return NULL;
}

const char *guise_sid_name(const struct guise_sid *sid)
{
	struct guise_sid domain;

	if (!guise_sid_is_valid(sid))
		return NULL;
	domain = domain_of(sid);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (row_is(&table[i], sid, &domain))
			return table[i].name;
	}
	return NULL;
}
