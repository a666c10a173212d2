/* SPDX-License-Identifier: Apache-2.0 */
#include "bindings.h"

gss_channel_bindings_t gss_bindings_of(const uint8_t *data, size_t size,
				       struct gss_channel_bindings_struct *room)
{
	if (size == 0)
		return GSS_C_NO_CHANNEL_BINDINGS;
	*room = (struct gss_channel_bindings_struct){0};
	room->application_data.length = size;
	/* GSSAPI has no const; it is only read */
	memcpy(&room->application_data.value, &data, sizeof(data));
	return room;
}
