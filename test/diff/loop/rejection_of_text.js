// What is not an error is wrapped.
'use strict';
Promise.reject('text');
