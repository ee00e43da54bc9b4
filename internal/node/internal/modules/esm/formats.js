'use strict';

// What a URL holds: an ES module, CommonJS, JSON, a builtin; and whether import attributes agree.

const { nearestPackage, nearestType } = require('internal/modules/package_json');
const { errors, urlToPath } = require('internal/modules/helpers');

const dataMediaType = /^data:([^/]+\/[^,;]+)(?:[^,]*?)(;base64)?,([\s\S]*)$/i;

function mediaFormat(type) {
  switch (type?.toLowerCase().trim()) {
    case 'text/javascript':
    case 'application/javascript': return 'module';
    case 'application/json': return 'json';
    default: return null;
  }
}

// The extension of a path: from the last dot of its last part, '' when there is none.
function extensionOf(path) {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  return dot > slash + 1 ? path.slice(dot) : '';
}

/**
 * The format of a URL. Undefined: a .js file (or one without extension) whose package does not say,
 * so its text must.
 */
function formatOf(url, ignoreErrors) {
  if (url.startsWith('node:')) return 'builtin';
  if (url.startsWith('data:')) {
    const match = dataMediaType.exec(url);
    return match === null ? null : mediaFormat(match[1]);
  }
  if (!url.startsWith('file:')) {
    if (ignoreErrors) return undefined;
    throw new (errors().ERR_UNKNOWN_MODULE_FORMAT)(undefined, url);
  }
  const path = urlToPath(url.replace(/[?#].*$/s, ''));
  const extension = extensionOf(path);
  switch (extension) {
    case '.js':
    case '': {
      const type = nearestType(path);
      if (type !== 'none') return type;
      return undefined;
    }
    case '.mjs': return 'module';
    case '.cjs': return 'commonjs';
    case '.json': return 'json';
    case '.node': return 'addon';
    case '.ts':
    case '.mts':
    case '.cts':
      if (!require('internal/modules/options').stripTypes) throw new (errors().ERR_UNKNOWN_FILE_EXTENSION)(extension, path);
      return require('internal/modules/typescript').formatOfTypeScript(path, nearestType(path));
    default:
      if (ignoreErrors) return undefined;
      throw new (errors().ERR_UNKNOWN_FILE_EXTENSION)(extension, path);
  }
}

/** Checks the attributes of an import against what the URL holds. */
function checkAttributes(url, format, attributes) {
  const keys = Object.keys(attributes);
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] !== 'type') {
      throw new (errors().ERR_IMPORT_ATTRIBUTE_UNSUPPORTED)(keys[i], attributes[keys[i]], url);
    }
  }
  const { type } = attributes;
  if (format === 'json') {
    if (type === 'json') return;
    if (type === undefined) throw new (errors().ERR_IMPORT_ATTRIBUTE_MISSING)(url, 'type', 'json');
    throw new (errors().ERR_IMPORT_ATTRIBUTE_UNSUPPORTED)('type', type, url);
  }
  if (type === undefined) return;
  if (type === 'json') throw new (errors().ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE)(url, type);
  throw new (errors().ERR_IMPORT_ATTRIBUTE_UNSUPPORTED)('type', type, url);
}

let warnedTypeless;
/** An ES module in a package that does not say so was compiled twice: tell the author, once per file. */
function warnTypeless(url) {
  if (!url.startsWith('file:')) return;
  const path = urlToPath(url.replace(/[?#].*$/s, ''));
  if (path.includes('/node_modules/')) return;
  const config = nearestPackage(path);
  if (config === undefined) return;
  warnedTypeless ??= new Set();
  if (warnedTypeless.has(url)) return;
  warnedTypeless.add(url);
  process.emitWarning(
    `Module type of ${url} is not specified and it doesn't parse as CommonJS.\n` +
    'Reparsing as ES module because module syntax was detected. This incurs a performance overhead.\n' +
    `To eliminate this warning, add "type": "module" to ${config.path}.`, {
      code: 'MODULE_TYPELESS_PACKAGE_JSON',
    });
}

module.exports = { formatOf, checkAttributes, warnTypeless, dataMediaType, mediaFormat };
