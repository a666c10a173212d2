/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model's reading of descriptors (MS-DTYP 2.4.2, 2.4.4 to 2.4.6): straight
 * from the bytes, every offset looked at before it is used.
 */
#include <string.h>

#include "model.h"

static uint32_t u16_at(const uint8_t *p)
{
	return p[0] + 256u * p[1];
}

static uint32_t u32_at(const uint8_t *p)
{
	return u16_at(p) + 65536u * u16_at(p + 2);
}

bool model_sid_equal(const struct guise_sid *a, const struct guise_sid *b)
{
	if (a->authority != b->authority || a->n_subs != b->n_subs)
		return false;
	for (unsigned i = 0; i < a->n_subs; i++) {
		if (a->sub[i] != b->sub[i])
			return false;
	}
	return true;
}

bool model_read_sid(const uint8_t *data, size_t size, struct guise_sid *ret,
		    size_t *ret_size)
{
	*ret = (struct guise_sid){0};
	if (size < 8 || data[0] != 1 || data[1] > 15 ||
	    size < 8u + 4u * data[1])
		return false;
	for (unsigned i = 2; i < 8; i++)
		ret->authority = ret->authority * 256 + data[i];
	ret->n_subs = data[1];
	for (unsigned i = 0; i < ret->n_subs; i++)
		ret->sub[i] = u32_at(data + 8 + 4 * i);
	*ret_size = 8u + 4u * data[1];
	return true;
}

static bool is_object(uint8_t type)
{
	return (type >= 5 && type <= 8) || type == 0xb || type == 0xc ||
	       type == 0xf || type == 0x10;
}

/* The bytes of one ACE, header and all. */
static bool read_ace(const uint8_t *data, size_t size, struct model_ace *ret)
{
	size_t at = 8, sid_size;

	*ret = (struct model_ace){.type = data[0], .flags = data[1]};
	if (ret->type == 4 || ret->type > 0x15)
		return true; /* compound and unknown: never looked into */
	if (size < at)
		return false;
	ret->mask = u32_at(data + 4);
	if (is_object(ret->type)) {
		if (size < 12)
			return false;
		at = 12;
		if (data[8] & 1) {
			if (size < at + 16)
				return false;
			ret->has_object_type = true;
			memcpy(ret->object_type.bytes, data + at, 16);
			at += 16;
		}
		if (data[8] & 2)
			at += 16;
	}
	if (size < at ||
	    !model_read_sid(data + at, size - at, &ret->sid, &sid_size))
		return false;
	ret->data = data + at + sid_size;
	ret->data_size = size - at - sid_size;
	return true;
}

int model_read_acl(const uint8_t *data, size_t size, struct model_acl *ret)
{
	size_t at = 8, acl_size, n;

	ret->present = true;
	ret->n = 0;
	if (size < 8 || u16_at(data + 2) < 8 || u16_at(data + 2) > size)
		return MODEL_UNREADABLE;
	acl_size = u16_at(data + 2);
	n = u16_at(data + 4);
	if (n > MODEL_ACES_MAX)
		return MODEL_TOO_LARGE;
	for (; ret->n < n; ret->n++) {
		size_t ace_size;

		if (acl_size - at < 4)
			return MODEL_UNREADABLE;
		ace_size = u16_at(data + at + 2);
		if (ace_size < 4 || ace_size > acl_size - at ||
		    !read_ace(data + at, ace_size, &ret->at[ret->n]))
			return MODEL_UNREADABLE;
		at += ace_size;
	}
	return 0;
}

/* Offset field at @field: 0 is absent. */
static bool read_owner(const uint8_t *data, size_t size, size_t field,
		       bool *ret_has, struct guise_sid *ret)
{
	uint32_t at = u32_at(data + field);
	size_t sid_size;

	*ret_has = at != 0;
	return at == 0 || (at <= size && model_read_sid(data + at, size - at,
							ret, &sid_size));
}

static int read_list(const uint8_t *data, size_t size, size_t field, bool there,
		     struct model_acl *ret)
{
	uint32_t at = u32_at(data + field);

	ret->present = false;
	ret->n = 0;
	if (!there || at == 0)
		return 0;
	if (at > size)
		return MODEL_UNREADABLE;
	return model_read_acl(data + at, size - at, ret);
}

int model_read_sd(const uint8_t *data, size_t size, struct model_sd *ret)
{
	uint32_t control;
	int r;

	if (size < 20 || data[0] != 1)
		return MODEL_UNREADABLE;
	control = u16_at(data + 2);
	if (!read_owner(data, size, 4, &ret->has_owner, &ret->owner) ||
	    !read_owner(data, size, 8, &ret->has_group, &ret->group))
		return MODEL_UNREADABLE;
	r = read_list(data, size, 12, control & GUISE_SD_SACL_PRESENT,
		      &ret->sacl);
	if (r < 0)
		return r;
	return read_list(data, size, 16, control & GUISE_SD_DACL_PRESENT,
			 &ret->dacl);
}
