'use strict';
const EventEmitter = require('events');
process.on('exit', (code) => console.log('exit', code));
new EventEmitter().emit('error', { not: 'an error' });
