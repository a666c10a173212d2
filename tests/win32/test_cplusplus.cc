// SPDX-License-Identifier: Apache-2.0
// A C++ program of Windows: standard text classes of 16-bit characters,
// streams beside the runtime's own printing, handles in classes.
#ifndef UNICODE
#define UNICODE
#endif
#define NOMINMAX
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <cstdio>
#include <cwchar>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <wchar.h>

#include "check.h"

namespace
{

struct local_free {
	void operator()(void *p) const
	{
		(void)LocalFree(p);
	}
};

class Handle
{
      public:
	explicit Handle(HANDLE handle) : handle_(handle)
	{
	}
	~Handle()
	{
		if (handle_ != nullptr)
			(void)CloseHandle(handle_);
	}
	Handle(const Handle &) = delete;
	Handle &operator=(const Handle &) = delete;
	HANDLE get() const
	{
		return handle_;
	}

      private:
	HANDLE handle_;
};

std::wstring sid_text(PSID sid)
{
	LPWSTR text = nullptr;

	if (!ConvertSidToStringSidW(sid, &text))
		return L"";
	std::unique_ptr<WCHAR, local_free> owner(text);
	return std::wstring(text);
}

void wide_text_classes_have_16_bits()
{
	std::wstring s = L"S-1-5-";

	s += L"32";
	s.append(3, L'-');
	check_equal(s.size(), 11);
	check_equal(s.find(L"32"), 6);
	check(s.substr(0, 5) == L"S-1-5");
	check(std::to_wstring(544) == L"544");
	check_equal(std::stol(std::wstring(L"-17 ")), -17);
	std::vector<wchar_t> buffer(s.begin(), s.end());
	buffer.push_back(L'\0');
	check(std::wcscmp(buffer.data(), s.c_str()) == 0);
	check(std::wcschr(s.c_str(), L'5') == s.c_str() + 4);
	std::wstring large(1000, L'x');
	std::wstring copy(large);
	std::reverse(copy.begin(), copy.end());
	check(copy == large && copy.size() == 1000);
}

void sids_become_text()
{
	std::vector<BYTE> sid(SECURITY_MAX_SID_SIZE);
	DWORD size = static_cast<DWORD>(sid.size());

	check(CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr,
				 sid.data(), &size));
	check(sid_text(sid.data()) == L"S-1-5-32-544");
}

void both_kinds_of_printing_know_windows_sizes()
{
	char text[64];
	wchar_t wide[64];
	const DWORD error = 4294967295u;
	std::ostringstream stream;

	(void)std::snprintf(text, sizeof(text), "%lu %ls", error, L"x");
	check(std::string(text) == "4294967295 x");
	(void)swprintf(wide, 64, L"%s|%I64d", L"y", -1ll);
	check(std::wstring(wide) == L"y|-1");
	stream << error << ' ' << GetCurrentProcessId();
	check(stream.str().compare(0, 11, "4294967295 ") == 0);
}

void handles_close_themselves()
{
	HANDLE raw;

	{
		Handle event(CreateEvent(nullptr, TRUE, TRUE, nullptr));

		raw = event.get();
		check_equal(WaitForSingleObject(raw, 0), WAIT_OBJECT_0);
	}
	check_fails(CloseHandle(raw), ERROR_INVALID_HANDLE);
}

} // namespace

int main()
{
	run(wide_text_classes_have_16_bits);
	run(sids_become_text);
	run(both_kinds_of_printing_know_windows_sizes);
	run(handles_close_themselves);
	return check_done();
}
