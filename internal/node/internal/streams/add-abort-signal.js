'use strict';

// stream.addAbortSignal: ties a stream's life to an AbortSignal.

const { AbortError, codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { isNodeStream, isWebStream, kControllerErrorFunction } = require('internal/streams/utils');

/** The public function: checks its arguments. */
function addAbortSignalChecked(signal, stream) {
  require('internal/validators').validateAbortSignal(signal, 'signal');
  if (!isNodeStream(stream) && !isWebStream(stream))
    throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
  return addAbortSignal(signal, stream);
}

function addAbortSignal(signal, stream) {
  if (typeof signal !== 'object' || !('aborted' in signal)) return stream;
  const onAbort = isNodeStream(stream) ?
    () => stream.destroy(new AbortError(undefined, { cause: signal.reason })) :
    () => stream[kControllerErrorFunction](new AbortError(undefined, { cause: signal.reason }));
  if (signal.aborted) {
    onAbort();
  } else {
    const { addAbortListener } = require('internal/events/abort_listener');
    const disposable = addAbortListener(signal, onAbort);
    require('internal/streams/end-of-stream').eos(stream, disposable[Symbol.dispose]);
  }
  return stream;
}

module.exports = { addAbortSignal, addAbortSignalChecked };
