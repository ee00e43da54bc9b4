'use strict';
setImmediate(() => { throw null; });
