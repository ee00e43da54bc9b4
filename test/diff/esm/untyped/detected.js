// A .js file that says nothing of itself and has module syntax is an ES module.
import { sep } from 'path';

console.log(typeof require, typeof import.meta.url, sep);
console.log(await Promise.resolve('top-level await'));
