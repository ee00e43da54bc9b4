// A module of its own, so that the product does not depend on what it is compared with.
module github.com/sluice-http/sluice/bench/http1net

go 1.26.0

require (
	github.com/sluice-http/sluice v0.0.0
	github.com/valyala/fasthttp v1.68.0
)

require (
	github.com/andybalholm/brotli v1.2.8 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/valyala/bytebufferpool v1.0.0 // indirect
)

replace github.com/sluice-http/sluice => ../..
