/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and directories. Paths may have drives and backslashes;
 * docs/win32-paths.md says which directory a drive stands for.
 */
#ifndef _APISETFILE_
#define _APISETFILE_

#include "minwinbase.h"

GUISE_WIN32_BEGIN

/* Opening */
#define CREATE_NEW 1
#define CREATE_ALWAYS 2
#define OPEN_EXISTING 3
#define OPEN_ALWAYS 4
#define TRUNCATE_EXISTING 5
#define INVALID_FILE_SIZE ((DWORD)0xFFFFFFFF)
#define INVALID_SET_FILE_POINTER ((DWORD)-1)
#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)

HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES attributes, DWORD disposition,
		   DWORD flags, HANDLE template_file);
HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES attributes, DWORD disposition,
		   DWORD flags, HANDLE template_file);
#define CreateFile GUISE_WIN32_AW(CreateFile)

typedef struct _CREATEFILE2_EXTENDED_PARAMETERS {
	DWORD dwSize;
	DWORD dwFileAttributes;
	DWORD dwFileFlags;
	DWORD dwSecurityQosFlags;
	LPSECURITY_ATTRIBUTES lpSecurityAttributes;
	HANDLE hTemplateFile;
} CREATEFILE2_EXTENDED_PARAMETERS, *PCREATEFILE2_EXTENDED_PARAMETERS,
	*LPCREATEFILE2_EXTENDED_PARAMETERS;

HANDLE CreateFile2(LPCWSTR name, DWORD access, DWORD share, DWORD disposition,
		   LPCREATEFILE2_EXTENDED_PARAMETERS parameters);

/* Reading and writing */
BOOL ReadFile(HANDLE file, LPVOID buffer, DWORD size, LPDWORD read,
	      LPOVERLAPPED overlapped);
BOOL WriteFile(HANDLE file, LPCVOID buffer, DWORD size, LPDWORD written,
	       LPOVERLAPPED overlapped);
BOOL FlushFileBuffers(HANDLE file);
DWORD SetFilePointer(HANDLE file, LONG distance, PLONG distance_high,
		     DWORD method);
BOOL SetFilePointerEx(HANDLE file, LARGE_INTEGER distance,
		      PLARGE_INTEGER position, DWORD method);
BOOL SetEndOfFile(HANDLE file);
DWORD GetFileSize(HANDLE file, LPDWORD high);
BOOL GetFileSizeEx(HANDLE file, PLARGE_INTEGER size);
DWORD GetFileType(HANDLE file);
BOOL LockFile(HANDLE file, DWORD offset_low, DWORD offset_high, DWORD size_low,
	      DWORD size_high);
BOOL LockFileEx(HANDLE file, DWORD flags, DWORD reserved, DWORD size_low,
		DWORD size_high, LPOVERLAPPED overlapped);
BOOL UnlockFile(HANDLE file, DWORD offset_low, DWORD offset_high,
		DWORD size_low, DWORD size_high);
BOOL UnlockFileEx(HANDLE file, DWORD reserved, DWORD size_low, DWORD size_high,
		  LPOVERLAPPED overlapped);

/* What a file is */
typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
	DWORD dwFileAttributes;
	FILETIME ftCreationTime;
	FILETIME ftLastAccessTime;
	FILETIME ftLastWriteTime;
	DWORD nFileSizeHigh;
	DWORD nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;

typedef struct _BY_HANDLE_FILE_INFORMATION {
	DWORD dwFileAttributes;
	FILETIME ftCreationTime;
	FILETIME ftLastAccessTime;
	FILETIME ftLastWriteTime;
	DWORD dwVolumeSerialNumber;
	DWORD nFileSizeHigh;
	DWORD nFileSizeLow;
	DWORD nNumberOfLinks;
	DWORD nFileIndexHigh;
	DWORD nFileIndexLow;
} BY_HANDLE_FILE_INFORMATION, *PBY_HANDLE_FILE_INFORMATION,
	*LPBY_HANDLE_FILE_INFORMATION;

DWORD GetFileAttributesA(LPCSTR name);
DWORD GetFileAttributesW(LPCWSTR name);
#define GetFileAttributes GUISE_WIN32_AW(GetFileAttributes)
BOOL GetFileAttributesExA(LPCSTR name, GET_FILEEX_INFO_LEVELS level,
			  LPVOID information);
BOOL GetFileAttributesExW(LPCWSTR name, GET_FILEEX_INFO_LEVELS level,
			  LPVOID information);
#define GetFileAttributesEx GUISE_WIN32_AW(GetFileAttributesEx)
BOOL SetFileAttributesA(LPCSTR name, DWORD attributes);
BOOL SetFileAttributesW(LPCWSTR name, DWORD attributes);
#define SetFileAttributes GUISE_WIN32_AW(SetFileAttributes)
BOOL GetFileInformationByHandle(HANDLE file,
				LPBY_HANDLE_FILE_INFORMATION information);
BOOL GetFileTime(HANDLE file, LPFILETIME created, LPFILETIME accessed,
		 LPFILETIME written);
BOOL SetFileTime(HANDLE file, const FILETIME *created, const FILETIME *accessed,
		 const FILETIME *written);
BOOL SetFileInformationByHandle(HANDLE file, FILE_INFO_BY_HANDLE_CLASS which,
				LPVOID information, DWORD size);
BOOL FileTimeToLocalFileTime(const FILETIME *from, LPFILETIME to);
BOOL LocalFileTimeToFileTime(const FILETIME *from, LPFILETIME to);
LONG CompareFileTime(const FILETIME *first, const FILETIME *second);

/* Names */
BOOL CreateDirectoryA(LPCSTR name, LPSECURITY_ATTRIBUTES attributes);
BOOL CreateDirectoryW(LPCWSTR name, LPSECURITY_ATTRIBUTES attributes);
#define CreateDirectory GUISE_WIN32_AW(CreateDirectory)
BOOL RemoveDirectoryA(LPCSTR name);
BOOL RemoveDirectoryW(LPCWSTR name);
#define RemoveDirectory GUISE_WIN32_AW(RemoveDirectory)
BOOL DeleteFileA(LPCSTR name);
BOOL DeleteFileW(LPCWSTR name);
#define DeleteFile GUISE_WIN32_AW(DeleteFile)
#define FILE_NAME_NORMALIZED 0x0
#define FILE_NAME_OPENED 0x8
#define VOLUME_NAME_DOS 0x0
#define VOLUME_NAME_GUID 0x1
#define VOLUME_NAME_NT 0x2
#define VOLUME_NAME_NONE 0x4
DWORD GetFinalPathNameByHandleA(HANDLE file, LPSTR path, DWORD size,
				DWORD flags);
DWORD GetFinalPathNameByHandleW(HANDLE file, LPWSTR path, DWORD size,
				DWORD flags);
#define GetFinalPathNameByHandle GUISE_WIN32_AW(GetFinalPathNameByHandle)
HANDLE FindFirstFileA(LPCSTR pattern, LPWIN32_FIND_DATAA data);
HANDLE FindFirstFileW(LPCWSTR pattern, LPWIN32_FIND_DATAW data);
#define FindFirstFile GUISE_WIN32_AW(FindFirstFile)
HANDLE FindFirstFileExA(LPCSTR pattern, FINDEX_INFO_LEVELS level, LPVOID data,
			FINDEX_SEARCH_OPS search, LPVOID filter, DWORD flags);
HANDLE FindFirstFileExW(LPCWSTR pattern, FINDEX_INFO_LEVELS level, LPVOID data,
			FINDEX_SEARCH_OPS search, LPVOID filter, DWORD flags);
#define FindFirstFileEx GUISE_WIN32_AW(FindFirstFileEx)
BOOL FindNextFileA(HANDLE find, LPWIN32_FIND_DATAA data);
BOOL FindNextFileW(HANDLE find, LPWIN32_FIND_DATAW data);
#define FindNextFile GUISE_WIN32_AW(FindNextFile)
BOOL FindClose(HANDLE find);
DWORD GetFullPathNameA(LPCSTR name, DWORD size, LPSTR buffer, LPSTR *file_part);
DWORD GetFullPathNameW(LPCWSTR name, DWORD size, LPWSTR buffer,
		       LPWSTR *file_part);
#define GetFullPathName GUISE_WIN32_AW(GetFullPathName)
DWORD GetLongPathNameA(LPCSTR name, LPSTR buffer, DWORD size);
DWORD GetLongPathNameW(LPCWSTR name, LPWSTR buffer, DWORD size);
#define GetLongPathName GUISE_WIN32_AW(GetLongPathName)
DWORD GetShortPathNameA(LPCSTR name, LPSTR buffer, DWORD size);
DWORD GetShortPathNameW(LPCWSTR name, LPWSTR buffer, DWORD size);
#define GetShortPathName GUISE_WIN32_AW(GetShortPathName)
DWORD GetTempPathW(DWORD size, LPWSTR buffer);
UINT GetTempFileNameW(LPCWSTR directory, LPCWSTR prefix, UINT unique,
		      LPWSTR name);
DWORD GetTempPathA(DWORD size, LPSTR buffer);
UINT GetTempFileNameA(LPCSTR directory, LPCSTR prefix, UINT unique, LPSTR name);
#define GetTempPath GUISE_WIN32_AW(GetTempPath)
#define GetTempFileName GUISE_WIN32_AW(GetTempFileName)

/* Drives */
BOOL GetVolumeInformationA(LPCSTR root, LPSTR name, DWORD name_size,
			   LPDWORD serial, LPDWORD longest, LPDWORD flags,
			   LPSTR file_system, DWORD file_system_size);
BOOL GetVolumeInformationW(LPCWSTR root, LPWSTR name, DWORD name_size,
			   LPDWORD serial, LPDWORD longest, LPDWORD flags,
			   LPWSTR file_system, DWORD file_system_size);
#define GetVolumeInformation GUISE_WIN32_AW(GetVolumeInformation)
UINT GetDriveTypeA(LPCSTR root);
UINT GetDriveTypeW(LPCWSTR root);
#define GetDriveType GUISE_WIN32_AW(GetDriveType)
DWORD GetLogicalDrives(VOID);

GUISE_WIN32_END

#endif
