package http

// dechunker reads the chunks that JavaScript has written, in whatever pieces.
type dechunker struct {
	state    chunkState
	left     int64  // of the size that is being read, or of the chunk's data
	trailers []byte // the trailer lines, without the empty line
	line     int    // where the trailer line that is being read begins
}

type chunkState uint8

const (
	chunkSize chunkState = iota // hexadecimal digits
	chunkExt                    // what follows them, to the line feed
	chunkData
	chunkEnd // CRLF behind the data
	chunkTrailers
	chunkOver
)

// next takes bytes up to the end of a piece of data, which it returns with what is left.
func (d *dechunker) next(p []byte) (data, rest []byte) {
	for i := 0; i < len(p); i++ {
		b := p[i]
		switch d.state {
		case chunkSize:
			if v := unhex(b); v >= 0 {
				d.left = d.left<<4 | int64(v)
				continue
			}
			d.state = chunkExt
			i--
		case chunkExt:
			if b != '\n' {
				continue
			}
			if d.state = chunkData; d.left == 0 {
				d.state = chunkTrailers
			}
		case chunkData:
			n := min(d.left, int64(len(p)-i))
			if d.left -= n; d.left == 0 {
				d.state = chunkEnd
			}
			return p[i : i+int(n)], p[i+int(n):]
		case chunkEnd:
			if b == '\n' {
				d.state = chunkSize
			}
		case chunkTrailers:
			d.trailer(b)
		case chunkOver:
			return nil, nil
		}
	}
	return nil, nil
}

// trailer takes a byte of the trailer section.
func (d *dechunker) trailer(b byte) {
	d.trailers = append(d.trailers, b)
	if b != '\n' {
		return
	}
	if len(d.trailers)-d.line == len("\r\n") {
		d.trailers = d.trailers[:d.line] // the empty line
		d.state = chunkOver
		return
	}
	d.line = len(d.trailers)
}

// count is how many bytes of data there are in p.
func (d *dechunker) count(p []byte) (n int64) {
	for len(p) > 0 {
		var data []byte
		data, p = d.next(p)
		n += int64(len(data))
	}
	return n
}

func unhex(b byte) int {
	switch {
	case '0' <= b && b <= '9':
		return int(b - '0')
	case 'a' <= b && b <= 'f':
		return int(b-'a') + 10
	case 'A' <= b && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}
