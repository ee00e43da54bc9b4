# make         builds ./sluice
# make run     builds it and serves the demo application
# make test    runs all tests
# make nodetest  runs Node.js's own tests (SLUICE_NODE_TESTS=folder) against the results in test/nodetest.txt
# make soak    keeps a mixed load for half an hour and prints the curve of memory
# make chaos   keeps a load on a pool while everything goes wrong, for a minute
# make ratelimit  keeps a load beyond a rate limit for a minute and counts what is let through
# make lint    checks formatting and style of Go, C++ and JavaScript
# make bench        micro-benchmarks, and the tables of docs/performance.md beside Node.js, Bun and Deno (SLUICE_PEERS=folder)
# make bench-tls    measures handshakes and hello over TLS beside Node.js (NODE=program; needs wrk)
# make bench-static measures static files beside nginx, and Caddy (CADDY=program; needs wrk and nginx)
# make bench-http1  measures the HTTP/1 parser beside others (LLHTTP=prefix of an installed libllhttp adds that one)
# make bundle  bundles the JavaScript halves only (see SLUICE_BUILTINS in docs/architecture.md)

SHELL := /bin/bash
GO ?= go
CXX ?= c++
DIST := internal/node/builtin/dist
JS_SOURCES := $(shell find internal/node -name '*.js' -not -path '*/dist/*')

.DEFAULT_GOAL := build
.PHONY: build run test chaos ratelimit soak nodetest lint bundle clean tools bench bench-cores bench-tls bench-static bench-http1 test-long fuzz

build: sluice

tools:
	@for t in $(GO) $(CXX) npm; do command -v $$t >/dev/null || { echo "make: $$t is missing. Sluice needs Go 1.26 or later, a C++20 compiler, make, and Node.js with npm to build." >&2; exit 1; }; done

node_modules/.installed: package.json package-lock.json | tools
	npm ci --silent --no-audit --no-fund
	@touch $@

# V8's headers come from the module cache; the compiler finds them through this link.
internal/v8/include: go.mod | tools
	@$(GO) mod download github.com/tommie/v8go
	@ln -sfn "$$($(GO) list -m -f '{{.Dir}}' github.com/tommie/v8go)/deps/include" $@

build/bundle: $(wildcard internal/tools/bundle/*.go) go.mod | tools
	@$(GO) build -o $@ ./internal/tools/bundle

bundle: build/bundle node_modules/.installed
	@build/bundle internal/node $(DIST)

# It runs the builtins before it takes their code caches.
build/codecache: internal/v8/include FORCE | tools
	@$(GO) build -o $@ ./internal/tools/codecache

$(DIST)/builtins.pack: build/bundle build/codecache node_modules/.installed $(JS_SOURCES)
	@build/bundle internal/node $(DIST)
	@build/codecache $(DIST)

sluice: $(DIST)/builtins.pack FORCE
	@$(GO) build -o $@ ./cmd/sluice

.PHONY: FORCE
FORCE:

clean:
	rm -rf build sluice $(DIST) internal/v8/include

# The demonstration: a todos service with a page that uses it.
run: build
	PORT=$${PORT:-8080} ./sluice examples/todos/server.js

# The tests that need the binary run it; the race detector covers what is Go alone.
test: build
	$(GO) vet ./...
	$(GO) test -race -timeout 40m ./http1/... ./admin/... ./edge/... ./config/... ./internal/loop/... ./internal/node/builtin/pack/... ./internal/node/tls/... ./workers/... .
	$(GO) test -timeout 40m ./cmd/... ./config/... ./edge/... ./internal/... ./test/...

BENCH_APPS := bench/sidebyside/apps

$(BENCH_APPS)/node_modules/.installed: $(BENCH_APPS)/package.json $(BENCH_APPS)/package-lock.json | tools
	npm ci --silent --no-audit --no-fund --prefix $(BENCH_APPS)
	@touch $@

bench: build $(BENCH_APPS)/node_modules/.installed
	$(GO) test -run '^$$' -bench . -benchmem ./http1/... ./internal/... ./edge/...
	$(GO) run ./bench/sidebyside -sluice ./sluice scenarios
	$(GO) run ./bench/sidebyside -sluice ./sluice growth

# The seed is in the output: with SLUICE_ORACLE_SEED the same messages come again.
LONG_CASES ?= 2000000
test-long: | tools
	SLUICE_ORACLE_CASES=$(LONG_CASES) SLUICE_ORACLE_SEED=$${SLUICE_ORACLE_SEED:-$$(date +%s)} $(GO) test ./http1 -run TestAgainstNode -count=1 -v -timeout 60m

FUZZTIME ?= 1m
fuzz: | tools
	@for f in $$($(GO) test ./http1 -list '^Fuzz' | grep '^Fuzz'); do $(GO) test ./http1 -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) || exit 1; done

# Two workers beside Node's cluster with two and Bun with a shared port.
bench-cores: build
	$(GO) run ./bench/sidebyside -sluice ./sluice cores

NODE ?= node
bench-tls: build
	$(GO) run ./bench/tls -sluice ./sluice -node $(NODE)

CADDY ?=
bench-static: build
	$(GO) run ./bench/static -sluice ./sluice -caddy "$(CADDY)"

# For benchstat: make bench-http1 BENCH_COUNT=10 > x; benchstat -col /parser x
BENCH_COUNT ?= 1
bench-http1: | tools
ifdef LLHTTP
	cd bench/http1 && CGO_CFLAGS="-O3 -I$(LLHTTP)/include" CGO_LDFLAGS="-L$(LLHTTP)/lib" $(GO) test -tags llhttp -run '^$$' -bench . -count $(BENCH_COUNT)
else
	cd bench/http1 && $(GO) test -run '^$$' -bench . -count $(BENCH_COUNT)
endif

# Half an hour of mixed load: resident memory stays flat.
soak: build
	$(GO) test -count=1 -timeout 40m -run TestSoak -v ./test -soak 30m

# Two workers let exactly a rate limit's number through, for a minute.
ratelimit: build
	$(GO) test -count=1 -timeout 10m -run TestRateLimitUnderLoad -v ./test -ratelimit 1m

# Node.js's own tests against test/nodetest.txt: SLUICE_NODE_TESTS=folder make nodetest
nodetest: build
	$(GO) test -count=1 -timeout 40m -run TestNodeTests -v ./test

# The chaos test, for a minute.
chaos: build
	$(GO) test -count=1 -run TestChaos -v ./test -chaos 1m

CPP := $(wildcard internal/v8/*.cc internal/v8/*.hh internal/v8/*.h internal/v8/*.c)

lint: build
	@test -z "$$(gofmt -l *.go admin bench cmd config edge http1 internal test workers)" || { gofmt -l *.go admin bench cmd config edge http1 internal test workers; echo "gofmt: run gofmt -w on these" >&2; exit 1; }
	$(GO) vet ./...
	npx --no-install eslint .
	@command -v clang-format >/dev/null || { echo "make lint: clang-format is missing" >&2; exit 1; }
	clang-format --dry-run --Werror $(CPP)
