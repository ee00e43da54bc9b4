"""Runs the rules of cispa/http-conformance against a server, without its proxy and database.

Arguments: the folder of a checkout, host, port, then the paths to ask for.
Output: one line of JSON for each rule and exchange that the rule is about:
[rule, exchange, verdict, details].
"""

import json
import re
import socket
import sys
import types

folder, host, port, paths = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
sys.path.insert(0, folder)


# --- What the rules import, as far as they use it


class Names(type):
    """An enumeration of which every member is its name."""

    def __getattr__(cls, name):
        return name


class Record:
    def __init__(self, **values):
        self.__dict__.update(values)

    @classmethod
    def create(cls, **values):
        return cls(**values)

    def save(self):
        pass


class Headers:
    def __init__(self, fields=()):
        self.fields = tuple(fields)

    def get_all(self, name):
        return [v.decode("latin-1") for k, v in self.fields if k.decode("latin-1").lower() == name.lower()]

    def get(self, name, default=None):
        values = self.get_all(name)
        return ", ".join(values) if values else default

    def items(self):
        return [(k.decode("latin-1"), v.decode("latin-1")) for k, v in self.fields]

    def __contains__(self, name):
        return bool(self.get_all(name))

    def __iter__(self):
        return iter({k.decode("latin-1") for k, _ in self.fields})


class UnpackError(Exception):
    pass


class Message:
    """A response: what dpkt and mitmproxy call so."""

    is_http10 = is_http2 = is_http3 = False
    is_http11 = True

    def __init__(self, raw, head_response=False):
        head, end, rest = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        m = re.fullmatch(rb"HTTP/(1\.[01]) (\d{3}) ?(.*)", lines[0])
        if not end or not m:
            raise UnpackError("invalid response")
        self.version, self.status, self.reason = m[1].decode(), m[2].decode(), m[3].decode("latin-1")
        self.status_code = int(self.status)
        self.http_version = "HTTP/" + self.version
        self.head = head + end
        fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon:
                raise UnpackError("invalid header")
            fields.append((name, value.strip(b" \t")))
        self.headers = Headers(fields)
        self.body, self.data = self.read(rest, head_response)
        self.content = self.raw_content = self.body

    def read(self, rest, head_response):
        """The body, and what is behind it."""
        if head_response or self.status_code < 200 or self.status_code in (204, 304):
            return b"", rest
        if "chunked" in self.headers.get("transfer-encoding", ""):
            body = b""
            while True:
                size, _, rest = rest.partition(b"\r\n")
                n = int(size.split(b";")[0] or b"0", 16)
                if n == 0:
                    return body, rest.partition(b"\r\n")[2]
                body, rest = body + rest[:n], rest[n + 2 :]
        if "content-length" in self.headers:
            n = int(self.headers.get("content-length"))
            return rest[:n], rest[n:]
        return rest, b""


def module(name, **values):
    sys.modules[name] = m = types.ModuleType(name)
    m.__dict__.update(values)
    return m


def enumeration(name):
    return Names(name, (), {})


records = {name: type(name, (Record,), {}) for name in ("ReqResp", "ProbeTest", "DirectTest", "RetroTest", "Url", "Req", "AddResp")}
module("dpkt", UnpackError=UnpackError, http=types.SimpleNamespace(Response=Message))
http = module("mitmproxy.http", Headers=Headers, HTTPFlow=object)
assemble = types.SimpleNamespace(assemble_response_head=lambda response: response.head)
net = module("mitmproxy.net", http=types.SimpleNamespace(http1=types.SimpleNamespace(assemble=assemble)))
module("mitmproxy", http=http, net=net)
module("helpers").__path__ = [folder + "/helpers"]
module("helpers.db_util", Violation=enumeration("Violation"), Activity=enumeration("Activity"), Level=enumeration("Level"), **records)
module("helpers.util", parse_headers=lambda s: Headers(s))

import testcases  # noqa: E402


# --- The exchanges


def ask(method, path, extra=b""):
    body = b"abc" if method in ("POST", "PUT", "PATCH") else b""
    if body:
        extra += b"Content-Length: 3\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\nUser-Agent: test\r\nConnection: close\r\n".encode()
    with socket.create_connection((host, port), 5) as s:
        s.settimeout(3)
        s.sendall(head + extra + b"\r\n" + body)
        raw = b""
        while chunk := s.recv(65536):
            raw += chunk
    response = Message(raw, method == "HEAD")
    while response.status_code < 200:
        response = Message(raw := raw[len(response.head) :], method == "HEAD")
    request = Record(method=method, path=path, http_version="HTTP/1.1", scheme="http", host=host, port=port, is_http10=False,
                     is_http11=True, is_http2=False, headers=Headers([(b"Host", f"{host}:{port}".encode())]))
    return Record(request=request, response=response)


def tell(rule, what, test):
    print(json.dumps([rule.__name__, what, str(test.violation), str(getattr(test, "extra", ""))]))


url = Record(scheme="http", host=host, port=port, path="/", full_url=f"http://{host}:{port}/", is_base=True)
rules = [c for c in vars(testcases).values() if isinstance(c, type) and hasattr(c, "activity") and hasattr(c, "test")]
flows = [(f"{m} {p}", ask(m, p)) for p in paths for m in ("GET", "HEAD", "POST", "OPTIONS", "DELETE")]
flows.append(("conditional", ask("GET", "/etag", b'If-None-Match: "e"\r\n')))
flows.append(("upgrade", ask("GET", "/", b"Upgrade: x\r\n")))
for rule in rules:
    try:
        if rule.activity == "PROXY":
            for what, flow in flows:
                tell(rule, what, rule().test(flow))
        elif rule.activity.startswith("DIRECT"):
            tell(rule, "", rule().test(url))
        else:
            print(json.dumps([rule.__name__, "", "NOT RUN", rule.activity]))
    except Exception as error:
        print(json.dumps([rule.__name__, "", "FAILED", repr(error)]))
