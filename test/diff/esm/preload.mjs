// Flags: --import ./fixtures/preloaded.mjs --require ./fixtures/preloaded.cjs
// --require comes before --import, and both before the program.
console.log('program', globalThis.preloaded);
