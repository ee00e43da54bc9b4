package zlib

// unzipper is Inflate, Gunzip, InflateRaw and Unzip: an inflater with Node's rules for
// what follows the end of a stream.
type unzipper struct {
	z *inflater
}

func (u *unzipper) write(flush int, in, out []byte) (nin, nout int, err error) {
	z := u.z
	for {
		i, o := z.run(in[nin:], out[nout:])
		nin += i
		nout += o
		switch z.state {
		case stNeedDict:
			if len(z.dictionary) == 0 {
				return nin, nout, needDictionary("Missing dictionary")
			}
			if !z.useDictionary() {
				return nin, nout, needDictionary("Bad dictionary")
			}
			continue
		case stBad:
			return nin, nout, dataError(z.message)
		case stDone:
			// A gzip file may have several members. A zero byte is padding, and ends it.
			if z.gzip && nin < len(in) && in[nin] != 0 {
				z.reset()
				z.accept = formatGzip
				continue
			}
			return nin, nout, nil
		}
		if flush == finish && nout < len(out) {
			return nin, nout, errUnexpectedEnd
		}
		return nin, nout, nil
	}
}

func (u *unzipper) reset() error {
	u.z.reset()
	return nil
}

func (u *unzipper) close() {
	if u.z != nil {
		u.z.dictionary = nil
		inflaters.Put(u.z)
		u.z = nil
	}
}
