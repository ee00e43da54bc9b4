'use strict';
throw new TypeError('main');
