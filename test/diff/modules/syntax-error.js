// Compare: stderr
'use strict';
// A program that does not parse: the file, the line, a caret; exit code 1.
process.on('exit', () => console.log('exit'));
Error.stackTraceLimit = 0;
process.version; require('./fixtures/syntax.js');
