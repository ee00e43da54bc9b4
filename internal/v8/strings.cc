#include "strings.hh"

#include <cstring>

namespace sluice::text {

static uint64_t Word(const uint8_t* p) {
  uint64_t w;
  memcpy(&w, p, 8);
  return w;
}

constexpr uint64_t kHighBits = 0x8080808080808080;

size_t AsciiPrefix(const uint8_t* p, size_t n) {
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    if ((Word(p + i) | Word(p + i + 8) | Word(p + i + 16) | Word(p + i + 24)) & kHighBits) break;
  }
  for (; i + 8 <= n; i += 8) {
    if (Word(p + i) & kHighBits) break;
  }
  while (i < n && p[i] < 0x80) i++;
  return i;
}

// The table 3-7 of the Unicode standard: which second byte may follow which first one.
bool IsUtf8(const uint8_t* p, size_t n) {
  size_t i = 0;
  while (true) {
    i += AsciiPrefix(p + i, n - i);
    if (i == n) return true;
    uint8_t lead = p[i];
    size_t more;
    uint8_t low = 0x80, high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else {
      return false;
    }
    if (n - i <= more || p[i + 1] < low || p[i + 1] > high) return false;
    for (size_t k = 2; k <= more; k++) {
      if ((p[i + k] & 0xc0) != 0x80) return false;
    }
    i += more + 1;
  }
}

size_t Utf8Length(const uint8_t* s, size_t n) {
  size_t length = n;
  for (size_t i = 0; i < n; i++) length += s[i] >> 7;
  return length;
}

static bool IsHigh(uint32_t c) { return (c & 0xfc00) == 0xd800; }
static bool IsLow(uint32_t c) { return (c & 0xfc00) == 0xdc00; }

size_t Utf8Length(const uint16_t* s, size_t n) {
  size_t length = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t c = s[i];
    if (c < 0x80) {
      length += 1;
    } else if (c < 0x800) {
      length += 2;
    } else if (IsHigh(c) && i + 1 < n && IsLow(s[i + 1])) {
      length += 4;
      i++;
    } else {
      length += 3;
    }
  }
  return length;
}

size_t WriteUtf8(const uint8_t* s, size_t n, uint8_t* out, size_t cap, size_t* read) {
  size_t i = 0, o = 0;
  while (i < n) {
    size_t left = n - i < cap - o ? n - i : cap - o;
    size_t ascii = AsciiPrefix(s + i, left);
    memcpy(out + o, s + i, ascii);
    i += ascii;
    o += ascii;
    // What follows ASCII is seldom alone: stay here for the rest of a word in another script.
    while (i < n && s[i] >= 0x80 && o + 2 <= cap) {
      out[o++] = 0xc0 | s[i] >> 6;
      out[o++] = 0x80 | (s[i] & 0x3f);
      i++;
    }
    if (i < n && (o == cap || (s[i] >= 0x80 && o + 2 > cap))) break;
  }
  if (read) *read = i;
  return o;
}

size_t WriteUtf8(const uint16_t* s, size_t n, uint8_t* out, size_t cap, size_t* read) {
  size_t i = 0, o = 0;
  while (i < n) {
    uint32_t c = s[i];
    if (c < 0x80) {
      if (o == cap) break;
      out[o++] = c;
    } else if (c < 0x800) {
      if (o + 2 > cap) break;
      out[o++] = 0xc0 | c >> 6;
      out[o++] = 0x80 | (c & 0x3f);
    } else if (IsHigh(c) && i + 1 < n && IsLow(s[i + 1])) {
      if (o + 4 > cap) break;
      c = 0x10000 + ((c & 0x3ff) << 10 | (s[i + 1] & 0x3ff));
      out[o++] = 0xf0 | c >> 18;
      out[o++] = 0x80 | (c >> 12 & 0x3f);
      out[o++] = 0x80 | (c >> 6 & 0x3f);
      out[o++] = 0x80 | (c & 0x3f);
      i++;
    } else {
      if (o + 3 > cap) break;
      if ((c & 0xf800) == 0xd800) c = 0xfffd;
      out[o++] = 0xe0 | c >> 12;
      out[o++] = 0x80 | (c >> 6 & 0x3f);
      out[o++] = 0x80 | (c & 0x3f);
    }
    i++;
  }
  if (read) *read = i;
  return o;
}

// What the characters mean: 0–63, or one of these.
constexpr uint8_t kSkip = 64, kPad = 65, kSpace = 66;

struct Tables {
  uint8_t base64[256];  // both alphabets
  uint8_t standard[256];
  uint8_t hex[256];
  char pairs[512];
  constexpr Tables() : base64(), standard(), hex(), pairs() {
    const char* alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char* digits = "0123456789abcdef";
    for (int i = 0; i < 256; i++) {
      base64[i] = standard[i] = kSkip;
      hex[i] = 16;
      pairs[2 * i] = digits[i >> 4];
      pairs[2 * i + 1] = digits[i & 15];
    }
    for (int i = 0; i < 64; i++) base64[static_cast<uint8_t>(alphabet[i])] = standard[static_cast<uint8_t>(alphabet[i])] = i;
    base64['-'] = 62;
    base64['_'] = 63;
    base64['='] = standard['='] = kPad;
    for (char c : {' ', '\t', '\n', '\f', '\r'}) standard[static_cast<uint8_t>(c)] = kSpace;
    for (int i = 0; i < 10; i++) hex['0' + i] = i;
    for (int i = 0; i < 6; i++) hex['a' + i] = hex['A' + i] = 10 + i;
  }
};
static constexpr Tables tables;

template <typename C>
static size_t DecodeBase64Text(const C* s, size_t n, uint8_t* out, size_t cap) {
  size_t i = 0, o = 0;
  // Groups of four without anything special in them.
  while (i + 4 <= n && o + 3 <= cap) {
    // Two-byte characters count by their low byte, as Node reads them.
    uint32_t a = tables.base64[static_cast<uint8_t>(s[i])], b = tables.base64[static_cast<uint8_t>(s[i + 1])];
    uint32_t c = tables.base64[static_cast<uint8_t>(s[i + 2])], d = tables.base64[static_cast<uint8_t>(s[i + 3])];
    if ((a | b | c | d) & 0xc0) break;
    uint32_t v = a << 18 | b << 12 | c << 6 | d;
    out[o] = v >> 16;
    out[o + 1] = v >> 8;
    out[o + 2] = v;
    i += 4;
    o += 3;
  }
  uint32_t bits = 0;
  int have = 0;
  for (; i < n && o < cap; i++) {
    uint8_t v = tables.base64[static_cast<uint8_t>(s[i])];
    if (v == kPad) break;
    if (v >= 64) continue;
    bits = bits << 6 | v;
    have += 6;
    if (have >= 8) {
      have -= 8;
      out[o++] = bits >> have;
    }
  }
  return o;
}

size_t DecodeBase64(const uint8_t* s, size_t n, uint8_t* out, size_t cap) { return DecodeBase64Text(s, n, out, cap); }
size_t DecodeBase64(const uint16_t* s, size_t n, uint8_t* out, size_t cap) { return DecodeBase64Text(s, n, out, cap); }

size_t Base64Size(size_t n, bool url) {
  if (!url) return (n + 2) / 3 * 4;
  return n / 3 * 4 + (n % 3 ? n % 3 + 1 : 0);
}

void EncodeBase64(const uint8_t* p, size_t n, bool url, char* out) {
  const char* alphabet = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t i = 0;
  for (; i + 3 <= n; i += 3) {
    uint32_t v = p[i] << 16 | p[i + 1] << 8 | p[i + 2];
    *out++ = alphabet[v >> 18];
    *out++ = alphabet[v >> 12 & 63];
    *out++ = alphabet[v >> 6 & 63];
    *out++ = alphabet[v & 63];
  }
  if (i == n) return;
  uint32_t v = p[i] << 16 | (i + 1 < n ? p[i + 1] << 8 : 0);
  *out++ = alphabet[v >> 18];
  *out++ = alphabet[v >> 12 & 63];
  if (i + 1 < n) {
    *out++ = alphabet[v >> 6 & 63];
  } else if (!url) {
    *out++ = '=';
  }
  if (!url) *out++ = '=';
}

template <typename C>
static size_t DecodeHexText(const C* s, size_t n, uint8_t* out, size_t cap) {
  size_t o = 0;
  for (; o < cap && 2 * o + 1 < n; o++) {
    uint8_t high = tables.hex[static_cast<uint8_t>(s[2 * o])], low = tables.hex[static_cast<uint8_t>(s[2 * o + 1])];
    if ((high | low) & 16) break;
    out[o] = high << 4 | low;
  }
  return o;
}

size_t DecodeHex(const uint8_t* s, size_t n, uint8_t* out, size_t cap) { return DecodeHexText(s, n, out, cap); }
size_t DecodeHex(const uint16_t* s, size_t n, uint8_t* out, size_t cap) { return DecodeHexText(s, n, out, cap); }

void EncodeHex(const uint8_t* p, size_t n, char* out) {
  for (size_t i = 0; i < n; i++) memcpy(out + 2 * i, tables.pairs + 2 * p[i], 2);
}

int64_t ForgivingBase64(const uint8_t* s, size_t n, uint8_t* out) {
  uint32_t bits = 0;
  size_t o = 0, characters = 0, pads = 0;
  for (size_t i = 0; i < n; i++) {
    uint8_t v = tables.standard[s[i]];
    if (v == kSpace) continue;
    if (v == kSkip) return kBadCharacter;
    if (v == kPad) {
      pads++;
      continue;
    }
    if (pads) return kBadCharacter;
    bits = bits << 6 | v;
    characters++;
    if (characters % 4 == 0) {
      out[o++] = bits >> 16;
      out[o++] = bits >> 8;
      out[o++] = bits;
    }
  }
  if (pads > 2) return kBadCharacter;
  if (characters % 4 == 1) return kBadLength;
  if (pads && (characters + pads) % 4 != 0) return kBadCharacter;
  switch (characters % 4) {
    case 2:
      out[o++] = bits >> 4;
      break;
    case 3:
      out[o++] = bits >> 10;
      out[o++] = bits >> 2;
      break;
  }
  return o;
}

}  // namespace sluice::text
