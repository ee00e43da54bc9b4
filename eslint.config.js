'use strict';
// The linter's rules for our JavaScript: mistakes, not taste.

const globals = {};
for (const name of Object.getOwnPropertyNames(globalThis)) globals[name] = 'readonly';
for (const name of ['require', 'module', 'exports', 'process', '__dirname', '__filename', 'fetch', 'File', 'navigator', 'WebSocket', 'CloseEvent', 'EventSource', 'Float16Array', 'Iterator', 'SuppressedError']) globals[name] = 'readonly';

const rules = {
  'no-undef': 'error',
  'no-unreachable': 'error',
  'no-dupe-keys': 'error',
  'no-dupe-else-if': 'error',
  'no-const-assign': 'error',
  'no-redeclare': 'error',
  'no-unsafe-finally': 'error',
  'no-self-assign': 'error',
  'use-isnan': 'error',
  'valid-typeof': 'error',
  'no-var': 'error',
  'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
};

module.exports = [
  { ignores: ['**/node_modules/**', 'internal/node/builtin/dist/**', 'build/**', '**/testdata/**', 'test/diff/**', 'test/apps/**'] },
  {
    files: ['internal/node/**/*.js'],
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    languageOptions: { ecmaVersion: 'latest', sourceType: 'commonjs', globals: { ...globals, internalBinding: 'readonly' }, parserOptions: { ecmaFeatures: { globalReturn: true } } },
    rules,
  },
  {
    files: ['examples/**/*.js', 'eslint.config.js'],
    ignores: ['examples/**/public/**'],
    languageOptions: { ecmaVersion: 'latest', sourceType: 'commonjs', globals },
    rules,
  },
  {
    files: ['examples/**/public/**/*.js'],
    languageOptions: { ecmaVersion: 'latest', sourceType: 'script', globals: { document: 'readonly', fetch: 'readonly', alert: 'readonly', EventSource: 'readonly' } },
    rules,
  },
];
