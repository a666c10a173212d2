/* SPDX-License-Identifier: Apache-2.0 */
/* Globally unique identifiers. In C++ as in C, references are const GUID *. */
#ifndef GUID_DEFINED
#define GUID_DEFINED

#include <string.h>

typedef struct _GUID {
	unsigned int Data1;
	unsigned short Data2;
	unsigned short Data3;
	unsigned char Data4[8];
} GUID;

typedef GUID *LPGUID;
typedef const GUID *LPCGUID;
typedef GUID IID;
typedef GUID CLSID;
#ifdef __cplusplus
#define REFGUID const GUID &
#else
#define REFGUID const GUID *
#endif

/* A constant: defined where INITGUID is, declared elsewhere */
#ifdef INITGUID
#ifdef __cplusplus
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)           \
	extern "C" const GUID name __attribute__((weak)) = {                   \
		l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)           \
	const GUID name __attribute__((weak)) = {                              \
		l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#endif
#elif defined(__cplusplus)
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)           \
	extern "C" const GUID name
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)           \
	extern const GUID name
#endif

/* Equality */
#ifdef __cplusplus
static inline int IsEqualGUID(REFGUID a, REFGUID b)
{
	return !memcmp(&a, &b, sizeof(GUID));
}
#else
#define IsEqualGUID(a, b) (!memcmp(a, b, sizeof(GUID)))
#endif

#endif
