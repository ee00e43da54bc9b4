'use strict';

// TypeScript: types are blanked out, so that places stay what they are. The parser is amaro, Node's own; it is
// large (WebAssembly inside) and loaded by the first TypeScript file.

const { codes } = require('internal/errors');

/** The format of a TypeScript file by its name and its package: undefined when its text has to tell. */
function formatOfTypeScript(path, packageType) {
  if (path.endsWith('.mts')) return 'module-typescript';
  if (path.endsWith('.cts')) return 'commonjs-typescript';
  return packageType === 'none' ? undefined : `${packageType}-typescript`;
}

let parser;
function parse(source, options) {
  parser ??= require('amaro');
  try {
    return parser.transformSync(source, options);
  } catch (error) {
    throw translateError(error, options.filename);
  }
}

// The parser says what is wrong, where, and whether it is wrong or only more than types.
function translateError(error, filename) {
  const unsupported = error?.code === 'UnsupportedSyntax';
  if (!unsupported && error?.code !== 'InvalidSyntax') {
    throw new codes.ERR_INTERNAL_ASSERTION(`Unexpected error of the TypeScript parser: ${error?.message ?? error}`);
  }
  const Err = unsupported ? codes.ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX : codes.ERR_INVALID_TYPESCRIPT_SYNTAX;
  const translated = new Err(error.message);
  // The snippet is the line with carets below it.
  const { startLine, snippet } = error;
  translated.stack = `${filename || ''}:${startLine}\n${snippet}\n${translated.stack}`;
  internalBinding('error_places').setDecorated(translated);
  return translated;
}

/** The text of a module without its types. `shown` is the file name in errors. */
function stripModule(source, filename, shown = filename) {
  if (/[/\\]node_modules[/\\]/.test(filename)) throw new codes.ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING(filename);
  return withSourceURL(parse(source, { mode: 'strip-only', filename: shown }).code, filename);
}

/** The text of -e or standard input without its types, or undefined: it is no TypeScript, or more than types. */
function stripText(source, name) {
  parser ??= require('amaro');
  try {
    return parser.transformSync(source, { mode: 'strip-only', filename: name }).code;
  } catch {
    return undefined;
  }
}

function withSourceURL(code, url) {
  return url ? `${code}\n\n//# sourceURL=${url}` : code;
}

/** module.stripTypeScriptTypes */
function stripTypeScriptTypes(code, options = {}) {
  const { validateString, validateObject, validateOneOf, validateBoolean } = require('internal/validators');
  require('internal/util').emitExperimentalWarning('stripTypeScriptTypes');
  validateString(code, 'code');
  validateObject(options, 'options');
  const { sourceMap = false, sourceUrl = '', mode = 'strip' } = options;
  validateOneOf(mode, 'options.mode', ['strip', 'transform']);
  validateString(sourceUrl, 'options.sourceUrl');
  if (mode === 'strip') {
    validateOneOf(sourceMap, 'options.sourceMap', [false, undefined]);
    return withSourceURL(parse(code, { mode: 'strip-only', filename: sourceUrl }).code, sourceUrl);
  }
  validateBoolean(sourceMap, 'options.sourceMap');
  const { code: result, map } = parse(code, {
    mode: 'transform', sourceMap, filename: sourceUrl,
    transform: { verbatimModuleSyntax: true, nativeClassProperties: true, noEmptyExport: true, importNotUsedAsValues: 'preserve' },
  });
  if (!map) return withSourceURL(result, sourceUrl);
  return `${result}\n\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
}

module.exports = { formatOfTypeScript, stripModule, stripText, stripTypeScriptTypes };
