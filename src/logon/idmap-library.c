/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>

#include "idmap-library.h"

bool idmap_library_load(const char *library,
			const struct idmap_function *functions, size_t n)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	bool has_all = handle;

	for (size_t i = 0; i < n && handle; i++) {
		void *function = dlsym(handle, functions[i].name);

		memcpy(functions[i].into, &function, sizeof(function));
		has_all = has_all && function;
	}
	return has_all;
}

int idmap_library_id(enum idmap_type type, uint32_t id,
		     struct guise_unix_id *ret)
{
	switch (type) {
	case IDMAP_TYPE_UID:
		ret->kind = GUISE_UNIX_ID_UID;
		break;
	case IDMAP_TYPE_GID:
		ret->kind = GUISE_UNIX_ID_GID;
		break;
	case IDMAP_TYPE_BOTH:
		ret->kind = GUISE_UNIX_ID_BOTH;
		break;
	case IDMAP_TYPE_NONE:
	default:
		return -EIO;
	}
	ret->id = id;
	return 0;
}
