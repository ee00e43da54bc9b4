package http1

import "time"

const (
	weekdays = "SunMonTueWedThuFriSat"
	months   = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// AppendDate appends t in the form of RFC 9110 section 5.6.7, which is also
// that of JavaScript's toUTCString: "Sun, 06 Nov 1994 08:49:37 GMT".
func AppendDate(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	w, m := int(t.Weekday())*3, (int(month)-1)*3
	return append(dst,
		weekdays[w], weekdays[w+1], weekdays[w+2], ',', ' ',
		byte('0'+day/10), byte('0'+day%10), ' ',
		months[m], months[m+1], months[m+2], ' ',
		byte('0'+year/1000%10), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), ' ',
		byte('0'+hour/10), byte('0'+hour%10), ':',
		byte('0'+minute/10), byte('0'+minute%10), ':',
		byte('0'+second/10), byte('0'+second%10), ' ', 'G', 'M', 'T')
}
