#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every method with its variations, as curl sees it.
. "$(dirname "$0")/lib.sh"
start_server

answers "get" 200 alice GET /files/alice/secret.txt
body_is "get gives the content" "of alice"
same "content type" "$(header content-type)" "text/plain; charset=utf-8"
same "nosniff" "$(header x-content-type-options)" nosniff
same "vary" "$(header vary)" Authorization
etag=$(header etag)
modified=$(header last-modified)
answers "head" 200 alice HEAD /files/alice/secret.txt
same "head tells the length" "$(header content-length)" 9
same "head tells the tag" "$(header etag)" "$etag"
answers "head of what is not there" 404 alice HEAD /files/alice/none

answers "range" 206 alice GET /files/alice/secret.txt -r 3-7
body_is "range gives the part" alice
same "content range" "$(header content-range)" "bytes 3-7/9"
answers "suffix range" 206 alice GET /files/alice/secret.txt -r -6
body_is "suffix" "alice"
answers "range past the end" 416 alice GET /files/alice/secret.txt -r 9-
same "its length" "$(header content-range)" "bytes */9"
answers "two ranges give the whole" 200 alice GET /files/alice/secret.txt -r 0-1,3-4
answers "if-range holds" 206 alice GET /files/alice/secret.txt -r 0-1 -H "If-Range: $etag"
answers "if-range does not" 200 alice GET /files/alice/secret.txt -r 0-1 -H 'If-Range: "x"'
answers "if-none-match" 304 alice GET /files/alice/secret.txt -H "If-None-Match: $etag"
answers "if-modified-since" 304 alice GET /files/alice/secret.txt -H "If-Modified-Since: $modified"
answers "if-match" 412 alice GET /files/alice/secret.txt -H 'If-Match: "x"'

answers "directory without slash" 301 alice GET /files/alice
same "redirect" "$(header location)" /files/alice/
answers "directory page" 200 alice GET /files/alice/
holds "lists the file" grep -q 'href="./secret.txt"' "$dir/body"
holds "says who" grep -q '<strong>alice</strong>' "$dir/body"
holds "no script" grep -q "default-src 'none'" "$dir/head"
answers "index" 200 alice GET /
holds "index shows both" test "$(grep -c '<a href="./' "$dir/body")" -eq 2
answers "anonymous index" 200 - GET /
fails "it shows the open share alone" grep -q 'href="./files/' "$dir/body"

echo first >"$dir/1"
echo second >"$dir/2"
answers "put new" 201 alice PUT /files/alice/new.txt -T "$dir/1"
etag=$(header etag)
same "owner of the new file" "$(stat -c %u "$dir/files/alice/new.txt")" $alice
answers "put only if absent" 412 alice PUT /files/alice/new.txt -T "$dir/2" -H 'If-None-Match: *'
answers "put over another version" 412 alice PUT /files/alice/new.txt -T "$dir/2" -H 'If-Match: "x"'
same "still the first" "$(cat "$dir/files/alice/new.txt")" first
answers "put over this version" 204 alice PUT /files/alice/new.txt -T "$dir/2" -H "If-Match: $etag"
same "now the second" "$(cat "$dir/files/alice/new.txt")" second
answers "put chunked" 204 alice PUT /files/alice/new.txt -T - -H 'Transfer-Encoding: chunked' <"$dir/1"
same "chunked content" "$(cat "$dir/files/alice/new.txt")" first
answers "put nothing" 201 alice PUT /files/alice/empty -H 'Content-Length: 0'
same "empty file" "$(stat -c %s "$dir/files/alice/empty")" 0
answers "put a part" 400 alice PUT /files/alice/new.txt -T "$dir/1" -H 'Content-Range: bytes 0-1/2'
answers "put on a directory" 405 alice PUT /files/alice -T "$dir/1"
answers "put without parent" 409 alice PUT /files/alice/no/such.txt -T "$dir/1"
answers "put as another" 409 bob PUT /files/alice/new.txt -T "$dir/1"
answers "put where it is read-only" 403 alice PUT /public/hello.txt -T "$dir/1"
same "nothing left behind" "$(find "$dir/files" -name '.guise-tmp-*')" ""

answers "mkcol" 201 alice MKCOL /files/alice/d
answers "mkcol again" 405 alice MKCOL /files/alice/d
answers "mkcol without parent" 409 alice MKCOL /files/alice/no/such
answers "mkcol with body" 415 alice MKCOL /files/alice/e -d x
answers "copy" 201 alice COPY /files/alice/new.txt -H "Destination: $url/files/alice/d/c.txt"
answers "copy over" 204 alice COPY /files/alice/new.txt -H "Destination: /files/alice/d/c.txt"
answers "copy not over" 412 alice COPY /files/alice/new.txt -H "Destination: /files/alice/d/c.txt" -H 'Overwrite: F'
answers "copy elsewhere" 502 alice COPY /files/alice/new.txt -H "Destination: http://other/files/alice/x"
answers "copy without destination" 400 alice COPY /files/alice/new.txt
answers "copy to itself" 403 alice COPY /files/alice/new.txt -H "Destination: /files/alice/new.txt"
answers "copy a tree" 201 alice COPY /files/alice/d/ -H "Destination: /files/alice/d2/"
same "the tree's content" "$(cat "$dir/files/alice/d2/c.txt")" first
answers "copy into itself" 403 alice COPY /files/alice/d/ -H "Destination: /files/alice/d/x/"
answers "copy without members" 201 alice COPY /files/alice/d/ -H "Destination: /files/alice/d3/" -H 'Depth: 0'
same "no members" "$(ls "$dir/files/alice/d3")" ""
answers "copy what is another's" 404 bob COPY /files/alice/new.txt -H "Destination: /files/bob/x"
answers "copy to another's" 409 alice COPY /files/alice/new.txt -H "Destination: /files/bob/x"
answers "move" 201 alice MOVE /files/alice/d/c.txt -H "Destination: /files/alice/m.txt"
answers "move over" 204 alice MOVE /files/alice/new.txt -H "Destination: /files/alice/m.txt"
answers "move what is gone" 404 alice MOVE /files/alice/new.txt -H "Destination: /files/alice/n.txt"
answers "delete file" 204 alice DELETE /files/alice/m.txt
answers "delete again" 404 alice DELETE /files/alice/m.txt
answers "delete tree" 204 alice DELETE /files/alice/d2
same "tree is gone" "$(ls -d "$dir/files/alice/d2" 2>/dev/null)" ""
answers "delete a share" 403 alice DELETE /files/
answers "delete the index" 405 alice DELETE /

answers "options" 200 alice OPTIONS /files/
same "class 1" "$(header dav)" 1
answers "lock is not offered" 405 alice LOCK /files/all.txt
holds "allow says what is" grep -qi '^allow: .*PROPFIND' "$dir/head"
answers "unknown method" 501 alice BREW /files/all.txt

answers "propfind" 207 alice PROPFIND /files/alice/ -H 'Depth: 1'
holds "member" grep -q '<D:href>/files/alice/secret.txt</D:href>' "$dir/body"
holds "well-formed" xmllint --noout "$dir/body"
answers "propfind 0" 207 alice PROPFIND /files/alice/ -H 'Depth: 0'
same "one response" "$(grep -c '<D:response>' "$dir/body")" 1
answers "propfind infinity" 403 alice PROPFIND /files/alice/
holds "says why" grep -q propfind-finite-depth "$dir/body"
answers "propfind of the index" 207 alice PROPFIND / -H 'Depth: 1'
same "index and shares" "$(grep -c '<D:response>' "$dir/body")" 3
answers "propfind one property" 207 alice PROPFIND /files/all.txt -H 'Depth: 0' \
	-d '<propfind xmlns="DAV:"><prop><getcontentlength/><x xmlns="u:x"/></prop></propfind>'
holds "found" grep -q '<D:getcontentlength>8<' "$dir/body"
holds "not found" grep -q '404 Not Found' "$dir/body"
answers "propfind junk" 400 alice PROPFIND /files/all.txt -H 'Depth: 0' -d '<a>'
answers "propfind entities" 400 alice PROPFIND /files/all.txt -H 'Depth: 0' \
	-d '<!DOCTYPE a [<!ENTITY b "c">]><propfind xmlns="DAV:"><allprop/></propfind>'

mkdir "$dir/files/alice/odd \"<é>& #%?"
chown $alice:$group "$dir/files/alice/odd \"<é>& #%?"
answers "odd names" 200 alice GET '/files/alice/odd%20%22%3C%C3%A9%3E&%20%23%25%3F/'
answers "odd names are listed" 207 alice PROPFIND /files/alice/ -H 'Depth: 1'
holds "and parse" xmllint --noout "$dir/body"

same "keep-alive" "$(curl -sv -u alice:alice-pw "$url/files/all.txt" "$url/files/none" \
	-I "$url/files/all.txt" 2>&1 | grep -c 'Re-using')" 2

# Sizes on both sides of where one way of sending gives way to the next. What
# was held back to fill a packet must not wait for the kernel to lose patience
# (200 ms each).
for size in 32768 32769 100001 131072 131073 1000000; do
	head -c $size /dev/urandom >"$dir/files/$size.bin"
	urls=$(printf "$url/files/$size.bin %.0s" $(seq 20))
	before=$(date +%s%3N)
	curl -s -u alice:alice-pw $urls >"$dir/twenty"
	after=$(date +%s%3N)
	for i in $(seq 20); do cat "$dir/files/$size.bin"; done |
		holds "$size bytes, twenty times" cmp - "$dir/twenty"
	holds "$size bytes without waiting" test $((after - before)) -lt 3000
done

mkdir "$dir/files/alice/litmus"
chown $alice:$group "$dir/files/alice/litmus"
if command -v litmus >/dev/null; then
	(cd "$dir" && TESTS="basic copymove http" litmus "$url/files/alice/litmus/" \
		alice alice-pw >litmus.out 2>&1)
	same "litmus" "$(grep -ac ' 100.0%' "$dir/litmus.out")" 3
fi
holds "ends with 0" stop_server

rm "$dir/access.log"
start_server --log none
answers "without access log" 200 alice GET /files/alice/secret.txt
fails "no log is written" test -e "$dir/access.log" -o -e none
holds "ends with 0" stop_server
sum_up
