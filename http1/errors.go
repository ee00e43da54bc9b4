package http1

// Code names what is wrong with a message. The names are llhttp's, as Node
// reports them in err.code; the table is closed.
type Code uint8

// The codes.
const (
	CodeOK Code = iota
	CodeInternal
	CodeStrict
	CodeCRExpected
	CodeLFExpected
	CodeUnexpectedContentLength
	CodeUnexpectedSpace
	CodeClosedConnection
	CodeInvalidMethod
	CodeInvalidURL
	CodeInvalidConstant
	CodeInvalidVersion
	CodeInvalidHeaderToken
	CodeInvalidContentLength
	CodeInvalidChunkSize
	CodeInvalidStatus
	CodeInvalidEOFState
	CodeInvalidTransferEncoding
	CodePausedH2Upgrade
	CodeHeaderOverflow
	CodeChunkExtensionsOverflow
	CodeUser // Parser.Stop
	codeCount
)

var codeNames = [codeCount]string{
	CodeOK:                      "HPE_OK",
	CodeInternal:                "HPE_INTERNAL",
	CodeStrict:                  "HPE_STRICT",
	CodeCRExpected:              "HPE_CR_EXPECTED",
	CodeLFExpected:              "HPE_LF_EXPECTED",
	CodeUnexpectedContentLength: "HPE_UNEXPECTED_CONTENT_LENGTH",
	CodeUnexpectedSpace:         "HPE_UNEXPECTED_SPACE",
	CodeClosedConnection:        "HPE_CLOSED_CONNECTION",
	CodeInvalidMethod:           "HPE_INVALID_METHOD",
	CodeInvalidURL:              "HPE_INVALID_URL",
	CodeInvalidConstant:         "HPE_INVALID_CONSTANT",
	CodeInvalidVersion:          "HPE_INVALID_VERSION",
	CodeInvalidHeaderToken:      "HPE_INVALID_HEADER_TOKEN",
	CodeInvalidContentLength:    "HPE_INVALID_CONTENT_LENGTH",
	CodeInvalidChunkSize:        "HPE_INVALID_CHUNK_SIZE",
	CodeInvalidStatus:           "HPE_INVALID_STATUS",
	CodeInvalidEOFState:         "HPE_INVALID_EOF_STATE",
	CodeInvalidTransferEncoding: "HPE_INVALID_TRANSFER_ENCODING",
	CodePausedH2Upgrade:         "HPE_PAUSED_H2_UPGRADE",
	CodeHeaderOverflow:          "HPE_HEADER_OVERFLOW",
	CodeChunkExtensionsOverflow: "HPE_CHUNK_EXTENSIONS_OVERFLOW",
	CodeUser:                    "HPE_USER",
}

// String returns the code as Node prints it, "HPE_INVALID_METHOD".
func (c Code) String() string {
	if c < codeCount {
		return codeNames[c]
	}
	return "HPE_UNKNOWN"
}

// Error is what the peer did wrong. It is never used for mistakes of the
// caller of this package; those panic.
type Error struct {
	Code   Code
	Reason string // as Node's err.reason
	// Offset counts the bytes from the start of the stream (since the parser
	// was made or reset) to where parsing stopped.
	Offset int64
	// InputOffset is the same place counted from the start of the slice that
	// was passed last: what Node reports as err.bytesParsed.
	InputOffset int
	// Status is the answer that a server should give: 400, 413, 414, 431, 501
	// or 505; 0 for a response.
	Status int
}

// Error returns the message of Node's error: "Parse Error: " and the reason.
func (e *Error) Error() string { return "Parse Error: " + e.Reason }
