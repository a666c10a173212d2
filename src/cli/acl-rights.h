/* SPDX-License-Identifier: Apache-2.0 */
/* Rights on files in words, as icacls users know them. */
#ifndef CLI_ACL_RIGHTS_H
#define CLI_ACL_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What "modify" is: all but changing permissions, owner and others' files. */
#define ACL_MODIFY 0x001301bfu

/* Letters of "rwxmf", SDDL rights ("FR", "CCDC") or a number. 0 or -EINVAL */
int acl_rights_parse(const char *text, size_t size, uint32_t *ret);
/* "full control", "read, execute", "0x40": as much in words as there is */
#define ACL_RIGHTS_SIZE 320
void acl_rights_format(uint32_t mask, bool is_directory,
		       char ret[ACL_RIGHTS_SIZE]);
/* "OICI", "(OI)(CI)", "": ACE flags. 0 or -EINVAL */
int acl_flags_parse(const char *text, size_t size, uint8_t *ret);
/* "this and all beneath", ... */
const char *acl_flags_words(uint8_t flags, bool is_directory);

#endif
