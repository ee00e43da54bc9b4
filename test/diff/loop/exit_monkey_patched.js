// Exit code 6.
'use strict';
process._fatalException = undefined;
throw new Error('x');
