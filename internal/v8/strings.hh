// Text and bytes: the codecs behind Buffer, TextEncoder and TextDecoder, as plain functions on memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::text {

// Number of leading bytes below 0x80.
size_t AsciiPrefix(const uint8_t* p, size_t n);
bool IsUtf8(const uint8_t* p, size_t n);

// UTF-8 of one-byte (Latin-1) and two-byte text. Halves of surrogate pairs become U+FFFD.
// The writers stop before a character that does not fit; *read counts the code units taken.
size_t Utf8Length(const uint8_t* s, size_t n);
size_t Utf8Length(const uint16_t* s, size_t n);
size_t WriteUtf8(const uint8_t* s, size_t n, uint8_t* out, size_t cap, size_t* read);
size_t WriteUtf8(const uint16_t* s, size_t n, uint8_t* out, size_t cap, size_t* read);

// Lenient, as Node decodes: both alphabets, unknown characters skipped, '=' ends the text.
size_t DecodeBase64(const uint8_t* s, size_t n, uint8_t* out, size_t cap);
size_t DecodeBase64(const uint16_t* s, size_t n, uint8_t* out, size_t cap);
size_t Base64Size(size_t n, bool url);
void EncodeBase64(const uint8_t* p, size_t n, bool url, char* out);

// Up to the first pair that is not hexadecimal.
size_t DecodeHex(const uint8_t* s, size_t n, uint8_t* out, size_t cap);
size_t DecodeHex(const uint16_t* s, size_t n, uint8_t* out, size_t cap);
void EncodeHex(const uint8_t* p, size_t n, char* out);

// The forgiving decoder of the HTML standard's atob(): the number of bytes, or one of these.
constexpr int64_t kBadLength = -1, kBadCharacter = -2;
int64_t ForgivingBase64(const uint8_t* s, size_t n, uint8_t* out);

}  // namespace sluice::text
