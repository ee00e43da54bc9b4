// Flags: --unhandled-rejections=warn-with-error-code
// A warning, and an exit code of 1.
'use strict';
Promise.reject('code');
