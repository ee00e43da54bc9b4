package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// load parses a document in a folder that has app.js, public/ and a pair of PEM files.
func load(t *testing.T, text string, set ...string) (*Loaded, error) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"app.js", "cert.pem", "key.pem", "404.html"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "public"), 0o755); err != nil {
		t.Fatal(err)
	}
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"PORT": "9000", "EMPTY": "", "YES": "true", "NAME": "Ada"}[name]
		return v, ok
	}
	l, err := Parse(filepath.Join(dir, "sluice.toml"), []byte(text), Options{Set: set, Lookup: lookup})
	if problems, ok := err.(Problems); ok {
		for _, p := range problems {
			p.File = strings.ReplaceAll(p.File, dir+"/", "")
			p.Message = strings.ReplaceAll(p.Message, dir+"/", "")
		}
	}
	return l, err
}

func TestDefaults(t *testing.T) {
	l, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if l.Port != 8080 || l.Workers != 1 || time.Duration(l.Timeouts.Header) != time.Minute || l.Limits.HeaderSize != 16<<10 ||
		!l.Compression.Enabled || !reflect.DeepEqual(l.Compression.Encodings, []string{"zstd", "br", "gzip"}) || l.Admin.Host != "127.0.0.1" {
		t.Errorf("defaults: %+v", l.Config)
	}
	if len(l.Origins) != 0 {
		t.Errorf("origins of defaults: %v", l.Origins)
	}
}

func TestValues(t *testing.T) {
	l, err := load(t, `
app = "app.js"
port = "${PORT}"
workers = "auto"
host = "${HOST:-::1}"
trusted_proxies = ["10.0.0.0/8", "::1"]
body_limit = "10MB"
compression = false
limits.header_size = 32_768
timeouts = {header = "1m30s", keep_alive = "500ms"}

[cors]
origins = ["https://example.com"]
credentials = "${YES}"

[headers]
X-Made-By = "$${NAME} is ${NAME}"

[[route]]
path = "/api/{id}"
methods = ["GET", "POST"]
app = true
cors.origins = ["https://other.example"]
headers = {X-Api = "1"}

[[route]]
path = "/*"
static = "public"
rate_limit = "100/1m"
`, "limits.queue=5", "port=9001", "host=localhost", "log.level=debug")
	if err != nil {
		t.Fatal(err)
	}
	api, files := l.Routes[0], l.Routes[1]
	for name, c := range map[string][2]any{
		"port, by --set":                {l.Port, 9001},
		"host, by --set without quotes": {l.Host, "localhost"},
		"queue":                         {l.Limits.Queue, 5},
		"level":                         {l.Log.Level, "debug"},
		"workers":                       {l.Workers, Workers(0)},
		"header size":                   {l.Limits.HeaderSize, Size(32768)},
		"body limit":                    {l.Body, Size(10e6)},
		"header timeout":                {time.Duration(l.Timeouts.Header), 90 * time.Second},
		"a duration by default":         {time.Duration(l.Timeouts.Request), 5 * time.Minute},
		"keep-alive":                    {time.Duration(l.Timeouts.KeepAlive), 500 * time.Millisecond},
		"a path":                        {string(l.App), filepath.Join(filepath.Dir(l.File), "app.js")},
		"a proxy":                       {l.Proxies[1].String(), "::1/128"},
		"a short table":                 {l.Compression.Enabled, false},
		"a field with a variable":       {l.Headers["X-Made-By"], "${NAME} is Ada"},
		"an inherited key":              {api.CORS.Credentials, true},
		"an overridden key":             {api.CORS.Origins[0], "https://other.example"},
		"inherited fields":              {len(api.Headers), 2},
		"fields stay apart":             {len(files.Headers), 1},
		"an inherited table":            {files.CORS.Origins[0], "https://example.com"},
		"an inherited limit":            {files.Body, Size(10e6)},
		"a short target":                {string(files.Static.Root), filepath.Join(filepath.Dir(l.File), "public")},
		"a default in a route":          {files.Static.Index[0], "index.html"},
		"a short rate":                  {files.RateLimit.Rate, Rate{100, time.Minute}},
	} {
		if !reflect.DeepEqual(c[0], c[1]) {
			t.Errorf("%s: %v, want %v", name, c[0], c[1])
		}
	}
	for path, want := range map[string]Origin{"port": {Source: "--set"}, "workers": {l.File, 4}, "cors.origins": {l.File, 13}, "limits.header_size": {l.File, 9}} {
		if l.Origins[path] != want {
			t.Errorf("origin of %s: %v, want %v", path, l.Origins[path], want)
		}
	}
}

// The message of every mistake, with its place and its hint.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		text, set string
		want      []string
	}{
		{text: "prot = 80", want: []string{"sluice.toml:1:1: unknown key \"prot\"\n   1 | prot = 80\n     | ^^^^\n       did you mean \"port\"?\n"}},
		{text: "pprof = true", want: []string{"sluice.toml:1:1: unknown key \"pprof\"\n   1 | pprof = true\n     | ^^^^^\n       there is admin.pprof\n"}},
		{text: "[admin]\nxyzzy = 1", want: []string{"sluice.toml:2:1: unknown key \"xyzzy\" in admin\n   2 | xyzzy = 1\n     | ^^^^^\n       known keys: enabled, host, port, pprof\n"}},
		{text: "port = \"80\"", want: []string{"sluice.toml:1:8: port: expected a whole number, found a text\n   1 | port = \"80\"\n     |        ^^^^\n       without quotes: 80\n"}},
		{text: "host = 1", want: []string{"sluice.toml:1:8: host: expected a text, found a whole number\n   1 | host = 1\n     |        ^\n       put it in quotes: \"1\"\n"}},
		{text: "port = 70000", want: []string{"sluice.toml:1:8: port: expected a number from 0 to 65535, found 70000\n   1 | port = 70000\n     |        ^^^^^\n"}},
		{text: "port = 1.5", want: []string{"sluice.toml:1:8: port: expected a whole number, found a number\n   1 | port = 1.5\n     |        ^^^\n"}},
		{text: "[timeouts]\n\theader = \"fast\"", want: []string{"sluice.toml:2:11: timeouts.header: expected a duration such as 500ms, 30s or 5m, found \"fast\"\n   2 | \theader = \"fast\"\n     | \t         ^^^^^^\n"}},
		{text: "timeouts.header = true", want: []string{"expected a duration such as 500ms, 30s or 5m, found true or false"}},
		{text: "body_limit = \"10 apples\"", want: []string{"body_limit: expected a size such as 65536, 16KiB or 10MB, found \"10 apples\""}},
		{text: "rate_limit.rate = \"fast\"", want: []string{"expected a rate such as 10/s or 100/1m, found \"fast\""}},
		{text: "trusted_proxies = [\"10.0.0.1/8\"]", want: []string{"trusted_proxies[0]: 10.0.0.1/8 has bits set behind its prefix: the range is 10.0.0.0/8"}},
		{text: "workers = 0", want: []string{"workers: expected a number from 1 to 1024, or \"auto\", found \"0\""}},
		{text: "log.level = \"wran\"", want: []string{"log.level: expected one of \"debug\", \"info\", \"warn\", \"error\", found \"wran\"", "did you mean \"warn\"?"}},
		{text: "compression.encodings = [\"gzip\", \"lz4\"]", want: []string{"1:34: compression.encodings[1]: expected one of \"zstd\", \"br\", \"gzip\", found \"lz4\""}},
		{text: "log = 5", want: []string{"log: expected a table, found a whole number"}},
		{text: "args = 5", want: []string{"args: expected an array, found a whole number"}},
		{text: "headers = 5", want: []string{"headers: expected a table, found a whole number"}},
		{text: "host = \"${NONE}\"", want: []string{"host: the environment variable NONE is not set", "set it, or give a default: ${NONE:-value}"}},
		{text: "host = \"${1x}\"", want: []string{"host: expected ${NAME} or ${NAME:-default}"}},
		{text: "port = \"${NAME}\"", want: []string{"port: expected a whole number, found \"Ada\""}},
		{text: "a = ", want: []string{"sluice.toml:1:"}},
		{text: "port = 1\nport = 2", want: []string{"sluice.toml:2:1: \"port\" is there twice\n   2 | port = 2\n     | ^^^^\n       the first is in line 1\n"}},
		{text: "[log]\nlevel = \"info\"\n[log]\n", want: []string{"sluice.toml:3:2: the table \"log\" is there twice", "the first is in line 1"}},
		{text: "port = 1\nport.x = 2", want: []string{"sluice.toml:2:1: \"port\" is there twice"}},
		{text: "[log]\n[[log]]", want: []string{"sluice.toml:2:3: \"log\" is there twice"}},
		{text: "log = {level = \"info\", level = \"warn\"}", want: []string{"sluice.toml:1:24: \"level\" is there twice"}},
		// All at once, the broken lines too.
		{text: "prot = 1\nhost = \"a\nport = 99999\n[limits]\nqueue = -1", want: []string{"sluice.toml:1:1: unknown key", "sluice.toml:2:", "sluice.toml:3:8: port:", "sluice.toml:5:9: limits.queue: expected at least 0, found -1"}},
		{set: "port=high", want: []string{"--set: port: expected a whole number, found \"high\"\n     | port=high\n     |      ^^^^\n"}},
		{set: "port", want: []string{"--set: expected key=value"}},
		{set: "limits..x=1", want: []string{"--set: expected key=value with a key such as limits.body"}},
		{set: "prot=1", want: []string{"--set: unknown key \"prot\""}},

		{text: "app = \"none.js\"", want: []string{"sluice.toml:1:7: app: none.js does not exist"}},
		{text: "static = \"app.js\"", want: []string{"static: app.js is not a folder"}},
		{text: "app = \"public\"", want: []string{"app: public is a folder, not a file"}},
		{text: "[[listen]]\nhost = \"::\"", want: []string{"sluice.toml:1:3: listen[0]: the key \"port\" is missing"}},
		{text: "[[listen]]\nport = 1\nsocket = \"s\"", want: []string{"sluice.toml:3:10: listen[0].socket: a listener has a socket, or a host and port"}},
		{text: "[[listen]]\nport = 1\n[[listen]]\nport = 1", want: []string{"sluice.toml:4:8: listen[1].port: the same address as listen[0].port"}},
		{text: "[[listen]]\nport = 1\ntls = true", want: []string{"a listener speaks TLS and there is no certificate"}},
		{text: "[[listen]]\nport = 1\ntls = true\nredirect_to_https = 443\n[[tls.certificate]]\ncert=\"cert.pem\"\nkey=\"key.pem\"", want: []string{"listen[0].redirect_to_https: this listener speaks TLS already"}},
		{text: "port = 8443\n[[tls.certificate]]\ncert=\"cert.pem\"\nkey=\"key.pem\"", want: []string{"sluice.toml:2:7: tls.certificate: there is a certificate, and no listener speaks TLS", "add tls = true to a [[listen]]"}},
		{text: "[[tls.certificate]]\ncert=\"cert.pem\"", want: []string{"sluice.toml:1:7: tls.certificate[0]: the key \"key\" is missing"}},
		{text: "[[tls.certificate]]\ncert=\"c.pem\"\nkey=\"key.pem\"", want: []string{"tls.certificate[0].cert: c.pem does not exist"}},
		{text: "app = \"ap.js\"", want: []string{"ap.js does not exist", `did you mean "app.js"?`}},
		{text: "static = \"publik\"", want: []string{"publik does not exist", `did you mean "public"?`}},
		{text: "cors.origins = \"https://example.com\"", want: []string{"expected an array, found a text", `put it in brackets: ["https://example.com"]`}},
		{text: "host = localhost", want: []string{"sluice.toml:1:8:", `a text stands in quotes: "localhost"`}},
		{text: "compression = yes", want: []string{"sluice.toml:1:15:", `what is switched is true or false`}},
		{text: "tls.client_auth = \"require\"", want: []string{"tls.client_auth: tls.client_ca is missing"}},
		{text: "host = \"127.0.0.1\"\nport = 9180", want: []string{"the same address as port"}},
		{text: "[[route]]\npath = \"x\"\nrespond = \"ok\"", want: []string{"sluice.toml:2:8: route[0].path: a path begins with /, found \"x\""}},
		{text: "[[route]]\npath = \"/*/x\"\nrespond = \"ok\"", want: []string{"* stands at the end only"}},
		{text: "[[route]]\npath = \"/a*\"\nrespond = \"ok\"", want: []string{"\"a*\" is not a segment"}},
		{text: "[[route]]\npath = \"/{a b}\"\nrespond = \"ok\"", want: []string{"\"{a b}\" is not a segment"}},
		{text: "[[route]]\npath = \"/\"\nhost = \"a*.com\"\nrespond = \"ok\"", want: []string{"route[0].host: expected a name, or *. and a name"}},
		{text: "[[route]]\npath = \"/\"\nmethods = [\"get\"]\nrespond = \"ok\"", want: []string{"\"get\" is not a method"}},
		{text: "[[route]]\npath = \"/\"", want: []string{"route[0]: expected one of app, static, redirect and respond, found 0"}},
		{text: "[[route]]\npath = \"/\"\nrespond = \"a\"\nredirect = \"/b\"", want: []string{"route[0]: expected one of app, static, redirect and respond, found 2"}},
		{text: "[[route]]\npath = \"/\"\napp = true", want: []string{"there is no application"}},
		{text: "[[route]]\npath = \"/\"\nrespond = \"a\"\n[[route]]\npath = \"/\"\nrespond = \"b\"", want: []string{"sluice.toml:5:8: route[1].path: the same requests as route[0]"}},
		{text: "[[route]]\npath = \"/\"\nrespond = {body = \"a\", headers = {\"a b\" = \"c\"}}", want: []string{"\"a b\" is not the name of a field"}},
		{text: "headers = {A = \"b\\r\\nc\"}", want: []string{"headers.A: the value of a field is one line"}},
		{text: "cors = {origins = [\"*\"], credentials = true}", want: []string{"the origin * cannot be used with credentials"}},
		{text: "cors = [\"example.com/x\"]", want: []string{"expected an origin such as https://example.com"}},
		{text: "rate_limit = {rate = \"1/s\", key = \"adress\"}", want: []string{"expected address, route or header:Name, found \"adress\"", "did you mean \"address\"?"}},
		{text: "basic_auth.users.ada = \"secret\"", want: []string{"basic_auth.users.ada: expected a bcrypt hash ($2y$…), not the password itself"}},
		{text: "basic_auth.users.ada = \"$apr1$/s1Slndp$YxtgfYJeF.b6nSmVzQ1dn.\"", want: []string{"expected a bcrypt hash ($2y$…), not another kind"}},
		{text: "basic_auth.users.ada = \"ada:$2y$05$x\"", want: []string{"expected a bcrypt hash ($2y$…), without the name before it, which is the key"}},
		{text: "basic_auth.users.ada = \"$2y$05$x\"", want: []string{"expected a bcrypt hash ($2y$…), of 60 characters"}},
		{text: "error_pages.404 = \"404.html\"\nerror_pages.600 = \"404.html\"", want: []string{"sluice.toml:2:19: error_pages.600: expected a status such as 404, or 4xx or 5xx"}},
		{text: "request_id.header = \"a b\"", want: []string{"\"a b\" is not the name of a field"}},

		// What would be accepted, and do nothing or something else than was meant.
		{text: "host = \"a b\"", want: []string{"sluice.toml:1:8: host: expected an address such as 127.0.0.1 or ::1, or a name, found \"a b\""}},
		{text: "host = \"[::1]\"", want: []string{"without brackets: \"::1\""}},
		{text: "admin.host = \"localhost:80\"", want: []string{"the port is a key of its own: port = 80"}},
		{text: "[[listen]]\nsocket = \"none/s\"", want: []string{"sluice.toml:2:10: listen[0].socket: none does not exist"}},
		{text: "log.file = \"logs/sluice.log\"", want: []string{"sluice.toml:1:12: log.file: logs does not exist"}},
		{text: "access_log.file = \"public\"", want: []string{"access_log.file: public is a folder, not a file"}},
		{text: "app = 5", want: []string{"app: expected the name of a file or folder, found a whole number"}},
		{text: "timeouts.write = 30", want: []string{"expected a duration such as 500ms, 30s or 5m, found \"30\"", "with its unit: \"30s\""}},
		{text: "tls.client_auth = true", want: []string{"tls.client_auth: expected one of \"none\", \"request\", \"require\", found true or false\n   1 | tls.client_auth = true\n     |                   ^^^^\n"}},
		{text: "tls.min_version = 1.3", want: []string{"expected one of \"1.2\", \"1.3\", found a number", "put it in quotes: \"1.3\""}},
		{text: "env = {\"A=B\" = \"c\"}", want: []string{"\"A=B\" is not the name of a variable"}},
		{text: "[security_headers]\ncontent_security_policy = \"\"\"\ndefault-src 'self';\nimg-src *\"\"\"", want: []string{"security_headers.content_security_policy: the value of a field is one line", `in """ a \ at the end of a line joins it with the next`}},
		{text: "security_headers.referrer_policy = \"a\\nb\"", want: []string{"security_headers.referrer_policy: the value of a field is one line"}},
		{text: "[[route]]\npath = \"/*\"\nstatic = {root = \"public\", cache_control = \"a\\r\\nb\", try_files = [\"{file}\"]}", want: []string{"route[0].static.cache_control: the value of a field is one line", "route[0].static.try_files[0]: {file} stands for nothing here", "there is {path}"}},
		{text: "[cors]\norigins = [\"*\"]\nmethods = [\"get\"]\nheaders = [\"a b\"]\nexpose = [\"c\\r\\nd\"]", want: []string{"cors.methods[0]: \"get\" is not a method", "cors.headers[0]: \"a b\" is not the name of a field", "cors.expose[0]: \"c\\r\\nd\" is not the name of a field"}},
		{text: "[cors]\ncredentials = true", want: []string{"sluice.toml:2:15: cors.credentials: it does nothing: cors.origins is missing"}},
		{text: "rate_limit = {burst = 5}", want: []string{"rate_limit.burst: it does nothing: rate_limit.rate is missing"}},
		{text: "[[route]]\npath = \"/\"\nrespond = \"a\"\nbasic_auth.realm = \"staff\"", want: []string{"sluice.toml:4:20: route[0].basic_auth.realm: it does nothing: basic_auth.users is missing"}},
		{text: "[[route]]\npath = \"/\"\nstatic = \"\"", want: []string{"route[0].static.root: expected the name of a folder, found nothing"}},
		{text: "[[route]]\npath = \"\"\nrespond = \"a\"", want: []string{"route[0].path: a path begins with /, found nothing"}},
		{text: "[[route]]\npath = \"/a?b=1\"\nrespond = \"a\"", want: []string{"a route's path has no query", "write \"/a\": it matches with any query"}},
		{text: "[[route]]\npath = \"/caf%C3%A9\"\nrespond = \"a\"", want: []string{"%xx is decoded before paths are compared", "write \"/café\""}},
		{text: "[[route]]\npath = \"/a//b\"\nrespond = \"a\"", want: []string{"empty segments, . and .. are resolved before paths are compared"}},
		{text: "[[route]]\npath = \"/{a}/{a}\"\nrespond = \"a\"", want: []string{"the parameter {a} is there twice"}},
		{text: "[[route]]\npath = \"/\"\nhost = \"example.com:8080\"\nrespond = \"a\"", want: []string{"route[0].host: expected a name, or *. and a name, found \"example.com:8080\"", "without port and final dot: \"example.com\""}},
		{text: "[[route]]\npath = \"/\"\nhost = \"https://example.com\"\nrespond = \"a\"", want: []string{"without the scheme"}},
		{text: "[[route]]\npath = \"/\"\nhost = \"::1\"\nrespond = \"a\"", want: []string{"in brackets, as clients write it: \"[::1]\""}},
		{text: "[[route]]\npath = \"/\"\nredirect = \"\"", want: []string{"route[0].redirect.to: expected a path or URL, found nothing"}},
		{text: "[[route]]\npath = \"/\"\nredirect = \"example.com/x\"", want: []string{"expected a path that begins with /, or a URL with its scheme", "https://example.com/x is another site, /example.com/x a path of this one"}},
		{text: "[[route]]\npath = \"/a/{id}\"\nredirect = \"/b/{name}/{pth}\"", want: []string{"route[0].redirect.to: {name} stands for nothing here", "there is {path}, {query}, {host}, {id}", "{pth} stands for nothing here", "did you mean \"{path}\"?"}},
		{text: "[[route]]\npath = \"/a/{x}\"\nrespond = \"a\"\n[[route]]\npath = \"/a/{y}\"\nrespond = \"b\"", want: []string{"sluice.toml:5:8: route[1].path: the same requests as route[0]"}},
		{text: "[[route]]\npath = \"/\"\nhost = \"A.b\"\nmethods = [\"GET\", \"PUT\"]\nrespond = \"a\"\n[[route]]\npath = \"/\"\nhost = \"a.b\"\nmethods = [\"PUT\"]\nrespond = \"b\"", want: []string{"route[1].path: the same requests as route[0]"}},
	} {
		var set []string
		if c.set != "" {
			set = []string{c.set}
		}
		_, err := load(t, c.text, set...)
		if err == nil {
			t.Errorf("%q %s: accepted", c.text, c.set)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error()+"\n", want) {
				t.Errorf("%q %s:\n%s\nwant\n%s", c.text, c.set, err, want)
			}
		}
		if strings.Contains(c.text, "secret") && strings.Contains(err.Error(), "found \"secret\"") {
			t.Errorf("a secret is in the message: %s", err)
		}
	}
}

// What is printed can be read again, and means the same.
func TestPrint(t *testing.T) {
	l, err := load(t, "app = \"app.js\"\nport = 1\nheaders = {A = \"1\"}\n[rate_limit]\nrate = \"5/s\"\n[[listen]]\nport = 2\n[[route]]\npath = \"/x\"\nstatic = \"public\"\n[[route]]\npath = \"/y\"\nredirect = \"/x\"", "limits.queue=7")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := l.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"port = 1                                 # " + l.File + ":2\n", "queue = 7                                # --set\n", "workers = \"1\"                            # default\n", "rate = \"5/1s\"                            # " + l.File + ":5\n", "[[route]]\n", "[route.static]\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	again, err := Parse(l.File, []byte(b.String()), Options{})
	if err != nil {
		t.Fatalf("what was printed cannot be read: %v\n%s", err, b.String())
	}
	var second strings.Builder
	_ = again.Print(&second)
	strip := func(s string) (lines []string) {
		for line := range strings.Lines(s) {
			value, _, _ := strings.Cut(line, " # ")
			lines = append(lines, strings.TrimRight(value, " \n"))
		}
		return lines
	}
	if !reflect.DeepEqual(strip(b.String()), strip(second.String())) {
		t.Errorf("printed twice:\n%s\n%s", b.String(), second.String())
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	hash := "$2y$05$" + strings.Repeat("a", 53)
	l, err := load(t, "basic_auth.users.ada = \""+hash+"\"")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	_ = l.Print(&b)
	if strings.Contains(b.String(), hash) || !strings.Contains(b.String(), `"ada" = "(secret)"`) {
		t.Error(b.String())
	}
}

// Every default satisfies its own field, and the schema names every key with its meaning.
func TestSchema(t *testing.T) {
	text, err := json.Marshal(Schema())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"trusted_proxies":{"description"`, `"additionalProperties":false`, `"required":["path"]`, `"default":8080`, `"default":"1m"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing", want)
		}
	}
	var walk func(t reflect.Type, path string)
	walk = func(typ reflect.Type, path string) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || isScalar(typ) {
			return
		}
		for _, f := range fields(typ) {
			if f.doc == "" || !strings.HasSuffix(f.doc, ".") {
				t.Errorf("%s: no doc, or no sentence: %q", join(path, f.name), f.doc)
			}
			if f.def != "" {
				setDefault(reflect.New(f.typ).Elem(), f) // panics when it is wrong
			}
			walk(f.typ, join(path, f.name))
		}
	}
	walk(reflect.TypeFor[Config](), "")
}

func TestLoadFindsTheFile(t *testing.T) {
	dir := t.TempDir()
	if l, err := Load(Options{Dir: dir}); err != nil || l.File != "" || l.Port != 8080 {
		t.Fatalf("without a file: %v, %v", l, err)
	}
	if _, err := Load(Options{File: filepath.Join(dir, "none.toml")}); err == nil {
		t.Error("a file that was asked for and is not there")
	}
	if err := os.WriteFile(filepath.Join(dir, DefaultFile), []byte("port = 7"), 0o644); err != nil {
		t.Fatal(err)
	}
	if l, err := Load(Options{Dir: dir}); err != nil || l.Port != 7 {
		t.Fatalf("with a file: %v, %v", l, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("port = 1\n[limits]\nqueue = \"${X}\"", "port=2")
	f.Add("[[route]]\npath = \"/\"\n[route.cors]\norigins = []", "a.b=[1]")
	f.Fuzz(func(t *testing.T, text, set string) {
		l, err := Parse("sluice.toml", []byte(text), Options{Set: []string{set}})
		if (l == nil) == (err == nil) {
			t.Error("neither a configuration nor an error")
		}
		if err != nil && err.Error() == "" {
			t.Error("an error without a text")
		}
	})
}

// TestRight: what looks as if it were wrong and is not.
func TestRight(t *testing.T) {
	for _, text := range []string{
		"host = \"::1\"", "host = \"fe80::1%eth0\"", "host = \"my_host.local\"", "admin.host = \"\"",
		"timeouts.write = 0", "timeouts.write = \"0\"", "limits.min_rate = 1_000",
		"[security_headers]\ncontent_security_policy = \"\"\"\\\n  default-src 'self'; \\\n  img-src *\"\"\"",
		"[cors]\nmax_age = \"1h\"\n[[route]]\npath = \"/\"\nrespond = \"a\"\ncors.origins = [\"*\"]",
		"[cors]\norigins = []\nmax_age = \"1h\"",
		"cors = [\"https://a.example\"]\n[[route]]\npath = \"/\"\nrespond = \"a\"\ncors.max_age = \"1h\"",
		"[[route]]\npath = \"/a%2Fb/100%25\"\nrespond = \"a\"", "[[route]]\npath = \"/café/c#\"\nrespond = \"a\"",
		"[[route]]\npath = \"/\"\nhost = \"[::1]\"\nrespond = \"a\"", "[[route]]\npath = \"/\"\nhost = \"*.Example.com\"\nrespond = \"a\"",
		"[[route]]\npath = \"/\"\nmethods = [\"GET\"]\nrespond = \"a\"\n[[route]]\npath = \"/\"\nrespond = \"b\"",
		"[[route]]\npath = \"/{x}/*\"\nredirect = \"https://{host}/{x}/{*}?{query}\"", "[[route]]\npath = \"/a\"\nredirect = \"../b\"",
		"trusted_proxies = [\"::ffff:10.0.0.0/104\", \"::/0\"]", "log.file = \"new.log\"",
	} {
		if _, err := load(t, text); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
	l, err := load(t, "access.deny = [\"::ffff:10.0.0.0/104\", \"::ffff:192.0.2.1\"]")
	if err != nil || l.Access.Deny[0].String() != "10.0.0.0/8" || l.Access.Deny[1].String() != "192.0.2.1/32" {
		t.Errorf("%v, %v", l, err)
	}
}
