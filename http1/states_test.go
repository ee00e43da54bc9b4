package http1

import (
	"fmt"
	"maps"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"
)

// The states of parser and server connection, and what may follow each. The
// tables are held against what generated runs do, in both directions, and
// docs/http1.md shows them (SLUICE_UPDATE=1 go test -run TestStateTables).

// follows lists, for each state, what may happen next.
type follows map[string][]string

var phaseNames = map[phase]string{
	phStart: "start", phReset: "reset", phBegin: "begin", phHead: "head", phDecide: "decide", phLength: "length",
	phUntilEOF: "until-eof", phChunk: "chunk", phTrailers: "trailers", phComplete: "complete", phUpgrade: "upgrade",
	phUpgraded: "upgraded", phClosed: "closed", phFailed: "failed",
}

var scanNames = map[scanState]string{
	sStart: "Start", sMethod: "Method", sBeforeTarget: "BeforeTarget", sTarget: "Target", sPath: "Path", sForm: "Form",
	sTargetLF: "TargetLF", sBeforeVersion: "BeforeVersion", sVersion: "Version", sLineEnd: "LineEnd", sLineLF: "LineLF",
	sPreface: "Preface", sProtocol: "Protocol", sStatus: "Status", sReason: "Reason", sStatusLF: "StatusLF", sHorM: "HorM",
	sFirstField: "FirstField", sField: "Field", sName: "Name", sColonWS: "ColonWS", sOWS: "OWS", sLength: "Length",
	sLengthWS: "LengthWS", sValue: "Value", sValueLenient: "ValueLenient", sValueLF: "ValueLF", sEmptyLF: "EmptyLF",
	sFieldDone: "FieldDone", sEndLF: "EndLF",
}

var chunkNames = []string{"Size", "Digits", "SizeWS", "Ext", "ExtName", "ExtValue", "ExtQuoted", "ExtPair", "ExtQuotedDone", "SizeLF", "", "Data", "DataCR", "DataLF"}

// phaseFollows: what Next, or the end of the input, makes of a phase.
var phaseFollows = follows{
	"begin":     {"begin → head"},
	"chunk":     {"body → chunk", "end: error → failed", "error → failed", "trailers"},
	"closed":    {"error → failed"},
	"complete":  {"complete → closed", "complete → start", "complete → upgrade"},
	"decide":    {"body → complete", "body → length", "body → until-eof", "chunk", "complete → closed", "complete → start", "complete → upgrade", "error → failed", "length", "until-eof"},
	"failed":    {"end: error → failed"},
	"head":      {"end: error → failed", "error → failed", "head → decide"},
	"length":    {"body → complete", "body → length", "end: error → failed"},
	"start":     {"begin → head", "error → failed", "head", "reset → begin"},
	"trailers":  {"complete → closed", "complete → start", "end: error → failed", "error → failed"},
	"until-eof": {"body → until-eof", "end: complete → closed"},
	"upgrade":   {"upgrade → upgraded"},
}

// stateFollows: what a byte makes of a state of a section.
var stateFollows = follows{
	"BeforeTarget":  {"Form", "Path"},
	"BeforeVersion": {"Version"},
	"EmptyLF":       {"FieldDone"},
	"Field":         {"EndLF", "Name"},
	"FieldDone":     {"EndLF", "Name"},
	"FirstField":    {"EndLF", "Name"},
	"Form":          {"BeforeVersion", "Path", "TargetLF"},
	"HorM":          {"Method", "Protocol"},
	"Length":        {"LengthWS", "ValueLF"},
	"LengthWS":      {"ValueLF"},
	"LineEnd":       {"LineLF"},
	"LineLF":        {"FirstField"},
	"Method":        {"BeforeTarget"},
	"Name":          {"OWS"},
	"OWS":           {"EmptyLF", "Length", "Value"},
	"Path":          {"BeforeVersion", "TargetLF"},
	"Protocol":      {"Status"},
	"Reason":        {"StatusLF"},
	"Start":         {"HorM", "Method", "Protocol"},
	"Status":        {"Reason", "StatusLF"},
	"StatusLF":      {"FirstField"},
	"TargetLF":      {"FirstField"},
	"Value":         {"ValueLF"},
	"ValueLF":       {"FieldDone"},
	"Version":       {"LineEnd", "Preface"},
}

// placeFollows: what a byte makes of a place in a chunked body.
var placeFollows = follows{
	"Data":          {"DataCR"},
	"DataCR":        {"DataLF"},
	"DataLF":        {"Size"},
	"Digits":        {"Ext", "SizeLF"},
	"Ext":           {"ExtName", "ExtValue"},
	"ExtName":       {"Ext", "ExtValue", "SizeLF"},
	"ExtPair":       {"ExtQuoted"},
	"ExtQuoted":     {"ExtPair", "ExtQuotedDone"},
	"ExtQuotedDone": {"Ext", "SizeLF"},
	"ExtValue":      {"Ext", "ExtQuoted", "SizeLF"},
	"Size":          {"Digits"},
	"SizeLF":        {"Data"},
}

// serverFollows: what a call makes of the reading side of a server connection.
var serverFollows = follows{
	"between":  {"Abort → done", "CloseAfter → discards", "CloseAfter → done", "Expire → discards", "Expire → done", "FeedEOF → discards", "FeedEOF → done", "Settle → discards", "Settle → head", "answer → done", "byte → discards", "byte → head"},
	"body":     {"Abort → done", "CloseAfter → done", "Dump → dumps", "Expire → discards", "FeedEOF → discards", "answer → done", "byte → between", "byte → discards"},
	"discards": {"Abort → done", "CloseAfter → done", "Settle → done", "answer → done"},
	"dumps":    {"Abort → done", "CloseAfter → done", "Expire → discards", "FeedEOF → discards", "answer → done", "byte → between", "byte → discards"},
	"head":     {"Abort → done", "CloseAfter → discards", "Expire → discards", "FeedEOF → discards", "answer → done", "byte → between", "byte → body", "byte → discards", "byte → upgraded"},
	"upgraded": {"Abort → done", "answer → done"},
}

// observed collects what happens.
type observed map[string]map[string]bool

func (o observed) see(from, to string) {
	if o[from] == nil {
		o[from] = map[string]bool{}
	}
	o[from][to] = true
}

func (o observed) follows() follows {
	e := follows{}
	for from, to := range o {
		e[from] = slices.Sorted(maps.Keys(to))
	}
	return e
}

// observeParser runs generated messages byte by byte, strictly, and notes how
// phases follow each other by events, and states and places by bytes.
func observeParser(phases, states, places observed) {
	r := rand.New(rand.NewSource(9))
	for i := range 60000 {
		role := Role(r.Intn(2)) + RoleRequest
		list := seeds[role]
		in := list[r.Intn(len(list))]
		if i%50 == 0 && role == RoleRequest {
			in = chunk + "1;a=\"b\\\"c\";d=e;f\r\nx\r\n1;;=g\r\nx\r\n0;h=\"\"\r\n\r\n"
		}
		if i >= len(list) {
			in = mutate(r, in)
		}
		if r.Intn(4) == 0 {
			role = RoleEither
		}
		p := NewParser(role, &Options{Detail: Detail(r.Intn(2)) * DetailMessage})
		decide := Decision(r.Intn(8))
		for k := 0; k <= len(in); {
			b := []byte(in[k:min(k+1, len(in))])
			phase, state, place := p.phase, p.state, p.sub
			ev, n := p.Next(b)
			k += n
			if ev == EventHead && decide <= Ordinary {
				p.Decide(decide)
			}
			if ev != EventMore {
				phases.see(phaseNames[phase], eventNames[ev]+" → "+phaseNames[p.phase])
			} else if phase != p.phase {
				phases.see(phaseNames[phase], phaseNames[p.phase])
			}
			if n == 1 && p.phase == phase && state != p.state && (phase == phHead || phase == phTrailers) {
				states.see(scanNames[state], scanNames[p.state])
			}
			if n == 1 && p.phase == phChunk && phase == phChunk && place != p.sub {
				places.see(chunkNames[place], chunkNames[p.sub])
			}
			if ev == EventError || ev == EventUpgrade || ev == EventMore && len(b) == 0 {
				break
			}
		}
		before := p.phase
		if ev := p.Finish(); ev != EventMore || before != p.phase {
			phases.see(phaseNames[before], "end: "+eventNames[ev]+" → "+phaseNames[p.phase])
		}
	}
}

// reads says what the reading side of a server connection does.
func (c *ServerConn) reads() string {
	switch {
	case c.done:
		return "done"
	case c.upgraded:
		return "upgraded"
	case c.over:
		return "discards"
	case c.cur != 0 && c.dumping:
		return "dumps"
	case c.cur != 0:
		return "body"
	case c.parser.InMessage():
		return "head"
	}
	return "between"
}

// observeServer drives server connections at random and notes what each call
// makes of the reading side.
func observeServer(o observed) {
	r := rand.New(rand.NewSource(10))
	for range 20000 {
		c := NewServerConn(&ServerConfig{MaxPipelined: 3, HeaderTimeout: 50, RequestTimeout: 60, KeepAliveTimeout: 30, MaxDump: 8, AllowHalfOpen: r.Intn(2) == 0}, new(hook), 0)
		in := ""
		for range 1 + r.Intn(4) {
			in += seeds[RoleRequest][r.Intn(len(seeds[RoleRequest]))]
		}
		now := int64(0)
		for step := range 40 {
			before, op := c.reads(), ""
			now += int64(r.Intn(3))
			switch k := r.Intn(40); {
			case k < 20:
				// One byte, so that no state is passed over.
				op = "byte"
				if len(in) > 0 && c.WantRead() {
					n := 1
					if before == "between" && step == 0 {
						n = r.Intn(len(in)) // further in
					}
					c.Feed(now, []byte(in[:n]))
					in = in[n:]
					if n > 1 {
						continue
					}
				}
			case k < 33:
				op = "answer"
				c.Write(c.first+uint32(r.Intn(2)), []byte("x"), WriteFlags(r.Intn(4)))
			case k < 35:
				op = "Settle"
				c.Settle(now)
			case k == 35:
				op = "Dump"
				c.Dump(c.Reading())
			case k == 36:
				op = "Expire"
				now += 40
				c.Expire(now)
			case k == 37:
				op = "FeedEOF"
				c.FeedEOF(now)
			case k == 38:
				op = "CloseAfter"
				c.CloseAfter()
			default:
				op = "Abort"
				c.Abort()
			}
			if after := c.reads(); after != before {
				o.see(before, op+" → "+after)
			}
		}
	}
}

// table renders follows as the documentation shows them.
func (f follows) table(head string) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "| %s | then |\n|---|---|\n", head)
	for _, k := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&sb, "| %s | %s |\n", k, strings.Join(f[k], ", "))
	}
	return sb.String()
}

// TestStateTables: the tables say what happens, all of it and nothing else, and
// the documentation says what the tables say.
func TestStateTables(t *testing.T) {
	phases, states, places, server := observed{}, observed{}, observed{}, observed{}
	observeParser(phases, states, places)
	observeServer(server)
	const file = "../docs/http1.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for _, x := range []struct {
		name, head string
		seen       observed
		table      follows
	}{
		{"phases", "phase", phases, phaseFollows},
		{"states", "state", states, stateFollows},
		{"places", "place", places, placeFollows},
		{"server", "reading side", server, serverFollows},
	} {
		for from, list := range x.seen {
			for to := range list {
				if !slices.Contains(x.table[from], to) {
					t.Errorf("%s: %q: %q is not in the table", x.name, from, to)
				}
			}
		}
		for from, list := range x.table {
			for _, to := range list {
				if !x.seen[from][to] {
					t.Errorf("%s: %q: %q was not seen", x.name, from, to)
				}
			}
		}
		begin, end := "<!-- "+x.name+" -->\n", "<!-- end -->"
		i := strings.Index(doc, begin)
		if i < 0 {
			t.Fatalf("%s has no %q", file, begin)
		}
		i += len(begin)
		j := i + strings.Index(doc[i:], end)
		if want := x.table.table(x.head); doc[i:j] != want {
			if os.Getenv("SLUICE_UPDATE") == "" {
				t.Errorf("%s: the table of %s is not what the test has; SLUICE_UPDATE=1 writes it", file, x.name)
			}
			doc = doc[:i] + want + doc[j:]
		}
	}
	if doc != string(text) && os.Getenv("SLUICE_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLeniencyDocumented: every bit is in the documentation, with what it opens.
func TestLeniencyDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/http1.md")
	if err != nil {
		t.Fatal(err)
	}
	for i := range leniencyNames {
		bit := Leniency(1 << i)
		if n := strings.Count(string(text), "| `"+bit.String()+"` | "); n != 1 {
			t.Errorf("%v: %d rows", bit, n)
		}
	}
}
