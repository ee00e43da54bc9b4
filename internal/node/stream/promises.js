'use strict';

// The module `stream/promises`.

const { pipelinePromise: pipeline } = require('internal/streams/pipeline');
const { finished } = require('internal/streams/end-of-stream');

module.exports = { finished, pipeline };
