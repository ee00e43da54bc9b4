package http1

import (
	"strings"
	"testing"
)

// Short forms for the documents below.
const (
	host  = "Host: a\r\n"
	get   = "GET / HTTP/1.1\r\n"
	post  = "POST / HTTP/1.1\r\n" + host
	chunk = post + "Transfer-Encoding: chunked\r\n\r\n"
	// next is what must not be read after a refusal.
	next = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
)

// TestDelimiters: rule 1, delimiters are matched, never skipped; rule 2, bare
// CR is always an error, and so is bare LF.
func TestDelimiters(t *testing.T) {
	checkAll(t, []document{
		{name: "CRLF after chunk data", in: chunk + "1\r\nxy\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
60 body "x"
60 refused 400 HPE_STRICT "Expected LF after chunk data"`},
		{name: "CR X after chunk data", in: chunk + "1\r\nx\ry0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
60 body "x"
61 refused 400 HPE_STRICT "Expected LF after chunk data"`},
		{name: "LF after chunk data", in: chunk + "1\r\nx\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
60 body "x"
61 refused 400 HPE_CR_EXPECTED "Missing expected CR after chunk data"`},
		{name: "CRLF after the last chunk", in: chunk + "0\r\nX", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
60 more`},
		{name: "CR X after the last chunk", in: chunk + "0\r\n\rX", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
60 refused 400 HPE_STRICT "Expected LF after headers"`},
		{name: "LF after the last chunk", in: chunk + "0\r\n\n" + next, want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
60 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header field char"`},
		{name: "LF after a chunk size", in: chunk + "1\nx\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
58 refused 400 HPE_CR_EXPECTED "Missing expected CR after chunk size"`},
		{name: "CR X after a chunk size", in: chunk + "1\rx\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
58 refused 400 HPE_STRICT "Expected LF after chunk size"`},
		{name: "LF after a chunk extension", in: chunk + "1;a\nx\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
59 refused 400 HPE_CR_EXPECTED "Missing expected CR after chunk extension name"`},
		{name: "LF after an extension value", in: chunk + "1;a=b\nx\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
61 refused 400 HPE_CR_EXPECTED "Missing expected CR after chunk extension value"`},
		{name: "LF after a quoted value", in: chunk + "1;a=\"b\"\nx\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
63 refused 400 HPE_CR_EXPECTED "Missing expected CR after chunk extension value"`},
		{name: "LF in a quoted value", in: chunk + "1;a=\"b\nx\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
63 refused 400 HPE_STRICT "Invalid character in chunk extensions quoted value"`},
		{name: "LF in a trailer", in: chunk + "0\r\nA: b\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
63 refused 400 HPE_CR_EXPECTED "Missing expected CR after header value"`},
		{name: "CR in a trailer", in: chunk + "0\r\nA: b\rc\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
64 refused 400 HPE_LF_EXPECTED "Missing expected LF after header value"`},
		{name: "LF after the request line", in: "GET / HTTP/1.1\n" + host + "\r\n", want: `15 refused 400 HPE_INVALID_VERSION "Expected CRLF after version"`},
		{name: "CR after the request line", in: "GET / HTTP/1.1\r" + host + "\r\n", want: `15 refused 400 HPE_STRICT "Expected CRLF after version"`},
		{name: "LF after a field", in: get + "Host: a\n\r\n", want: `23 refused 400 HPE_CR_EXPECTED "Missing expected CR after header value"`},
		{name: "CR in a value", in: get + "Host: a\r\nX: a\rb\r\n\r\n", want: `30 refused 400 HPE_LF_EXPECTED "Missing expected LF after header value"`},
		{name: "CR in an empty value", in: get + "Host: a\r\nX:\rTransfer-Encoding: chunked\r\n\r\n", want: `28 refused 400 HPE_STRICT "Expected LF after CR"`},
		{name: "LF as an empty value", in: get + "X:\n" + host + "\r\n", want: `19 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "CR in a name", in: get + host + "Na\rme: x\r\n\r\n", want: `27 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "LF at the end of the head", in: get + host + "\n", want: `26 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header field char"`},
		{name: "CR X at the end of the head", in: get + host + "\rX\r\n\r\n", want: `26 refused 400 HPE_STRICT "Expected LF after headers"`},
		{name: "CR CR LF at the end of the head", in: get + host + "\r\r\n", want: `26 refused 400 HPE_STRICT "Expected LF after headers"`},
		{name: "LF in the target", in: "GET /\n HTTP/1.1\r\n" + host + "\r\n", want: `5 refused 400 HPE_INVALID_URL "Expected CRLF"`},
		{name: "CR in the target", in: "GET /\r HTTP/1.1\r\n" + host + "\r\n", want: `6 refused 400 HPE_INVALID_URL "Expected CRLF"`},
		{name: "LF before a request", in: "\n" + get + host + "\r\n", want: `0 refused 400 HPE_STRICT "Expected CRLF before message"`},
		{name: "CR before a request", in: "\r" + get + host + "\r\n", want: `1 refused 400 HPE_STRICT "Expected CRLF before message"`},
		{name: "LF after a status line", role: RoleResponse, in: "HTTP/1.1 200 OK\nA: b\r\n\r\n", want: `16 refused 0 HPE_CR_EXPECTED "Missing expected CR after response line"`},
		{name: "LF after a status", role: RoleResponse, in: "HTTP/1.1 200\nA: b\r\n\r\n", want: `13 refused 0 HPE_INVALID_STATUS "Invalid response status"`},
		{name: "CR in a reason", role: RoleResponse, in: "HTTP/1.1 200 O\rK\r\n\r\n", want: `15 refused 0 HPE_STRICT "Expected LF after CR"`},
	})
}

// TestNumbers: rule 3, numbers are digits only, and bounded.
func TestNumbers(t *testing.T) {
	length := func(v string) string { return post + "Content-Length:" + v + "\r\n\r\nhello" + next }
	checkAll(t, []document{
		{name: "length", in: post + "Content-Length: 5\r\n\r\nhello", want: `
47 POST / HTTP/1.1 [keep-alive length=5] Host="a" Content-Length="5"
52 body "hello"
52 complete`},
		{name: "length with zeros", in: post + "Content-Length: 005\r\n\r\nhello", want: `
49 POST / HTTP/1.1 [keep-alive length=5] Host="a" Content-Length="005"
54 body "hello"
54 complete`},
		{name: "length zero", in: post + "Content-Length: 0\r\n\r\n", want: `
47 POST / HTTP/1.1 [keep-alive length=0] Host="a" Content-Length="0"
47 complete`},
		{name: "length without space", in: post + "Content-Length:5\r\n\r\nhello", want: `
46 POST / HTTP/1.1 [keep-alive length=5] Host="a" Content-Length="5"
51 body "hello"
51 complete`},
		{name: "length with spaces", in: post + "Content-Length:  5 \t\r\n\r\nhello", want: `
50 POST / HTTP/1.1 [keep-alive length=5] Host="a" Content-Length="5"
55 body "hello"
55 complete`},
		{name: "length plus", in: length(" +5"), want: `42 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length minus", in: length(" -5"), want: `42 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length space inside", in: length(" 4 2"), want: `44 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length underscore", in: length(" 1_0"), want: `43 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length hex", in: length(" 0x5"), want: `43 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length empty", in: length(""), want: `43 refused 400 HPE_INVALID_CONTENT_LENGTH "Empty Content-Length"`},
		{name: "length blank", in: length("  "), want: `45 refused 400 HPE_INVALID_CONTENT_LENGTH "Empty Content-Length"`},
		{name: "length letters", in: length(" five"), want: `42 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length list", in: length(" 5, 5"), want: `43 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length fraction", in: length(" 5.0"), want: `43 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "length 2^63", in: length(" 9223372036854775808"), want: `61 refused 400 HPE_INVALID_CONTENT_LENGTH "Content-Length overflow"`},
		{name: "length 2^63-1", in: post + "Content-Length: 9223372036854775807\r\n\r\nx", want: `
65 POST / HTTP/1.1 [keep-alive length=9223372036854775807] Host="a" Content-Length="9223372036854775807"
66 body "x"
66 more`},
		{name: "length 2^64+5", in: length(" 18446744073709551621"), want: `62 refused 400 HPE_INVALID_CONTENT_LENGTH "Content-Length overflow"`},
		{name: "length Latin-1 blank", in: length(" \xa05"), want: `42 refused 400 HPE_INVALID_CONTENT_LENGTH "Invalid character in Content-Length"`},
		{name: "size empty", in: chunk + "\r\nhello", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
56 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size sign", in: chunk + "+5\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
56 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size minus", in: chunk + "-5\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
56 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size 0x", in: chunk + "0x5\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
57 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size underscore", in: chunk + "1_0\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
57 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size g", in: chunk + "g\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
56 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size semicolon", in: chunk + ";\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
56 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size space before", in: chunk + " 5\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
56 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size space behind", in: chunk + "5 \r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
58 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size tab behind", in: chunk + "5\t\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
58 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size space before extension", in: chunk + "5 ;a\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
58 refused 400 HPE_INVALID_CHUNK_SIZE "Invalid character in chunk size"`},
		{name: "size upper and lower", in: chunk + "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
84 body "01234567890123456789"
91 complete`},
		{name: "size 15 zeros", in: chunk + "0000000000000005\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
79 body "hello"
86 complete`},
		{name: "size 16 zeros", in: chunk + "00000000000000005\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
72 refused 400 HPE_INVALID_CHUNK_SIZE "Chunk size overflow"`},
		{name: "last chunk of 17 zeros", in: chunk + "00000000000000000\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
72 refused 400 HPE_INVALID_CHUNK_SIZE "Chunk size overflow"`},
		{name: "size 2^64+5", in: chunk + "10000000000000005\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
72 refused 400 HPE_INVALID_CHUNK_SIZE "Chunk size overflow"`},
		{name: "size 2^63", in: chunk + "8000000000000000\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
71 refused 400 HPE_INVALID_CHUNK_SIZE "Chunk size overflow"`},
		{name: "size 2^64-1", in: chunk + "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
71 refused 400 HPE_INVALID_CHUNK_SIZE "Chunk size overflow"`},
		{name: "status letters", role: RoleResponse, in: "HTTP/1.1 2x0 OK\r\n\r\n", want: `10 refused 0 HPE_INVALID_STATUS "Invalid status code"`},
		{name: "status two digits", role: RoleResponse, in: "HTTP/1.1 20\r\n\r\n", want: `11 refused 0 HPE_INVALID_STATUS "Invalid status code"`},
		{name: "status four digits", role: RoleResponse, in: "HTTP/1.1 2000\r\n\r\n", want: `12 refused 0 HPE_INVALID_STATUS "Invalid response status"`},
	})
}

// TestFramingFields: rule 4, duplicates, lists and unknown codings are errors;
// rule 8, framing is decided before anybody hears of the request.
func TestFramingFields(t *testing.T) {
	const te = "Transfer-Encoding: "
	body := "\r\n0\r\n\r\n" + next
	checkAll(t, []document{
		{name: "chunked in any case", in: post + te + "ChunKed\r\n\r\n0\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="ChunKed"
61 complete`},
		{name: "length twice, equal", in: post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", want: `61 refused 400 HPE_UNEXPECTED_CONTENT_LENGTH "Duplicate Content-Length"`},
		{name: "length twice, equal, allowed", opts: Options{Lenient: LenientIdenticalContentLength},
			in: post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", want: `
66 POST / HTTP/1.1 [keep-alive length=5 LenientIdenticalContentLength] Host="a" Content-Length="5" Content-Length="5"
71 body "hello"
71 complete`},
		{name: "length twice, different", in: post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", want: `61 refused 400 HPE_UNEXPECTED_CONTENT_LENGTH "Duplicate Content-Length"`},
		{name: "length twice, different, allowed", opts: Options{Lenient: LenientIdenticalContentLength},
			in: post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", want: `61 refused 400 HPE_UNEXPECTED_CONTENT_LENGTH "Duplicate Content-Length"`},
		{name: "coding and length", in: post + te + "chunked\r\nContent-Length: 5\r\n" + body, want: `69 refused 400 HPE_INVALID_CONTENT_LENGTH "Content-Length can't be present with Transfer-Encoding"`},
		{name: "length and coding", in: post + "Content-Length: 5\r\n" + te + "chunked\r\n" + body, want: `63 refused 400 HPE_INVALID_TRANSFER_ENCODING "Transfer-Encoding can't be present with Content-Length"`},
		{name: "length and empty coding", in: post + "Content-Length: 5\r\n" + te + "\r\n" + body, want: `63 refused 400 HPE_INVALID_TRANSFER_ENCODING "Transfer-Encoding can't be present with Content-Length"`},
		{name: "coding and length, allowed", opts: Options{Lenient: LenientChunkedLength},
			in: post + te + "chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", want: `
75 POST / HTTP/1.1 [keep-alive chunked length=5 LenientChunkedLength] Host="a" Transfer-Encoding="chunked" Content-Length="5"
80 complete`},
		{name: "coding twice", in: post + te + "chunked\r\n" + te + "chunked\r\n" + body, want: "74 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "coding twice, first unknown", in: post + te + "x\r\n" + te + "chunked\r\n" + body, want: "67 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "coding twice, second unknown", in: post + te + "chunked\r\n" + te + "x\r\n" + body, want: "74 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "coding twice, second empty", in: post + te + "chunked\r\n" + te + "\r\n" + body, want: `75 refused 400 HPE_INVALID_TRANSFER_ENCODING "Empty Transfer-Encoding"`},
		{name: "gzip, chunked", in: post + te + "gzip, chunked\r\n" + body, want: "62 refused 501 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "gzip, chunked, allowed", opts: Options{Lenient: LenientTransferEncodingList},
			in: post + te + "gzip, chunked\r\n\r\n0\r\n\r\n", want: `
62 POST / HTTP/1.1 [keep-alive chunked LenientTransferEncodingList] Host="a" Transfer-Encoding="gzip, chunked"
67 complete`},
		{name: "chunked, gzip", in: post + te + "chunked, gzip\r\n" + body, want: "53 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "chunked, chunked", in: post + te + "chunked, chunked\r\n" + body, want: "53 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "identity", in: post + te + "identity\r\n" + body, want: "57 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "gzip", in: post + te + "gzip\r\n" + body, want: "53 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "chunked with a parameter", in: post + te + "chunked;q=1\r\n" + body, want: "60 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "chunked and a comma", in: post + te + "chunked,\r\n" + body, want: "53 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "comma and chunked", in: post + te + ",chunked\r\n" + body, want: "57 refused 501 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "xchunked", in: post + te + "xchunked\r\n" + body, want: "57 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "quoted chunked", in: post + te + "\"chunked\"\r\n" + body, want: "58 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "empty coding", in: post + te + "\r\n" + body, want: `47 refused 400 HPE_INVALID_TRANSFER_ENCODING "Empty Transfer-Encoding"`},
		{name: "tab before chunked", in: post + "Transfer-Encoding:\tchunked\r\n" + body, want: "56 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "tab behind chunked", in: post + te + "chunked\t\r\n" + body, want: "57 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "spaces around chunked", in: post + "Transfer-Encoding:  chunked \r\n\r\n0\r\n\r\n", want: `
58 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
63 complete`},
		{name: "vertical tab before chunked", in: post + te + "\x0bchunked\r\n" + body, want: `45 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "NUL before chunked", in: post + te + "\x00chunked\r\n" + body, want: `45 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "NUL before chunked, insecure", opts: Options{Lenient: InsecureHTTPParser},
			in: post + te + "\x00chunked\r\n" + body, want: `45 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "Latin-1 blank before chunked", in: post + te + "\xa0chunked\r\n" + body, want: "57 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "0x85 behind chunked", in: post + te + "chunked\x85\r\n" + body, want: "57 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "coding on 1.0", in: "POST / HTTP/1.0\r\n" + te + "chunked\r\n" + body, want: "47 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Request has invalid `Transfer-Encoding`\""},
		{name: "coding on 1.0, allowed", opts: Options{Lenient: LenientTransferEncodingHTTP10},
			in: "POST / HTTP/1.0\r\n" + te + "chunked\r\n\r\n0\r\n\r\n", want: `
47 POST / HTTP/1.0 [chunked LenientTransferEncodingHTTP10] Transfer-Encoding="chunked"
52 complete`},
		{name: "length in trailers", in: chunk + "0\r\nContent-Length: 5\r\n\r\nhello", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
74 refused 400 HPE_INVALID_CONTENT_LENGTH "Content-Length can't be present with Transfer-Encoding"`},
		{name: "coding in trailers", in: chunk + "0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", want: "56 POST / HTTP/1.1 [keep-alive chunked] Host=\"a\" Transfer-Encoding=\"chunked\"\n79 refused 400 HPE_INVALID_TRANSFER_ENCODING \"Invalid `Transfer-Encoding` header value\""},
		{name: "close in trailers", in: chunk + "0\r\nConnection: close\r\n\r\n" + get + host + "\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
80 complete Connection="close"
107 GET / HTTP/1.1 [keep-alive] Host="a"
107 complete`},
		{name: "length and body of GET", in: get + host + "Content-Length: 2\r\n\r\nok" + get + host + "\r\n", want: `
46 GET / HTTP/1.1 [keep-alive length=2] Host="a" Content-Length="2"
48 body "ok"
48 complete
75 GET / HTTP/1.1 [keep-alive] Host="a"
75 complete`},
		{name: "length of HEAD", in: "HEAD / HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\nok" + get + host + "\r\n", want: `
47 HEAD / HTTP/1.1 [keep-alive length=2] Host="a" Content-Length="2"
49 body "ok"
49 complete
76 GET / HTTP/1.1 [keep-alive] Host="a"
76 complete`},
	})
}

// TestWhitespace: rule 5, no white space before a colon or the first name, and
// no folded lines.
func TestWhitespace(t *testing.T) {
	checkAll(t, []document{
		{name: "space before the first name", in: get + " Host: a\r\n\r\n", want: `17 refused 400 HPE_UNEXPECTED_SPACE "Unexpected space after start line"`},
		{name: "tab before the first name", in: get + "\tHost: a\r\n\r\n", want: `16 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "space before a colon", in: get + "Host : a\r\n\r\n", want: `20 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "tab before a colon", in: get + "Host\t: a\r\n\r\n", want: `20 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "space before the colon of a length", in: post + "Content-Length : 5\r\n\r\nhello", want: `41 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header field char"`},
		{name: "space before the colon of a coding", in: post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", want: `44 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header field char"`},
		{name: "tab before the colon of a coding", in: post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", want: `43 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "fold", in: get + host + "X: a\r\n b\r\n\r\n", want: `31 refused 400 HPE_INVALID_HEADER_TOKEN "Unexpected whitespace after header value"`},
		{name: "fold with tab", in: get + host + "X: a\r\n\tb\r\n\r\n", want: `31 refused 400 HPE_INVALID_HEADER_TOKEN "Unexpected whitespace after header value"`},
		{name: "fold of an empty value", in: get + host + "X:\r\n b\r\n\r\n", want: `30 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "fold to an empty line", in: get + host + "X: a\r\n \r\n\r\n", want: `31 refused 400 HPE_INVALID_HEADER_TOKEN "Unexpected whitespace after header value"`},
		{name: "fold of a coding", in: post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", want: `47 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "fold, allowed", opts: Options{Lenient: LenientHeaders},
			in: get + host + "X: a\r\n b \r\n\tc \r\nY: d\r\n\r\n", want: `
49 GET / HTTP/1.1 [keep-alive LenientHeaders] Host="a" X="a b \tc" Y="d"
49 complete`},
		{name: "fold of an empty value, allowed", opts: Options{Lenient: LenientHeaders},
			in: get + host + "X:\r\n b\r\n\r\n", want: `
35 GET / HTTP/1.1 [keep-alive LenientHeaders] Host="a" X="b"
35 complete`},
		{name: "fold of a coding is never allowed", opts: Options{Lenient: InsecureHTTPParser},
			in: post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", want: `47 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "fold of a length is never allowed", opts: Options{Lenient: InsecureHTTPParser},
			in: post + "Content-Length: 1\r\n 2\r\n\r\nhello", want: `45 refused 400 HPE_INVALID_HEADER_TOKEN "Unexpected whitespace after header value"`},
		{name: "fold in trailers", in: chunk + "0\r\nA: b\r\n c\r\n\r\n", want: `
56 POST / HTTP/1.1 [keep-alive chunked] Host="a" Transfer-Encoding="chunked"
65 refused 400 HPE_INVALID_HEADER_TOKEN "Unexpected whitespace after header value"`},
		{name: "spaces in the request line", in: "GET  / HTTP/1.1\r\n" + host + "\r\n", want: `5 refused 400 HPE_INVALID_URL "Invalid characters in url"`},
		{name: "spaces before the version", in: "GET /  HTTP/1.1\r\n" + host + "\r\n", want: `6 refused 400 HPE_INVALID_CONSTANT "Expected HTTP/, RTSP/ or ICE/"`},
		{name: "space after the version", in: "GET / HTTP/1.1 \r\n" + host + "\r\n", want: `14 refused 400 HPE_INVALID_VERSION "Expected CRLF after version"`},
		{name: "space before the method", in: " GET / HTTP/1.1\r\n" + host + "\r\n", want: `0 refused 400 HPE_INVALID_METHOD "Invalid method encountered"`},
		{name: "tab in the request line", in: "GET\t/ HTTP/1.1\r\n" + host + "\r\n", want: `3 refused 400 HPE_INVALID_METHOD "Expected space after method"`},
		{name: "spaces in the request line, allowed", opts: Options{Lenient: LenientRequestLineSpaces},
			in: "GET   /   HTTP/1.1\r\n" + host + "\r\n", want: `
31 GET / HTTP/1.1 [keep-alive LenientRequestLineSpaces] Host="a"
31 complete`},
	})
}

// TestFieldBytes: rule 6, names are tchar, values have no control characters,
// and nothing but space and tab is trimmed.
func TestFieldBytes(t *testing.T) {
	docs := []document{
		{name: "trim", in: get + host + "X: \t a b\t \r\n\r\n", want: `
39 GET / HTTP/1.1 [keep-alive] Host="a" X="a b"
39 complete`},
		{name: "no trim of Latin-1", in: get + host + "X: \xa0a\x85\xa0\r\n\r\n", want: `
36 GET / HTTP/1.1 [keep-alive] Host="a" X="\xa0a\x85\xa0"
36 complete`},
		{name: "empty value", in: get + host + "X:\r\nY: \r\nZ: \t \r\n\r\n", want: `
43 GET / HTTP/1.1 [keep-alive] Host="a" X="" Y="" Z=""
43 complete`},
		{name: "empty name", in: get + host + ": x\r\n\r\n", want: `25 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "no colon", in: get + host + "Name\r\n\r\n", want: `29 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "every tchar", in: get + host + "!#$%&'*+-.^_`|~09AZaz: x\r\n\r\n", want: "53 GET / HTTP/1.1 [keep-alive] Host=\"a\" !#$%&'*+-.^_`|~09AZaz=\"x\"\n53 complete"},
		{name: "high bytes in a name", in: get + host + "N\xe4me: x\r\n\r\n", want: `26 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "NUL in a name", in: get + host + "N\x00: x\r\n\r\n", want: `26 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "DEL in a value", in: get + host + "X: a\x7fb\r\n\r\n", want: `29 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "NUL in a value", in: get + host + "X: a\x00b\r\n\r\n", want: `29 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "form feed in a value", in: get + host + "X: a\x0cb\r\n\r\n", want: `29 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "form feed in a value, relaxed", opts: Options{Lenient: LenientHeaderValueRelaxed},
			in: get + host + "X: a\x0cb\r\n\r\n", want: `
35 GET / HTTP/1.1 [keep-alive LenientHeaderValueRelaxed] Host="a" X="a\fb"
35 complete`},
		{name: "NUL in a value, relaxed", opts: Options{Lenient: LenientHeaderValueRelaxed},
			in: get + host + "X: a\x00b\r\n\r\n", want: `29 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header value char"`},
		{name: "NUL in a value, lenient", opts: Options{Lenient: LenientHeaders},
			in: get + host + "X: a\x00b\r\n\r\n", want: `
35 GET / HTTP/1.1 [keep-alive LenientHeaders] Host="a" X="a\x00b"
35 complete`},
		{name: "a known name with control characters for hyphens", in: get + host + "User\rAgent: x\r\n\r\n", want: `29 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "a framing name with a control character", in: post + "Content\rLength: 5\r\n\r\nhello", want: `33 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid header token"`},
		{name: "high bytes in a target", in: "GET /\xff HTTP/1.1\r\n" + host + "\r\n", want: `5 refused 400 HPE_INVALID_URL "Invalid char in url path"`},
		{name: "NUL in a target", in: "GET /\x00 HTTP/1.1\r\n" + host + "\r\n", want: `5 refused 400 HPE_INVALID_URL "Invalid char in url path"`},
		{name: "NUL in a reason", role: RoleResponse, in: "HTTP/1.1 200 O\x00K\r\n\r\n", want: `14 refused 0 HPE_INVALID_STATUS "Invalid response status"`},
		{name: "Latin-1 in a reason", role: RoleResponse, in: "HTTP/1.1 204 \xe4\t\r\n\r\n", want: `
19 HTTP/1.1 204 "\xe4\t" [keep-alive]
19 complete`},
	}
	checkAll(t, docs)
	// No byte that is not a tchar makes it into a name, wherever it stands.
	for c := range 256 {
		in := get + host + "A" + string([]byte{byte(c)}) + "B: x\r\n\r\n"
		d := &document{in: in}
		ok := !strings.Contains(d.run(in), "refused")
		if tchar := ValidToken(string([]byte{byte(c)})); ok != (tchar || c == ':') {
			t.Errorf("byte %#x in a name: accepted is %v", c, ok)
		}
		in = get + host + "X: A" + string([]byte{byte(c)}) + "B\r\n\r\n"
		ok = !strings.Contains(d.run(in), "refused")
		if want := c == '\t' || c >= 0x20 && c != 0x7f; ok != want {
			t.Errorf("byte %#x in a value: accepted is %v", c, ok)
		}
	}
}

// TestCeilings: rule 7, everything has a bound.
func TestCeilings(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	small := Options{Limits: Limits{HeaderBytes: 40, HeaderFields: 3, TargetBytes: 20, TrailerBytes: 10,
		ChunkExtensionBytes: 8, BodyExtensionBytes: 20, EmptyLines: 2}}
	checkAll(t, []document{
		{name: "head just below", opts: small, in: get + host + "X: " + a(32) + "\r\n\r\n", want: `
64 GET / HTTP/1.1 [keep-alive] Host="a" X="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
64 complete`},
		{name: "head at the limit", opts: small, in: get + host + "X: " + a(33) + "\r\n\r\n", want: `refused 431 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "head without an end", opts: small, in: get + host + "X: " + a(100), want: `refused 431 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "name", opts: small, in: get + host + a(100), want: `refused 431 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "blanks before a value", opts: small, in: get + "X:" + strings.Repeat(" ", 100) + "y\r\n\r\n", want: `refused 431 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "blanks behind a value", opts: small, in: get + "X: y" + strings.Repeat(" ", 100) + "\r\n\r\n", want: `refused 431 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "target", opts: small, in: "GET /" + a(20) + " HTTP/1.1\r\n", want: `refused 414 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "target without an end", opts: small, in: "GET /" + a(30), want: `refused 414 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "target just below", opts: small, in: "GET /" + a(19) + " HTTP/1.1\r\n" + host + "\r\n", want: `
46 GET /aaaaaaaaaaaaaaaaaaa HTTP/1.1 [keep-alive] Host="a"
46 complete`},
		{name: "fields", opts: small, in: get + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", want: `40 refused 431 HPE_HEADER_OVERFLOW "Header overflow"`},
		{name: "fields just below", opts: small, in: get + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", want: `
36 GET / HTTP/1.1 [keep-alive] A="1" B="2" C="3"
36 complete`},
		{name: "empty lines", opts: small, in: "\r\n\r\n\r\n" + get + host + "\r\n", want: `5 refused 431 HPE_HEADER_OVERFLOW "Header overflow"`},
		{name: "empty lines just below", opts: small, in: "\r\n\r\n" + get + host + "\r\n", want: `
31 GET / HTTP/1.1 [keep-alive] Host="a"
31 complete`},
		{name: "empty lines between", opts: small, in: get + host + "\r\n\r\n\r\n" + get + host + "\r\n\r\n\r\n\r\n", want: `
27 GET / HTTP/1.1 [keep-alive] Host="a"
27 complete
58 GET / HTTP/1.1 [keep-alive] Host="a"
58 complete
63 refused 431 HPE_HEADER_OVERFLOW "Header overflow"`},
		{name: "extension", opts: small, in: chunk2(small) + "1;aaaaaaaaa\r\nx\r\n0\r\n\r\n", want: `
53 GET / HTTP/1.1 [keep-alive chunked] TE="x" Transfer-Encoding="chunked"
63 refused 413 HPE_CHUNK_EXTENSIONS_OVERFLOW "Chunk extensions overflow"`},
		{name: "extension just below", opts: small, in: chunk2(small) + "1;aaaaaaaa\r\nx\r\n0\r\n\r\n", want: `
53 GET / HTTP/1.1 [keep-alive chunked] TE="x" Transfer-Encoding="chunked"
66 body "x"
73 complete`},
		{name: "extensions of a body", opts: small, in: chunk2(small) + strings.Repeat("1;aaaaaaaa\r\nx\r\n", 3) + "0\r\n\r\n", want: `
53 GET / HTTP/1.1 [keep-alive chunked] TE="x" Transfer-Encoding="chunked"
81 body "xx"
89 refused 413 HPE_CHUNK_EXTENSIONS_OVERFLOW "Chunk extensions overflow"`},
		{name: "trailers", opts: small, in: chunk2(small) + "0\r\nA: " + a(9) + "\r\n\r\n", want: `
53 GET / HTTP/1.1 [keep-alive chunked] TE="x" Transfer-Encoding="chunked"
refused 431 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
		{name: "trailers just below", opts: small, in: chunk2(small) + "0\r\nA: " + a(8) + "\r\n\r\n", want: `
53 GET / HTTP/1.1 [keep-alive chunked] TE="x" Transfer-Encoding="chunked"
71 complete A="aaaaaaaa"`},
		{name: "trailer fields", opts: small, in: chunk2(small) + "0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", want: `
53 GET / HTTP/1.1 [keep-alive chunked] TE="x" Transfer-Encoding="chunked"
80 refused 431 HPE_HEADER_OVERFLOW "Header overflow"`},
		{name: "reason", role: RoleResponse, opts: small, in: "HTTP/1.1 200 " + a(50) + "\r\n\r\n", want: `refused 0 HPE_HEADER_OVERFLOW "Header overflow"`, anyCuts: true},
	})
}

// chunk2 is a chunked request within small limits.
func chunk2(Options) string { return get + "TE: x\r\nTransfer-Encoding: chunked\r\n\r\n" }

// TestHostAndTarget: rule 9, one Host, and targets in one of the four forms.
func TestHostAndTarget(t *testing.T) {
	request := func(line string) string { return line + " HTTP/1.1\r\n" + host + "\r\n" }
	checkAll(t, []document{
		{name: "two Hosts", in: get + "Host: a\r\nHost: b\r\n\r\n", want: `25 refused 400 HPE_INVALID_HEADER_TOKEN "Duplicate Host header"`},
		{name: "two equal Hosts", in: get + "Host: a\r\nHost: a\r\n\r\n", want: `25 refused 400 HPE_INVALID_HEADER_TOKEN "Duplicate Host header"`},
		{name: "two Hosts, allowed", opts: Options{Lenient: LenientHost}, in: get + "Host: a\r\nHost: b\r\n\r\n", want: `
36 GET / HTTP/1.1 [keep-alive LenientHost] Host="a" Host="b"
36 complete`},
		{name: "empty Host", in: get + "Host:\r\n\r\n", want: `
25 GET / HTTP/1.1 [keep-alive] Host=""
25 complete`},
		{name: "Host with port", in: get + "Host: [::1]:8080\r\n\r\n", want: `
36 GET / HTTP/1.1 [keep-alive] Host="[::1]:8080"
36 complete`},
		{name: "Host with space", in: get + "Host: a b\r\n\r\n", want: `22 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid Host header"`},
		{name: "Host with path", in: get + "Host: a/b\r\n\r\n", want: `22 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid Host header"`},
		{name: "Host with userinfo", in: get + "Host: a@b\r\n\r\n", want: `22 refused 400 HPE_INVALID_HEADER_TOKEN "Invalid Host header"`},
		{name: "absolute", in: request("GET http://A:80/x?y"), want: `
41 GET http://A:80/x?y HTTP/1.1 [keep-alive] Host="a"
41 complete`},
		{name: "absolute https", in: request("GET https://a:443/"), want: `
40 GET https://a:443/ HTTP/1.1 [keep-alive] Host="a"
40 complete`},
		{name: "absolute without path", in: request("GET http://a"), want: `
34 GET http://a HTTP/1.1 [keep-alive] Host="a"
34 complete`},
		{name: "absolute with another host", in: request("GET http://b/"), want: `35 refused 400 HPE_INVALID_HEADER_TOKEN "Host header differs from request target"`},
		{name: "absolute with another port", in: request("GET http://a:81/"), want: `38 refused 400 HPE_INVALID_HEADER_TOKEN "Host header differs from request target"`},
		{name: "absolute with another host, allowed", opts: Options{Lenient: LenientHostConflict}, in: request("GET http://b/"), want: `
35 GET http://b/ HTTP/1.1 [keep-alive LenientHostConflict] Host="a"
35 complete`},
		{name: "absolute without host", in: request("GET http:///x"), want: `13 refused 400 HPE_INVALID_URL "Invalid absolute-form target"`},
		{name: "absolute with userinfo", in: request("GET http://u:p@a/"), want: `17 refused 400 HPE_INVALID_URL "Invalid absolute-form target"`},
		{name: "absolute with two at signs", in: request("GET http://u@p@a/"), want: `17 refused 400 HPE_INVALID_URL "Invalid absolute-form target"`},
		{name: "scheme alone", in: request("GET http:/x"), want: `10 refused 400 HPE_INVALID_URL "Unexpected char in url schema"`},
		{name: "no slash", in: request("GET index.html"), want: `9 refused 400 HPE_INVALID_URL "Unexpected char in url schema"`},
		{name: "query alone", in: request("GET ?x"), want: `4 refused 400 HPE_INVALID_URL "Unexpected start char in url"`},
		{name: "asterisk", in: request("OPTIONS *"), want: `
31 OPTIONS * HTTP/1.1 [keep-alive] Host="a"
31 complete`},
		{name: "asterisk and more", in: request("OPTIONS *x"), want: `10 refused 400 HPE_INVALID_URL "Invalid asterisk-form target"`},
		{name: "asterisk with GET", in: request("GET *"), want: `5 refused 400 HPE_INVALID_URL "Invalid asterisk-form target"`},
		{name: "asterisk with GET, allowed", opts: Options{Lenient: LenientTarget}, in: request("GET *"), want: `
27 GET * HTTP/1.1 [keep-alive LenientTarget] Host="a"
27 complete`},
		{name: "authority", in: request("CONNECT a:443") + "raw", want: `
35 CONNECT a:443 HTTP/1.1 [keep-alive upgrade] Host="a"
35 complete
35 upgrade`},
		{name: "authority, IPv6", in: request("CONNECT [::1]:443") + "raw", want: `
39 CONNECT [::1]:443 HTTP/1.1 [keep-alive upgrade] Host="a"
39 complete
39 upgrade`},
		{name: "authority without port", in: request("CONNECT a"), want: `9 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "authority with empty port", in: request("CONNECT a:"), want: `10 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "authority without host", in: request("CONNECT :443"), want: `12 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "authority with path", in: request("CONNECT a:443/x"), want: `15 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "authority with userinfo", in: request("CONNECT u@a:443"), want: `15 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "authority with large port", in: request("CONNECT a:443443"), want: `16 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "path for CONNECT", in: request("CONNECT /"), want: `9 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "nothing for CONNECT", in: request("CONNECT "), want: `8 refused 400 HPE_INVALID_URL "Invalid authority-form target"`},
		{name: "nothing", in: request("GET "), want: `5 refused 400 HPE_INVALID_URL "Invalid characters in url"`},
	})
}
