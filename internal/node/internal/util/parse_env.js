'use strict';
// Reads .env files: NAME=value lines. The grammar is in process/dotenv.go, which --env-file uses too.

const binding = internalBinding('process');

/**
 * The variables of the text, as an object.
 * @param {string} content
 */
function parseEnv(content) {
  const result = {};
  const variables = binding.parseEnv(content);
  for (let i = 0; i < variables.length; i += 2) {
    Object.defineProperty(result, variables[i], { __proto__: null, value: variables[i + 1], writable: true, enumerable: true, configurable: true });
  }
  return result;
}

module.exports = { parseEnv };
