/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Part of winternl.h: files as ntdll spells them. All input and output is
 * done when a function returns: STATUS_PENDING is never the answer of a file.
 */
#ifndef GUISE_WINTERNL_FILE_H
#define GUISE_WINTERNL_FILE_H

#include "ntdef.h"
#include "windows.h"

GUISE_WIN32_BEGIN

typedef struct _IO_STATUS_BLOCK {
	__extension__ union {
		NTSTATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef VOID(NTAPI *PIO_APC_ROUTINE)(PVOID context, PIO_STATUS_BLOCK result,
				     ULONG reserved);

/* Opening */
#define FILE_SUPERSEDE 0x00000000
#define FILE_OPEN 0x00000001
#define FILE_CREATE 0x00000002
#define FILE_OPEN_IF 0x00000003
#define FILE_OVERWRITE 0x00000004
#define FILE_OVERWRITE_IF 0x00000005
#define FILE_MAXIMUM_DISPOSITION 0x00000005

#define FILE_DIRECTORY_FILE 0x00000001
#define FILE_WRITE_THROUGH 0x00000002
#define FILE_SEQUENTIAL_ONLY 0x00000004
#define FILE_NO_INTERMEDIATE_BUFFERING 0x00000008
#define FILE_SYNCHRONOUS_IO_ALERT 0x00000010
#define FILE_SYNCHRONOUS_IO_NONALERT 0x00000020
#define FILE_NON_DIRECTORY_FILE 0x00000040
#define FILE_CREATE_TREE_CONNECTION 0x00000080
#define FILE_COMPLETE_IF_OPLOCKED 0x00000100
#define FILE_NO_EA_KNOWLEDGE 0x00000200
#define FILE_RANDOM_ACCESS 0x00000800
#define FILE_DELETE_ON_CLOSE 0x00001000
#define FILE_OPEN_BY_FILE_ID 0x00002000
#define FILE_OPEN_FOR_BACKUP_INTENT 0x00004000
#define FILE_NO_COMPRESSION 0x00008000
#define FILE_RESERVE_OPFILTER 0x00100000
#define FILE_OPEN_REPARSE_POINT 0x00200000
#define FILE_OPEN_NO_RECALL 0x00400000
#define FILE_OPEN_FOR_FREE_SPACE_QUERY 0x00800000

#define FILE_SUPERSEDED 0x00000000
#define FILE_OPENED 0x00000001
#define FILE_CREATED 0x00000002
#define FILE_OVERWRITTEN 0x00000003
#define FILE_EXISTS 0x00000004
#define FILE_DOES_NOT_EXIST 0x00000005

/* Offsets that are none */
#define FILE_WRITE_TO_END_OF_FILE 0xffffffff
#define FILE_USE_FILE_POINTER_POSITION 0xfffffffe

NTSTATUS NtCreateFile(PHANDLE ret, ACCESS_MASK access,
		      POBJECT_ATTRIBUTES attributes, PIO_STATUS_BLOCK result,
		      PLARGE_INTEGER allocation, ULONG file_attributes,
		      ULONG share, ULONG disposition, ULONG options, PVOID ea,
		      ULONG ea_size);
NTSTATUS NtOpenFile(PHANDLE ret, ACCESS_MASK access,
		    POBJECT_ATTRIBUTES attributes, PIO_STATUS_BLOCK result,
		    ULONG share, ULONG options);
NTSTATUS NtDeleteFile(POBJECT_ATTRIBUTES attributes);
BOOLEAN RtlDosPathNameToNtPathName_U(PCWSTR name, PUNICODE_STRING ret,
				     PWSTR *ret_file_part, PVOID reserved);
NTSTATUS RtlDosPathNameToNtPathName_U_WithStatus(PCWSTR name,
						 PUNICODE_STRING ret,
						 PWSTR *ret_file_part,
						 PVOID reserved);

/* Reading and writing */
NTSTATUS NtReadFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE apc,
		    PVOID context, PIO_STATUS_BLOCK result, PVOID buffer,
		    ULONG size, PLARGE_INTEGER offset, PULONG key);
NTSTATUS NtWriteFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE apc,
		     PVOID context, PIO_STATUS_BLOCK result, PVOID buffer,
		     ULONG size, PLARGE_INTEGER offset, PULONG key);
NTSTATUS NtFlushBuffersFile(HANDLE file, PIO_STATUS_BLOCK result);

/* What a file is */
typedef enum _FILE_INFORMATION_CLASS {
	FileBasicInformation = 4,
	FileStandardInformation = 5,
	FileInternalInformation = 6,
	FileEaInformation = 7,
	FileAccessInformation = 8,
	FileNameInformation = 9,
	FileRenameInformation = 10,
	FileDispositionInformation = 13,
	FilePositionInformation = 14,
	FileModeInformation = 16,
	FileAlignmentInformation = 17,
	FileAllocationInformation = 19,
	FileEndOfFileInformation = 20,
	FilePipeInformation = 23,
	FilePipeLocalInformation = 24,
	FileNetworkOpenInformation = 34,
	FileAttributeTagInformation = 35,
	FileDispositionInformationEx = 64,
	FileRenameInformationEx = 65
} FILE_INFORMATION_CLASS,
	*PFILE_INFORMATION_CLASS;

typedef struct _FILE_BASIC_INFORMATION {
	LARGE_INTEGER CreationTime;
	LARGE_INTEGER LastAccessTime;
	LARGE_INTEGER LastWriteTime;
	LARGE_INTEGER ChangeTime;
	ULONG FileAttributes;
} FILE_BASIC_INFORMATION, *PFILE_BASIC_INFORMATION;

typedef struct _FILE_STANDARD_INFORMATION {
	LARGE_INTEGER AllocationSize;
	LARGE_INTEGER EndOfFile;
	ULONG NumberOfLinks;
	BOOLEAN DeletePending;
	BOOLEAN Directory;
} FILE_STANDARD_INFORMATION, *PFILE_STANDARD_INFORMATION;

typedef struct _FILE_INTERNAL_INFORMATION {
	LARGE_INTEGER IndexNumber;
} FILE_INTERNAL_INFORMATION, *PFILE_INTERNAL_INFORMATION;

typedef struct _FILE_EA_INFORMATION {
	ULONG EaSize;
} FILE_EA_INFORMATION, *PFILE_EA_INFORMATION;

typedef struct _FILE_ACCESS_INFORMATION {
	ACCESS_MASK AccessFlags;
} FILE_ACCESS_INFORMATION, *PFILE_ACCESS_INFORMATION;

typedef struct _FILE_NAME_INFORMATION {
	ULONG FileNameLength;
	WCHAR FileName[1];
} FILE_NAME_INFORMATION, *PFILE_NAME_INFORMATION;

typedef struct _FILE_RENAME_INFORMATION {
	__extension__ union {
		BOOLEAN ReplaceIfExists;
		ULONG Flags;
	};
	HANDLE RootDirectory;
	ULONG FileNameLength;
	WCHAR FileName[1];
} FILE_RENAME_INFORMATION, *PFILE_RENAME_INFORMATION;

typedef struct _FILE_DISPOSITION_INFORMATION {
	BOOLEAN DeleteFile;
} FILE_DISPOSITION_INFORMATION, *PFILE_DISPOSITION_INFORMATION;

typedef struct _FILE_DISPOSITION_INFORMATION_EX {
	ULONG Flags;
} FILE_DISPOSITION_INFORMATION_EX, *PFILE_DISPOSITION_INFORMATION_EX;

typedef struct _FILE_POSITION_INFORMATION {
	LARGE_INTEGER CurrentByteOffset;
} FILE_POSITION_INFORMATION, *PFILE_POSITION_INFORMATION;

typedef struct _FILE_MODE_INFORMATION {
	ULONG Mode;
} FILE_MODE_INFORMATION, *PFILE_MODE_INFORMATION;

typedef struct _FILE_ALIGNMENT_INFORMATION {
	ULONG AlignmentRequirement;
} FILE_ALIGNMENT_INFORMATION, *PFILE_ALIGNMENT_INFORMATION;

typedef struct _FILE_ALLOCATION_INFORMATION {
	LARGE_INTEGER AllocationSize;
} FILE_ALLOCATION_INFORMATION, *PFILE_ALLOCATION_INFORMATION;

typedef struct _FILE_END_OF_FILE_INFORMATION {
	LARGE_INTEGER EndOfFile;
} FILE_END_OF_FILE_INFORMATION, *PFILE_END_OF_FILE_INFORMATION;

typedef struct _FILE_NETWORK_OPEN_INFORMATION {
	LARGE_INTEGER CreationTime;
	LARGE_INTEGER LastAccessTime;
	LARGE_INTEGER LastWriteTime;
	LARGE_INTEGER ChangeTime;
	LARGE_INTEGER AllocationSize;
	LARGE_INTEGER EndOfFile;
	ULONG FileAttributes;
} FILE_NETWORK_OPEN_INFORMATION, *PFILE_NETWORK_OPEN_INFORMATION;

typedef struct _FILE_ATTRIBUTE_TAG_INFORMATION {
	ULONG FileAttributes;
	ULONG ReparseTag;
} FILE_ATTRIBUTE_TAG_INFORMATION, *PFILE_ATTRIBUTE_TAG_INFORMATION;

NTSTATUS NtQueryInformationFile(HANDLE file, PIO_STATUS_BLOCK result,
				PVOID information, ULONG size,
				FILE_INFORMATION_CLASS which);
NTSTATUS NtSetInformationFile(HANDLE file, PIO_STATUS_BLOCK result,
			      PVOID information, ULONG size,
			      FILE_INFORMATION_CLASS which);
NTSTATUS NtQueryAttributesFile(POBJECT_ATTRIBUTES attributes,
			       PFILE_BASIC_INFORMATION ret);
NTSTATUS NtQueryFullAttributesFile(POBJECT_ATTRIBUTES attributes,
				   PFILE_NETWORK_OPEN_INFORMATION ret);

GUISE_WIN32_END

#endif
