// Package config reads sluice.toml. The types below are its one source: the keys and
// their defaults, what `sluice check` accepts, what `sluice config` prints, and the
// JSON schema that editors use come from them.
//
// The tags of a field: toml is its key, default its default as TOML, doc what it means,
// enum the allowed values, min and max the bounds, required that it must be there.
// short names the key that the whole table stands for where it is written as a plain
// value: compression = false is compression.enabled = false.
package config

// Config is an effective configuration: defaults, file and --set put together, checked.
// It is not changed after it was made.
type Config struct {
	App  Path              `toml:"app" doc:"The application: a JavaScript file. Without one the edge answers alone."`
	Args []string          `toml:"args" doc:"Arguments of the application (process.argv)."`
	Env  map[string]string `toml:"env" doc:"Variables added to the application's process.env."`

	Host   string `toml:"host" doc:"Short form of one listener: the address to listen on. Empty: every address."`
	Port   int    `toml:"port" default:"8080" min:"0" max:"65535" doc:"Short form of one listener: its port. 0: a free one."`
	Static Path   `toml:"static" doc:"Short form of one route: a folder whose files answer what nothing else does."`

	Workers Workers `toml:"workers" default:"1" doc:"How many workers run the application: a number, or auto for one per processor. With more than one an application must not keep state in memory."`

	Listen     []Listen   `toml:"listen" doc:"Listeners. When there is one, host and port do not count."`
	TLS        TLS        `toml:"tls" doc:"TLS of the listeners that have it switched on."`
	Timeouts   Timeouts   `toml:"timeouts" doc:"Deadlines of connections."`
	Limits     Limits     `toml:"limits" doc:"Limits of connections and requests."`
	Supervisor Supervisor `toml:"supervisor" doc:"What becomes of workers that hang, grow or grow old."`
	Shutdown   Shutdown   `toml:"shutdown" doc:"How the server ends."`
	Proxies    []Prefix   `toml:"trusted_proxies" doc:"Addresses whose Forwarded and X-Forwarded-* fields are believed."`

	Middleware

	Routes []Route `toml:"route" doc:"Routes. Precedence is by how exact they are, not by their order."`

	Log   Log   `toml:"log" doc:"The server's own log."`
	Admin Admin `toml:"admin" doc:"The listener for health checks, metrics and the dashboard."`
}

// Listeners are the listeners that the configuration asks for: those of [[listen]], or
// the one of host and port.
func (c *Config) Listeners() []Listen {
	if len(c.Listen) > 0 {
		return c.Listen
	}
	return []Listen{{Host: c.Host, Port: c.Port}}
}

// Listen is one listener.
type Listen struct {
	Host    string `toml:"host" doc:"The address. Empty: every address."`
	Port    int    `toml:"port" min:"0" max:"65535" doc:"The port. 0: a free one."`
	Socket  Path   `toml:"socket" doc:"A Unix socket instead of host and port."`
	TLS     bool   `toml:"tls" doc:"Speak TLS."`
	ToHTTPS int    `toml:"redirect_to_https" min:"0" max:"65535" doc:"Answer every request with a redirect to https on this port."`
}

// SameAddress reports whether two listeners cannot be open at once: a change of one to
// the other leaves the socket open.
func (l Listen) SameAddress(o Listen) bool {
	return l.Host == o.Host && l.Port == o.Port && l.Socket == o.Socket
}

// TLS is what listeners with tls = true use.
type TLS struct {
	Certificates []Certificate `toml:"certificate" doc:"Certificates, chosen by the name that the client asks for; the first is the default."`
	MinVersion   string        `toml:"min_version" default:"1.2" enum:"1.2|1.3" doc:"The oldest version that is accepted."`
	ClientAuth   string        `toml:"client_auth" default:"none" enum:"none|request|require" doc:"Whether clients are asked for a certificate."`
	ClientCA     Path          `toml:"client_ca" doc:"The authorities (PEM) that client certificates must come from."`
}

// Certificate is a pair of PEM files. They are read again when they change.
type Certificate struct {
	Cert Path `toml:"cert" required:"true" doc:"The certificate with its chain, PEM."`
	Key  Path `toml:"key" required:"true" doc:"The private key, PEM."`
}

// Timeouts are deadlines; 0 switches one off.
type Timeouts struct {
	Handshake Duration `toml:"handshake" default:"10s" doc:"For the TLS handshake."`
	Header    Duration `toml:"header" default:"60s" doc:"For the head of a request, from its first byte."`
	Request   Duration `toml:"request" default:"5m" doc:"For a whole request to arrive."`
	KeepAlive Duration `toml:"keep_alive" default:"75s" doc:"How long a connection may wait for its next request. More than the load balancer's in front."`
	Write     Duration `toml:"write" default:"60s" doc:"How long a client may take nothing of an answer."`
	Handler   Duration `toml:"handler" default:"0s" doc:"How long the application may take until its answer begins; then 504."`
}

// Limits bound what clients may use; 0 is no limit where not said otherwise.
type Limits struct {
	HeaderSize            Size `toml:"header_size" default:"16KiB" min:"1024" doc:"Bytes of a request's head; beyond it 431."`
	HeaderCount           int  `toml:"header_count" default:"2000" min:"1" doc:"Fields of a request's head; beyond it 431."`
	RequestsPerConnection int  `toml:"requests_per_connection" default:"0" min:"0" doc:"After so many requests a connection is closed."`
	Connections           int  `toml:"connections" default:"0" min:"0" doc:"Connections in all; more wait to be accepted."`
	PerAddress            int  `toml:"connections_per_address" default:"0" min:"0" doc:"Connections of one address; more are closed."`
	Queue                 int  `toml:"queue" default:"1000" min:"0" doc:"Requests that wait for one worker; more get 503 with Retry-After."`
	Buffered              Size `toml:"buffered" default:"1MiB" doc:"Bytes of answers held for one client that does not read."`
	MinRate               Size `toml:"min_rate" default:"0" doc:"Bytes a second that a sending or reading client must keep up."`
}

// Supervisor is what becomes of workers that do not behave.
type Supervisor struct {
	HangTimeout Duration `toml:"hang_timeout" default:"30s" doc:"A worker whose JavaScript does not come back for so long is ended and replaced."`
	Heap        Size     `toml:"heap" default:"0" doc:"Heap of one worker; 0: V8's default."`
	MaxRequests int      `toml:"max_requests" default:"0" min:"0" doc:"A worker is replaced after so many requests."`
	MaxAge      Duration `toml:"max_age" default:"0s" doc:"A worker is replaced after so long."`
	Watch       bool     `toml:"watch" doc:"Reload when a file changes that the application loaded."`
}

// Shutdown is how the server ends.
type Shutdown struct {
	Delay    Duration `toml:"delay" default:"0s" doc:"How long everything still serves after readiness turned false."`
	Timeout  Duration `toml:"timeout" default:"30s" doc:"How long running requests may take to finish."`
	Upgraded Duration `toml:"upgraded" default:"10s" doc:"How long upgraded connections (WebSocket) may take to finish."`
}

// Route says what answers the requests that it matches.
type Route struct {
	Host    string   `toml:"host" doc:"The host: example.com, *.example.com. Empty: every host."`
	Path    string   `toml:"path" required:"true" doc:"The path: exact (/about), with parameters (/users/{id}), or a prefix (/api/*)."`
	Methods []string `toml:"methods" doc:"The methods. Empty: all. GET includes HEAD."`

	App      bool      `toml:"app" doc:"The application answers."`
	Static   *Static   `toml:"static" doc:"Files of a folder answer."`
	Redirect *Redirect `toml:"redirect" doc:"A redirect answers."`
	Respond  *Respond  `toml:"respond" doc:"A fixed answer."`

	Middleware
}

// Static serves files of a folder.
type Static struct {
	Root          Path     `toml:"root" short:"true" required:"true" doc:"The folder. Nothing outside of it is ever served."`
	KeepPrefix    bool     `toml:"keep_prefix" doc:"Look for the whole path in the folder: without it, what * stands for in the route's."`
	Index         []string `toml:"index" default:"[\"index.html\"]" doc:"Files that answer for a folder."`
	TryFiles      []string `toml:"try_files" doc:"Names to try in turn; {path} is the request's. [\"{path}\", \"/index.html\"] for single-page applications."`
	Listing       bool     `toml:"listing" doc:"Answer for a folder without an index with a list of its files."`
	CacheControl  string   `toml:"cache_control" doc:"The field Cache-Control of every file."`
	Dotfiles      bool     `toml:"dotfiles" doc:"Serve files whose names begin with a dot."`
	Precompressed bool     `toml:"precompressed" default:"true" doc:"Serve name.br, name.zst and name.gz beside name where the client takes them."`
}

// Redirect answers with a redirect.
type Redirect struct {
	To     string `toml:"to" short:"true" required:"true" doc:"Where to: a path or URL; {path} is the request's path, {query} its query, {name} a parameter of the route."`
	Status int    `toml:"status" default:"308" enum:"301|302|303|307|308" doc:"The status."`
}

// Respond is a fixed answer.
type Respond struct {
	Status  int               `toml:"status" default:"200" min:"200" max:"599" doc:"The status."`
	Body    string            `toml:"body" short:"true" doc:"The body. Empty, with a status from 400 on: the server's own text, or its error page."`
	Headers map[string]string `toml:"headers" doc:"Fields of the answer."`
}

// Middleware is what happens to a request on its way, in this order. A route has what
// the whole server has, except for what it says itself.
type Middleware struct {
	RequestID   RequestID         `toml:"request_id" doc:"A name for each request."`
	AccessLog   AccessLog         `toml:"access_log" doc:"A line for each request."`
	Access      Access            `toml:"access" doc:"Which addresses may come in."`
	Security    SecurityHeaders   `toml:"security_headers" doc:"Fields that tell browsers to be careful."`
	CORS        CORS              `toml:"cors" doc:"Which other sites' scripts may use this one."`
	RateLimit   RateLimit         `toml:"rate_limit" doc:"How many requests a client may make."`
	BasicAuth   BasicAuth         `toml:"basic_auth" doc:"Names and passwords."`
	Body        Size              `toml:"body_limit" default:"0" doc:"Bytes of a request's body; beyond it 413."`
	Timeout     Duration          `toml:"timeout" default:"0s" doc:"How long the whole answer may take; then it is cut, or 504 when it has not begun."`
	Compression Compression       `toml:"compression" doc:"Compression of answers."`
	ErrorPages  map[string]Path   `toml:"error_pages" doc:"Files that answer instead of the server's own texts: \"404\" = \"404.html\", \"5xx\" = \"oops.html\"."`
	Headers     map[string]string `toml:"headers" doc:"Fields set on every answer; an empty value takes the field away."`
}

// RequestID gives each request a name, which the log and the application see.
type RequestID struct {
	Enabled bool   `toml:"enabled" short:"true" default:"true" doc:"Switches it on."`
	Header  string `toml:"header" default:"X-Request-Id" doc:"The field it is read from (of trusted proxies) and written to."`
}

// AccessLog writes a line for each request.
type AccessLog struct {
	Enabled bool   `toml:"enabled" short:"true" default:"true" doc:"Switches it on."`
	Format  string `toml:"format" default:"auto" enum:"auto|combined|json|pretty" doc:"The form of a line; auto is pretty on a terminal, else json."`
	File    Path   `toml:"file" doc:"The file. Empty: standard output."`
}

// Access lets addresses in or keeps them out.
type Access struct {
	Allow []Prefix `toml:"allow" doc:"These alone may come in. Empty: all."`
	Deny  []Prefix `toml:"deny" doc:"These may not, whatever allow says."`
}

// SecurityHeaders are set where the application has not set them.
type SecurityHeaders struct {
	Enabled        bool     `toml:"enabled" short:"true" default:"true" doc:"Switches them on."`
	FrameOptions   string   `toml:"frame_options" default:"SAMEORIGIN" enum:"DENY|SAMEORIGIN|" doc:"X-Frame-Options."`
	ReferrerPolicy string   `toml:"referrer_policy" default:"strict-origin-when-cross-origin" doc:"Referrer-Policy."`
	CSP            string   `toml:"content_security_policy" doc:"Content-Security-Policy."`
	HSTS           Duration `toml:"hsts" default:"8760h" doc:"max-age of Strict-Transport-Security, on TLS only."`
	HSTSSubdomains bool     `toml:"hsts_include_subdomains" doc:"includeSubDomains of Strict-Transport-Security."`
}

// CORS lets scripts of other origins use this site.
type CORS struct {
	Origins     []string `toml:"origins" short:"true" doc:"Origins: https://example.com, https://*.example.com, or * for all. Empty: CORS is off."`
	Methods     []string `toml:"methods" default:"[\"GET\", \"HEAD\", \"POST\", \"PUT\", \"PATCH\", \"DELETE\"]" doc:"Methods."`
	Headers     []string `toml:"headers" doc:"Request fields. Empty: those that the preflight asks for."`
	Expose      []string `toml:"expose" doc:"Answer fields that scripts may read."`
	Credentials bool     `toml:"credentials" doc:"Cookies and authentication are allowed; not together with the origin *."`
	MaxAge      Duration `toml:"max_age" default:"10m" doc:"How long a preflight's answer holds."`
}

// RateLimit is a token bucket per client.
type RateLimit struct {
	Rate  Rate   `toml:"rate" short:"true" doc:"How many requests in how long; beyond it 429. Empty: no limit."`
	Burst int    `toml:"burst" default:"0" min:"0" doc:"How many at once; 0: as many as the rate says."`
	Key   string `toml:"key" default:"address" doc:"What a client is: address, route (all clients together), or header:Name."`
}

// BasicAuth asks for a name and a password.
type BasicAuth struct {
	Realm string            `toml:"realm" default:"restricted" doc:"What browsers show."`
	Users map[string]Secret `toml:"users" doc:"Names and bcrypt hashes of passwords (htpasswd -B). Empty: nobody is asked."`
}

// Compression of answers, by what the client takes.
type Compression struct {
	Enabled   bool     `toml:"enabled" short:"true" default:"true" doc:"Switches it on."`
	Encodings []string `toml:"encodings" default:"[\"zstd\", \"br\", \"gzip\"]" enum:"zstd|br|gzip" doc:"In the server's order of preference."`
	MinSize   Size     `toml:"min_size" default:"1KiB" doc:"Shorter answers stay as they are."`
	Types     []string `toml:"types" default:"[\"text/*\", \"application/json\", \"application/javascript\", \"application/xml\", \"application/wasm\", \"image/svg+xml\", \"application/*+json\", \"application/*+xml\"]" doc:"Media types."`
}

// Log is the server's own log.
type Log struct {
	Level  string `toml:"level" default:"info" enum:"debug|info|warn|error" doc:"What is written."`
	Format string `toml:"format" default:"auto" enum:"auto|json|text|pretty" doc:"The form; auto is pretty on a terminal, else json."`
	File   Path   `toml:"file" doc:"The file. Empty: standard error. It is opened again at a reload."`
}

// Admin is the listener for those who run the server.
type Admin struct {
	Enabled bool   `toml:"enabled" short:"true" default:"true" doc:"Switches it on."`
	Host    string `toml:"host" default:"127.0.0.1" doc:"The address; loopback, so that only this machine can ask."`
	Port    int    `toml:"port" default:"9180" min:"0" max:"65535" doc:"The port."`
	Pprof   bool   `toml:"pprof" doc:"Serve Go's profiles under /debug/pprof/."`
}
