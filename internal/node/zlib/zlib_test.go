package zlib

import (
	"bytes"
	"compress/flate"
	stdgzip "compress/gzip"
	stdzlib "compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// pump runs a codec over in with pieces of at most ni bytes of input and no of room.
func pump(c codec, flush int, in []byte, ni, no int) (out []byte, used int, err error) {
	buf := make([]byte, no)
	for {
		piece := in[used:min(len(in), used+ni)]
		f := 0
		if used+len(piece) == len(in) {
			f = flush
		}
		nin, nout, err := c.write(f, piece, buf)
		used += nin
		out = append(out, buf[:nout]...)
		if err != nil {
			return out, used, err
		}
		if nout < no && (used == len(in) || nin == 0) {
			return out, used, nil
		}
	}
}

func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 70000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	text := strings.Repeat("the quick brown fox jumps over the lazy dog; ", 3000)
	mixed := append([]byte(text[:40000]), noise[:30000]...)
	mixed = append(mixed, text[:50000]...)
	return map[string][]byte{
		"empty": {}, "one": {'x'}, "short": []byte("hello, hello, hello"),
		"zeros": make([]byte, 200000), "noise": noise, "text": []byte(text), "mixed": mixed,
	}
}

func TestInflateWhatGoDeflates(t *testing.T) {
	for name, data := range samples() {
		for _, level := range []int{0, 1, 6, 9, flate.HuffmanOnly} {
			var z, raw, gz bytes.Buffer
			w, _ := stdzlib.NewWriterLevel(&z, level)
			w.Write(data)
			w.Close()
			fw, _ := flate.NewWriter(&raw, level)
			fw.Write(data)
			fw.Close()
			gw, _ := stdgzip.NewWriterLevel(&gz, level)
			gw.Name, gw.Comment, gw.Extra = "name", "a comment", []byte{1, 2, 3}
			gw.Write(data)
			gw.Close()
			for accept, packed := range map[format][]byte{formatZlib: z.Bytes(), formatRaw: raw.Bytes(), formatGzip: gz.Bytes(), formatGzip | formatZlib: gz.Bytes()} {
				for _, piece := range [][2]int{{1 << 20, 1 << 20}, {1000, 100}, {100, 1000}, {7, 300}, {1, 1}} {
					if piece[0] < 100 && len(data) > 100000 && level != 6 {
						continue
					}
					in := append(append([]byte(nil), packed...), "\x00trailing"...)
					out, used, err := pump(&unzipper{newInflater(accept, 15, nil)}, finish, in, piece[0], piece[1])
					if err != nil || !bytes.Equal(out, data) || used != len(packed) {
						t.Fatalf("%s level %d format %d pieces %v: %d bytes, %d of %d used, %v", name, level, accept, piece, len(out), used, len(packed), err)
					}
				}
			}
		}
	}
}

func TestDeflateIsReadByGo(t *testing.T) {
	for name, data := range samples() {
		for level := -1; level <= 9; level++ {
			for _, kind := range []format{formatRaw, formatZlib, formatGzip} {
				for _, bits := range []int{15, 9} {
					d := newDeflater(kind, level, 0, bits, nil)
					packed, _, err := pump(d, finish, data, 30000, 10000)
					if err != nil {
						t.Fatal(err)
					}
					var r io.Reader
					switch kind {
					case formatZlib:
						r, err = stdzlib.NewReader(bytes.NewReader(packed))
					case formatGzip:
						r, err = stdgzip.NewReader(bytes.NewReader(packed))
					default:
						r = flate.NewReader(bytes.NewReader(packed))
					}
					if err != nil {
						t.Fatal(name, level, kind, err)
					}
					if out, err := io.ReadAll(r); err != nil || !bytes.Equal(out, data) {
						t.Fatal(name, level, kind, bits, err)
					}
					if out, _, err := pump(&unzipper{newInflater(kind, bits, nil)}, finish, packed, 500, 500); err != nil || !bytes.Equal(out, data) {
						t.Fatal("own", name, level, kind, bits, err)
					}
				}
			}
		}
	}
}

func TestDeflateFlushAndParams(t *testing.T) {
	data := samples()["mixed"]
	for _, flush := range []int{partialFlush, syncFlush, fullFlush, block} {
		d := newDeflater(formatZlib, 6, 0, 15, nil)
		z := newInflater(formatZlib, 15, nil)
		out := make([]byte, 1<<20)
		var got []byte
		for i := 0; i < len(data); i += 10000 {
			d.params(i/10000%10, 0)
			_, n, err := d.write(flush, data[i:i+10000], out)
			if err != nil {
				t.Fatal(err)
			}
			plain := make([]byte, 1<<20)
			_, m := z.run(out[:n], plain)
			got = append(got, plain[:m]...)
			// Everything that was written can be read after a flush.
			if !bytes.Equal(got, data[:i+10000]) {
				t.Fatalf("flush %d at %d: %d bytes, %s", flush, i, len(got), z.message)
			}
			if _, n, _ := d.write(flush, nil, out); n != 0 {
				t.Fatalf("flush %d again: %d bytes", flush, n)
			}
		}
	}
}

func TestDictionary(t *testing.T) {
	dict := []byte("the quick brown fox jumps over the lazy dog")
	data := []byte("over the lazy dog jumps the quick brown fox")
	for _, kind := range []format{formatRaw, formatZlib} {
		d := newDeflater(kind, 9, 0, 15, dict)
		packed, _, _ := pump(d, finish, data, 1000, 1000)
		d.reset()
		again, _, _ := pump(d, finish, data, 1000, 1000)
		if !bytes.Equal(packed, again) {
			t.Fatal("reset forgot the dictionary")
		}
		out, _, err := pump(&unzipper{newInflater(kind, 15, dict)}, finish, packed, 1, 1)
		if err != nil || !bytes.Equal(out, data) {
			t.Fatal(kind, err, string(out))
		}
		for text, other := range map[string][]byte{"Missing dictionary": nil, "Bad dictionary": []byte("other")} {
			_, _, err := pump(&unzipper{newInflater(kind, 15, other)}, finish, packed, 1000, 1000)
			if kind == formatZlib && (err == nil || err.Error() != text) {
				t.Fatal(err)
			}
			if kind == formatRaw && (err == nil || err.Error() != "invalid distance too far back") {
				t.Fatal(err)
			}
		}
	}
}

// Broken streams and zlib's words for them, as zlib 1.3 says them.
func TestInflateErrors(t *testing.T) {
	for _, c := range []struct {
		accept format
		in     string
		want   string
	}{
		{formatZlib, "00", "unexpected end of file"},
		{formatZlib, "0000", "unknown compression method"},
		{formatZlib, "7901", "incorrect header check"},
		{formatZlib, "771c", "incorrect header check"},
		{formatZlib, "8819", "incorrect header check"},
		{formatZlib, "789c07", "invalid block type"},
		{formatZlib, "789c0100000000", "invalid stored block lengths"},
		{formatZlib, "789c030000000002", "incorrect data check"},
		{formatZlib, "789c0300000000", "unexpected end of file"},
		{formatGzip, "1f8b07", "unexpected end of file"},
		{formatGzip, "1f8b0700", "unknown compression method"},
		{formatGzip, "1f8b0880", "unknown header flags set"},
		{formatGzip, "1f8b08020000000000000000", "header crc mismatch"},
		{formatGzip, "1f8b080000000000000303000100000000000000", "incorrect data check"},
		{formatGzip, "1f8b080000000000000303000000000001000000", "incorrect length check"},
		{formatGzip, "789c", "incorrect header check"},
		{formatRaw, "fcffff", "too many length or distance symbols"},
		{formatRaw, "0400fe", "unexpected end of file"},
		{formatRaw, "0400feff", "invalid code lengths set"},
		{formatRaw, "04008000", "invalid code lengths set"},
		{formatRaw, "04c08108000010", "unexpected end of file"},
		{formatRaw, "02cbff", "invalid distance too far back"},
		{formatRaw, "f30f", "unexpected end of file"},
		{formatRaw, "cdcebd15c2100d46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid code lengths set"},
		{formatRaw, "c9ceb515c2300c46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid stored block lengths"},
		{formatRaw, "cdcebd15c2300c46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "unexpected end of file"},
		{formatRaw, "dccebd15c2300c46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid distances set"},
		{formatRaw, "8ccebd15c2300c46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid literal/lengths set"},
		{formatRaw, "cccebd15c2300c46d115be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid bit length repeat"},
		{formatRaw, "cdcfbd15c2300c46d115be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid code -- missing end-of-block"},
		{formatRaw, "cfcebd14c2300c46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "invalid block type"},
		{formatRaw, "cddebd15c2300c46f155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0e68070d3d84391a4c0bc3797178224736883a5c15", "too many length or distance symbols"},
		{formatRaw, "cdcebd15c2300c46d155be012808ff1ca6516c119bc452b01492303d15051bd0bddb3d425c854a0ee8070d3f84391a4c0bc3797178224736883a5c15", "invalid distance too far back"},
		{formatZlib, "0000", "unknown compression method"},
		{formatZlib, "0001", "incorrect header check"},
		{formatZlib, "081d", "unexpected end of file"},
		{formatZlib, "881c", "invalid window size"},
	} {
		in, _ := hex.DecodeString(c.in)
		for _, n := range []int{1, 100} {
			_, _, err := pump(&unzipper{newInflater(c.accept, 15, nil)}, finish, in, n, 1000)
			if err == nil || err.Error() != c.want {
				t.Errorf("%s in pieces of %d: %v, want %s", c.in, n, err, c.want)
			}
		}
	}
}

func TestInflateRandomDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	data := samples()["mixed"]
	var raw bytes.Buffer
	fw, _ := flate.NewWriter(&raw, 6)
	fw.Write(data)
	fw.Close()
	for range 300 {
		in := append([]byte(nil), raw.Bytes()...)
		for range 1 + r.IntN(3) {
			in[r.IntN(len(in))] ^= 1 << r.IntN(8)
		}
		whole, _, err1 := pump(&unzipper{newInflater(formatRaw, 15, nil)}, finish, in, len(in), 1<<20)
		parts, _, err2 := pump(&unzipper{newInflater(formatRaw, 15, nil)}, finish, in, 1+r.IntN(999), 1+r.IntN(999))
		if fmt.Sprint(err1) != fmt.Sprint(err2) || !bytes.HasPrefix(parts, whole[:min(len(whole), len(parts))]) {
			t.Fatalf("whole: %d bytes, %v; in parts: %d bytes, %v", len(whole), err1, len(parts), err2)
		}
		if want, err := io.ReadAll(flate.NewReader(bytes.NewReader(in))); (err == nil) != (err1 == nil) || err == nil && !bytes.Equal(want, whole) {
			t.Fatalf("compress/flate: %v; here: %v", err, err1)
		}
	}
}

func TestBrotliReadAhead(t *testing.T) {
	for name, data := range samples() {
		e, _ := newBrotliEncoder([]int{-1, 4})
		packed, _, err := pump(e, brotliFinish, data, 30000, 10000)
		if err != nil {
			t.Fatal(name, err)
		}
		if out, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed))); err != nil || !bytes.Equal(out, data) {
			t.Fatal(name, err)
		}
		in := append(append([]byte(nil), packed...), "not valid compressed data"...)
		for _, piece := range [][2]int{{1 << 20, 1 << 20}, {1000, 100}, {100, 1000}, {1, 50}} {
			out, used, err := pump(newBrotliDecoder(), brotliFinish, in, piece[0], piece[1])
			if err != nil || !bytes.Equal(out, data) || used != len(packed) {
				t.Fatalf("%s %v: %d bytes, %d of %d used, %v", name, piece, len(out), used, len(packed), err)
			}
		}
		_, _, err = pump(newBrotliDecoder(), brotliFinish, packed[:len(packed)-1], 1000, 1000)
		if err != errUnexpectedEnd {
			t.Fatal(name, err)
		}
	}
	_, _, err := pump(newBrotliDecoder(), brotliFinish, []byte{0xff}, 1, 100)
	if f := err.(*failure); f.code != "ERR__ERROR_FORMAT_PADDING_2" || f.errno != -15 {
		t.Fatal(f)
	}
}

func TestZstd(t *testing.T) {
	for name, data := range samples() {
		e, _ := newZstdEncoder(nil, nil, -1)
		packed, _, err := pump(e, zstdEnd, data, 30000, 10000)
		if err != nil {
			t.Fatal(name, err)
		}
		twice := append(append([]byte(nil), packed...), packed...)
		for _, piece := range [][2]int{{1 << 20, 1 << 20}, {1000, 100}, {1, 50}} {
			d, _ := newZstdDecoder(nil, nil)
			out, used, err := pump(d, zstdEnd, twice, piece[0], piece[1])
			if err != nil || !bytes.Equal(out, append(append([]byte(nil), data...), data...)) || used != len(twice) {
				t.Fatalf("%s %v: %d bytes, %d of %d used, %v", name, piece, len(out), used, len(twice), err)
			}
			d.close()
		}
		d, _ := newZstdDecoder(nil, nil)
		if _, _, err := pump(d, zstdEnd, packed[:len(packed)-1], 1000, 1000); err != errUnexpectedEnd {
			t.Fatal(name, err)
		}
	}
}

func BenchmarkInflate(b *testing.B) {
	data := samples()["mixed"]
	var raw bytes.Buffer
	fw, _ := flate.NewWriter(&raw, 6)
	fw.Write(data)
	fw.Close()
	out := make([]byte, 1<<20)
	b.SetBytes(int64(len(data)))
	z := newInflater(formatRaw, 15, nil)
	for b.Loop() {
		z.reset()
		z.run(raw.Bytes(), out)
	}
}
