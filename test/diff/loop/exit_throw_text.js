'use strict';
throw 'text';
