/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules: the program itself, and this library under the names of the Windows
 * libraries whose functions it has. Nothing else is ever loaded, so that no
 * name a program passes can make it load anything.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "path.h"
#include "status.h"
#include "text.h"

static const char *const names[] = {
	"advapi32", "authz",	"cryptbase", "kernel32", "kernelbase",
	"msvcrt",   "netapi32", "ntdll",     "profapi",	 "rpcrt4",
	"samcli",   "sechost",	"secur32",   "shell32",	 "sspicli",
	"ucrtbase", "user32",	"userenv",   "wtsapi32",
};

/* Their addresses are the two module handles. */
static char program_module, own_module;

#define PROGRAM ((HMODULE)(void *)&program_module)
#define OWN ((HMODULE)(void *)&own_module)

/* The name without directory and ".dll"; how long it is */
static const char *bare_name(const char *name, size_t *ret_size)
{
	const char *slash = strrchr(name, '\\');
	size_t n;

	if (slash)
		name = slash + 1;
	n = strlen(name);
	if (n > 4 && strcasecmp(name + n - 4, ".dll") == 0)
		n -= 4;
	*ret_size = n;
	return name;
}

static HMODULE find(const char *name)
{
	size_t n;
	const char *bare = bare_name(name, &n);
	bool api_set = strncasecmp(bare, "api-ms-win-", 11) == 0;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !api_set; i++) {
		if (strlen(names[i]) == n &&
		    strncasecmp(names[i], bare, n) == 0)
			return OWN;
	}
	if (api_set)
		return OWN;
	(void)win32_fail(ERROR_MOD_NOT_FOUND);
	return NULL;
}

static HMODULE find_wide(LPCWSTR name)
{
	char *narrow;
	HMODULE module;

	if (!win32_result(utf8_dup(name, &narrow)))
		return NULL;
	module = find(narrow);
	free(narrow);
	return module;
}

HMODULE WINAPI GetModuleHandleA(LPCSTR name)
{
	return name ? find(name) : PROGRAM;
}

HMODULE WINAPI GetModuleHandleW(LPCWSTR name)
{
	return name ? find_wide(name) : PROGRAM;
}

/* Does @symbol lie in this library? */
static bool is_own(const void *symbol)
{
	Dl_info here, there;

	return dladdr(&own_module, &here) && dladdr(symbol, &there) &&
	       here.dli_fbase == there.dli_fbase;
}

/* Which of the two an address lies in */
static BOOL find_by_address(const void *address, HMODULE *ret)
{
	Dl_info info;

	if (!address || !dladdr(address, &info))
		return win32_fail(ERROR_MOD_NOT_FOUND);
	*ret = is_own(address) ? OWN : PROGRAM;
	return TRUE;
}

static BOOL check_ex(DWORD flags, HMODULE *ret)
{
	const DWORD known = GET_MODULE_HANDLE_EX_FLAG_PIN |
			    GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT |
			    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;

	if (!ret || (flags & ~known))
		return win32_fail(ERROR_INVALID_PARAMETER);
	*ret = NULL;
	return TRUE;
}

BOOL WINAPI GetModuleHandleExA(DWORD flags, LPCSTR name, HMODULE *ret)
{
	if (!check_ex(flags, ret))
		return FALSE;
	if (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS)
		return find_by_address(name, ret);
	*ret = GetModuleHandleA(name);
	return *ret != NULL;
}

BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR name, HMODULE *ret)
{
	if (!check_ex(flags, ret))
		return FALSE;
	if (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS)
		return find_by_address(name, ret);
	*ret = GetModuleHandleW(name);
	return *ret != NULL;
}

HMODULE WINAPI LoadLibraryExA(LPCSTR name, HANDLE file, DWORD flags)
{
	(void)file;
	(void)flags; /* how it would be loaded */
	if (name)
		return find(name);
	(void)win32_fail(ERROR_INVALID_PARAMETER);
	return NULL;
}

HMODULE WINAPI LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags)
{
	(void)file;
	(void)flags;
	if (name)
		return find_wide(name);
	(void)win32_fail(ERROR_INVALID_PARAMETER);
	return NULL;
}

HMODULE WINAPI LoadLibraryA(LPCSTR name)
{
	return LoadLibraryExA(name, NULL, 0);
}

HMODULE WINAPI LoadLibraryW(LPCWSTR name)
{
	return LoadLibraryExW(name, NULL, 0);
}

static bool is_module(HMODULE module)
{
	return module == PROGRAM || module == OWN;
}

BOOL WINAPI FreeLibrary(HMODULE module)
{
	return is_module(module) ? TRUE : win32_fail(ERROR_MOD_NOT_FOUND);
}

/* The C runtime's functions on 16-bit text are ours under another name. */
#define TEXT_PREFIX "guise_crt_"
#define SYMBOL_MAX 128

/* A function of this library, not of those it needs */
static void *own_symbol(const char *name)
{
	char text[sizeof(TEXT_PREFIX) + SYMBOL_MAX];
	Dl_info here;
	void *library = NULL, *symbol;
	int n;

	if (dladdr(&own_module, &here))
		library = dlopen(here.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
	symbol = dlsym(library ? library : RTLD_DEFAULT, name);
	n = snprintf(text, sizeof(text), TEXT_PREFIX "%s", name);
	if ((!symbol || !is_own(symbol)) && n > 0 && (size_t)n < sizeof(text))
		symbol = dlsym(library ? library : RTLD_DEFAULT, text);
	if (library)
		(void)dlclose(library); /* it stays */
	return symbol && is_own(symbol) ? symbol : NULL;
}

static void *symbol_of_program(const char *name)
{
	void *program = dlopen(NULL, RTLD_NOW);
	void *symbol = program ? dlsym(program, name) : NULL;
	Dl_info there;
	const char *slash;
	char own[GUISE_PATH_MAX + 1];
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	if (program)
		(void)dlclose(program); /* it stays */
	if (!symbol || n <= 0 || !dladdr(symbol, &there))
		return NULL;
	own[n] = 0;
	slash = strrchr(there.dli_fname, '/');
	return strcmp(slash ? slash + 1 : there.dli_fname,
		      strrchr(own, '/') + 1) == 0
		       ? symbol
		       : NULL;
}

FARPROC WINAPI GetProcAddress(HMODULE module, LPCSTR name)
{
	void *symbol = NULL;
	FARPROC function;

	if (!is_module(module)) {
		(void)win32_fail(ERROR_INVALID_HANDLE);
		return NULL;
	}
	if ((ULONG_PTR)name >
	    0xffff) /* else a number, of which there is none */
		symbol = module == OWN ? own_symbol(name)
				       : symbol_of_program(name);
	if (!symbol)
		(void)win32_fail(ERROR_PROC_NOT_FOUND);
	memcpy(&function, &symbol, sizeof(function));
	return function;
}

static NTSTATUS file_name(HMODULE module, char **ret)
{
	char own[GUISE_PATH_MAX + 1];
	ssize_t n;
	Dl_info here;

	if (module && !is_module(module))
		return STATUS_DLL_NOT_FOUND;
	if (module == OWN)
		return dladdr(&own_module, &here)
			       ? path_to_windows(here.dli_fname, ret)
			       : STATUS_DLL_NOT_FOUND;
	n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (n <= 0)
		return status_of(-errno);
	own[n] = 0;
	return path_to_windows(own, ret);
}

/* As many of the @n as there is room for, and a NUL; 122 if that is not all */
static DWORD cut(size_t n, size_t space)
{
	if (n < space)
		return (DWORD)n;
	(void)win32_fail(ERROR_INSUFFICIENT_BUFFER);
	return (DWORD)space;
}

DWORD WINAPI GetModuleFileNameA(HMODULE module, LPSTR ret, DWORD space)
{
	char *name;
	size_t n;

	if (!win32_result(file_name(module, &name)))
		return 0;
	n = strlen(name);
	if (space > 0) {
		memcpy(ret, name, n < space ? n + 1 : space);
		ret[n < space ? n : space - 1] = 0;
	}
	free(name);
	return cut(n, space);
}

DWORD WINAPI GetModuleFileNameW(HMODULE module, LPWSTR ret, DWORD space)
{
	WCHAR *wide;
	NTSTATUS status;
	char *name;
	size_t n;

	status = file_name(module, &name);
	if (status >= 0) {
		status = utf16_dup(name, &wide);
		free(name);
	}
	if (!win32_result(status))
		return 0;
	n = text_length(wide);
	if (space > 0) {
		memcpy(ret, wide, (n < space ? n + 1 : space) * sizeof(*wide));
		ret[n < space ? n : space - 1] = 0;
	}
	free(wide);
	return cut(n, space);
}
