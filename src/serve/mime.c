/* SPDX-License-Identifier: Apache-2.0 */
/* Media types by the end of the name: a small table, sorted, in one place. */
#include "mime.h"

struct mime {
	const char *ending;
	const char *type;
};

/* clang-format off */
static const struct mime table[] = {
	{ "7z", "application/x-7z-compressed" },
	{ "avif", "image/avif" },
	{ "bmp", "image/bmp" },
	{ "bz2", "application/x-bzip2" },
	{ "c", "text/plain; charset=utf-8" },
	{ "css", "text/css; charset=utf-8" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "doc", "application/msword" },
	{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "epub", "application/epub+zip" },
	{ "flac", "audio/flac" },
	{ "gif", "image/gif" },
	{ "gz", "application/gzip" },
	{ "h", "text/plain; charset=utf-8" },
	{ "htm", "text/html; charset=utf-8" },
	{ "html", "text/html; charset=utf-8" },
	{ "ico", "image/x-icon" },
	{ "ics", "text/calendar; charset=utf-8" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "json", "application/json" },
	{ "log", "text/plain; charset=utf-8" },
	{ "m4a", "audio/mp4" },
	{ "md", "text/plain; charset=utf-8" },
	{ "mkv", "video/x-matroska" },
	{ "mov", "video/quicktime" },
	{ "mp3", "audio/mpeg" },
	{ "mp4", "video/mp4" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "oga", "audio/ogg" },
	{ "ogg", "audio/ogg" },
	{ "ogv", "video/ogg" },
	{ "pdf", "application/pdf" },
	{ "png", "image/png" },
	{ "ppt", "application/vnd.ms-powerpoint" },
	{ "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "py", "text/plain; charset=utf-8" },
	{ "rtf", "application/rtf" },
	{ "sh", "text/plain; charset=utf-8" },
	{ "svg", "image/svg+xml" },
	{ "tar", "application/x-tar" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "vcf", "text/vcard; charset=utf-8" },
	{ "wasm", "application/wasm" },
	{ "wav", "audio/wav" },
	{ "webm", "video/webm" },
	{ "webp", "image/webp" },
	{ "xhtml", "application/xhtml+xml" },
	{ "xls", "application/vnd.ms-excel" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "xml", "application/xml" },
	{ "xz", "application/x-xz" },
	{ "yaml", "text/plain; charset=utf-8" },
	{ "yml", "text/plain; charset=utf-8" },
	{ "zip", "application/zip" },
	{ "zst", "application/zstd" },
};
/* clang-format on */

static const char *const active[] = {
	"text/html; charset=utf-8",
	"application/xhtml+xml",
	"image/svg+xml",
	"application/xml",
};

/* strcasecmp would ask the locale */
static int compare(const char *ending, struct span name)
{
	for (size_t i = 0;; i++) {
		int a = (uint8_t)ending[i], b = 0;

		if (i < name.size)
			b = (uint8_t)name.data[i];
		if (b >= 'A' && b <= 'Z')
			b += 'a' - 'A';
		if (a != b)
			return b - a;
		if (a == 0)
			return 0;
	}
}

const char *mime_of(struct span name)
{
	const char *dot = name.size ? memrchr(name.data, '.', name.size) : NULL;
	size_t low = 0, high = ARRAY_SIZE(table);

	if (dot)
		name = span_from(name, (size_t)(dot - name.data) + 1);
	else
		high = 0;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(table[middle].ending, name);

		if (order == 0)
			return table[middle].type;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return "application/octet-stream";
}

bool mime_is_active(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(active); i++) {
		if (strcmp(type, active[i]) == 0)
			return true;
	}
	return false;
}
