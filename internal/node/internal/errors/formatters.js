'use strict';
// Error codes whose message is computed: by base class, a function from the constructor's arguments to the text.
// `this` is the error under construction; some codes carry further properties (`input`, `cause`, …), set there.
// A function's `length` is the least number of arguments it must be called with.

const internalAssertion =
  '\nThis is caused by either a bug in Node.js or incorrect usage of Node.js internals.\n' +
  'Please open an issue with this stack trace at https://github.com/nodejs/node/issues\n';

const primitiveTypes = new Set(['string', 'function', 'number', 'object', 'boolean', 'bigint', 'symbol']);
const className = /^[A-Z][a-zA-Z0-9]*$/;

let inspectModule;
function inspect(value, options) {
  inspectModule ??= require('internal/util/inspect');
  return inspectModule.inspect(value, options);
}

function assert(condition, message) {
  if (!condition) {
    const { codes } = require('internal/errors');
    throw new codes.ERR_INTERNAL_ASSERTION(message ?? '');
  }
}

// formatList(['a', 'b', 'c'], 'or') is 'a, b, or c'.
function formatList(array, type = 'and') {
  switch (array.length) {
    case 0: return '';
    case 1: return `${array[0]}`;
    case 2: return `${array[0]} ${type} ${array[1]}`;
    default: return `${array.slice(0, -1).join(', ')}, ${type} ${array[array.length - 1]}`;
  }
}

// What a value is, in the words of "Received …".
function determineSpecificType(value) {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'undefined': return 'undefined';
    case 'bigint': return `type bigint (${value}n)`;
    case 'number': return Object.is(value, -0) ? 'type number (-0)' : `type number (${value})`;
    case 'boolean': return value ? 'type boolean (true)' : 'type boolean (false)';
    case 'symbol': return `type symbol (${String(value)})`;
    case 'function': return `function ${value.name}`;
    case 'string': {
      const shown = value.length > 28 ? `${value.slice(0, 25)}...` : value;
      return shown.includes("'") ? `type string (${JSON.stringify(shown)})` : `type string ('${shown}')`;
    }
    default:
      if (value.constructor && 'name' in value.constructor) return `an instance of ${value.constructor.name}`;
      return inspect(value, { depth: -1 });
  }
}

function addNumericalSeparator(digits) {
  // Groups of three characters, exponents included, as Node makes them: 1e+_300.
  const start = digits[0] === '-' ? 1 : 0;
  let end = digits.length;
  let grouped = '';
  for (; end - start > 3; end -= 3) grouped = `_${digits.slice(end - 3, end)}${grouped}`;
  return digits.slice(0, end) + grouped;
}

// 'foo.bar' is called a property, anything else an argument.
function kindOfName(name) {
  return name.includes('.') ? 'property' : 'argument';
}

// "of type string or an instance of Buffer or one of x or y": the expected side of ERR_INVALID_ARG_TYPE.
function describeExpected(expected) {
  const types = [];
  const instances = [];
  const others = [];
  for (const value of expected) {
    assert(typeof value === 'string', 'All expected entries have to be of type string');
    const lower = value.toLowerCase();
    if (lower === 'object') types.push('object');
    else if (primitiveTypes.has(value) || value === 'Function') types.push(lower);
    else if (className.test(value)) instances.push(value);
    else others.push(value);
  }
  // Beside instances, an object is one more instance.
  if (instances.length > 0 && types.includes('object')) {
    types.splice(types.indexOf('object'), 1);
    instances.push('Object');
  }

  const parts = [];
  if (types.length > 0) parts.push(`${types.length > 1 ? 'one of' : 'of'} type ${formatList(types, 'or')}`);
  if (instances.length > 0) parts.push(`an instance of ${formatList(instances, 'or')}`);
  if (others.length > 1) parts.push(`one of ${formatList(others, 'or')}`);
  else if (others.length === 1) parts.push(others[0].toLowerCase() === others[0] ? others[0] : `an ${others[0]}`);
  return parts.join(' or ');
}

// 'imported from x', when x is known.
const from = (base) => (base ? ` imported from ${base}` : '');

function inspectShort(value, limit) {
  const text = inspect(value);
  return text.length > limit ? `${text.slice(0, limit)}...` : text;
}

exports.TypeError = {
  ERR_ENCODING_INVALID_ENCODED_DATA(encoding, reason) {
    this.errno = reason;
    return `The encoded data was not valid for encoding ${encoding}`;
  },
  ERR_INVALID_ARG_TYPE(name, expected, actual) {
    assert(typeof name === 'string', "'name' must be a string");
    const subject = name.endsWith(' argument') ? name : `"${name}" ${kindOfName(name)}`;
    return `The ${subject} must be ${describeExpected(Array.isArray(expected) ? expected : [expected])}.` +
      ` Received ${determineSpecificType(actual)}`;
  },
  ERR_INVALID_ARG_VALUE(name, value, reason = 'is invalid') {
    return `The ${kindOfName(name)} '${name}' ${reason}. Received ${inspectShort(value, 128)}`;
  },
  ERR_INVALID_CHAR(name, field = undefined) {
    return field === undefined ? `Invalid character in ${name}` : `Invalid character in ${name} ["${field}"]`;
  },
  ERR_INVALID_FILE_URL_PATH(reason, input) {
    this.input = input;
    return `File URL path ${reason}`;
  },
  ERR_INVALID_MIME_SYNTAX(production, string, index) {
    return `The MIME syntax for a ${production} in "${string}" is invalid${index !== -1 ? ` at ${index}` : ''}`;
  },
  ERR_INVALID_MODULE_SPECIFIER(request, reason, base = undefined) {
    return `Invalid module "${request}" ${reason}${from(base)}`;
  },
  ERR_INVALID_RETURN_PROPERTY(input, name, prop, value) {
    return `Expected a valid ${input} to be returned for the "${prop}" from the "${name}" hook but got ${determineSpecificType(value)}.`;
  },
  ERR_INVALID_RETURN_PROPERTY_VALUE(input, name, prop, value) {
    return `Expected ${input} to be returned for the "${prop}" from the "${name}" hook but got ${determineSpecificType(value)}.`;
  },
  ERR_INVALID_RETURN_VALUE(input, name, value) {
    return `Expected ${input} to be returned from the "${name}" function but got ${determineSpecificType(value)}.`;
  },
  ERR_INVALID_URL(input, base = null) {
    this.input = input;
    if (base != null) this.base = base;
    return 'Invalid URL';
  },
  ERR_INVALID_URL_SCHEME(expected) {
    const schemes = typeof expected === 'string' ? [expected] : expected;
    assert(schemes.length <= 2);
    return `The URL must be ${schemes.length === 2 ? 'one of scheme' : 'of scheme'} ${schemes.join(' or ')}`;
  },
  ERR_MISSING_ARGS(...args) {
    assert(args.length > 0, 'At least one arg needs to be specified');
    const names = args.map((arg) => (Array.isArray(arg) ? arg.map((name) => `"${name}"`).join(' or ') : `"${arg}"`));
    return `The ${formatList(names)} argument${args.length > 1 ? 's' : ''} must be specified`;
  },
  ERR_PACKAGE_IMPORT_NOT_DEFINED(specifier, packagePath, base) {
    return `Package import specifier "${specifier}" is not defined` +
      `${packagePath ? ` in package ${packagePath}package.json` : ''} imported from ${base}`;
  },
  ERR_PARSE_ARGS_UNKNOWN_OPTION(option, allowPositionals) {
    const hint = `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${option}"`;
    return `Unknown option '${option}'${allowPositionals ? hint : ''}`;
  },
  ERR_PERFORMANCE_INVALID_TIMESTAMP(value) {
    return `${Number(value)} is not a valid timestamp`;
  },
  ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(value, protocols) {
    return `ALPN callback returned a value (${value}) that did not match any of the client's offered protocols (${protocols.join(', ')})`;
  },
  ERR_UNSUPPORTED_RESOLVE_REQUEST(request, base) {
    return `Failed to resolve module specifier "${request}" from "${base}": Invalid relative URL or base scheme is not hierarchical.`;
  },
  ERR_WORKER_PATH(filename) {
    return 'The worker script or module filename must be an absolute path or a relative path starting with \'./\' or \'../\'.' +
      `${filename.startsWith('file://') ? ' Wrap file:// URLs with `new URL`.' : ''} Received "${filename}"`;
  },
};

exports.RangeError = {
  ERR_INVALID_ADDRESS_FAMILY(addressType, host, port) {
    this.host = host;
    this.port = port;
    return `Invalid address family: ${addressType} ${host}:${port}`;
  },
  ERR_BUFFER_OUT_OF_BOUNDS(name = undefined) {
    return name ? `"${name}" is outside of buffer bounds` : 'Attempt to access memory outside buffer bounds';
  },
  ERR_OUT_OF_RANGE(name, range, value, replaceDefaultMessage = false) {
    assert(range, 'Missing "range" argument');
    let received;
    if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) {
      received = addNumericalSeparator(String(value));
    } else if (typeof value === 'bigint') {
      const big = value > 2n ** 32n || value < -(2n ** 32n);
      received = `${big ? addNumericalSeparator(String(value)) : value}n`;
    } else {
      received = inspect(value);
    }
    const subject = replaceDefaultMessage ? name : `The value of "${name}" is out of range.`;
    return `${subject} It must be ${range}. Received ${received}`;
  },
  ERR_SOCKET_BAD_PORT(name, port, allowZero = true) {
    return `${name} should be ${allowZero ? '>=' : '>'} 0 and < 65536. Received ${determineSpecificType(port)}.`;
  },
};

exports.SyntaxError = {
  ERR_SRI_PARSE(string, char, position) {
    return `Subresource Integrity string "${string}" had an unexpected "${char}" at position ${position}`;
  },
};

// CommonJS asked for an ES module: why it is one, and what to do about it.
function requireEsmMessage(filename, hasEsmSyntax, parentPath = null, packageJsonPath = null) {
  let message = `require() of ES Module ${filename}${parentPath ? ` from ${parentPath}` : ''} not supported.`;
  if (!packageJsonPath) {
    if (!filename.endsWith('.mjs')) return message;
    return `${message}\nInstead change the require of ${filename} to a dynamic import() which is available in all CommonJS modules.`;
  }
  const path = require('path');
  const sameName = parentPath && path.basename(filename) === path.basename(parentPath);
  const basename = sameName ? filename : path.basename(filename);
  if (hasEsmSyntax) {
    return `${message}\nInstead change the require of ${basename} in ${parentPath} to a dynamic import() which is available in all CommonJS modules.`;
  }
  message += `\n${basename} is treated as an ES module file as it is a .js file whose nearest parent package.json contains ` +
    '"type": "module" which declares all .js files in that package scope as ES modules.' +
    `\nInstead either rename ${basename} to end in .cjs, change the requiring code to use dynamic import() which is available in ` +
    `all CommonJS modules, or change "type": "module" to "type": "commonjs" in ${packageJsonPath} to treat all .js files as CommonJS ` +
    '(using .mjs for all ES modules instead).\n';
  return message;
}

exports.Error = {
  ERR_FALSY_VALUE_REJECTION(reason) {
    this.reason = reason;
    return 'Promise was rejected with falsy value';
  },
  ERR_FS_WATCH_QUEUE_OVERFLOW(count) {
    return `fs.watch() queued more than ${count} events`;
  },
  ERR_HTTP2_STREAM_CANCEL(error) {
    if (error) this.cause = error;
    const cause = error && typeof error.message === 'string' ? ` (caused by: ${error.message})` : '';
    return `The pending stream has been canceled${cause}`;
  },
  ERR_INSPECTOR_COMMAND(code, message) {
    return `Inspector error ${code}: ${message}`;
  },
  ERR_INTERNAL_ASSERTION(message) {
    return `${message}${internalAssertion}`;
  },
  ERR_INVALID_PACKAGE_CONFIG(path, base, message) {
    return `Invalid package config ${path}${base ? ` while importing ${base}` : ''}${message ? `. ${message}` : ''}`;
  },
  ERR_INVALID_PACKAGE_TARGET(packagePath, key, target, isImport = false, base = undefined) {
    const notRelative = typeof target === 'string' && !isImport && target.length > 0 && !target.startsWith('./');
    const hint = notRelative ? '; targets must start with "./"' : '';
    const where = `in the package config ${packagePath}package.json${from(base)}${hint}`;
    if (key === '.') {
      assert(isImport === false);
      return `Invalid "exports" main target ${JSON.stringify(target)} defined ${where}`;
    }
    return `Invalid "${isImport ? 'imports' : 'exports'}" target ${JSON.stringify(target)} defined for '${key}' ${where}`;
  },
  ERR_MODULE_NOT_FOUND(path, base, exactUrl) {
    if (exactUrl) this.url = `${exactUrl}`;
    return `Cannot find ${exactUrl ? 'module' : 'package'} '${path}' imported from ${base}`;
  },
  ERR_PACKAGE_PATH_NOT_EXPORTED(packagePath, subpath, base = undefined) {
    if (subpath === '.') return `No "exports" main defined in ${packagePath}package.json${from(base)}`;
    return `Package subpath '${subpath}' is not defined by "exports" in ${packagePath}package.json${from(base)}`;
  },
  ERR_QUIC_ENDPOINT_CLOSED(type, error) {
    return `QUIC endpoint closed: ${type} (${error})`;
  },
  ERR_QUIC_STREAM_RESET(code) {
    return `The QUIC stream was reset by the peer with error code ${code}`;
  },
  ERR_REQUIRE_ASYNC_MODULE(filename, parent) {
    let message = 'require() cannot be used on an ESM graph with top-level await. Use import() instead. ' +
      'To see where the top-level await comes from, use --experimental-print-required-tla.';
    if (filename) message += `\nRequired module: ${filename}`;
    if (parent) message += `\nRequire stack:\n- ${parent.filename ?? ''}`;
    return message;
  },
  ERR_REQUIRE_ESM: requireEsmMessage,
  ERR_REQUIRE_ESM_RACE_CONDITION(filename, parent, isForAsyncLoaderHookWorker) {
    return `Cannot require() ES Module ${filename} because it is not yet fully loaded.\n` +
      'This may be caused by a race condition if the module is simultaneously dynamically import()-ed via Promise.all().\n' +
      'Try await-ing the import() sequentially in a loop instead.\n' +
      ` (From ${parent} in ${isForAsyncLoaderHookWorker ? 'loader hook worker thread' : 'non-loader-hook thread'})`;
  },
  ERR_TEST_FAILURE(error, failureType) {
    assert(typeof failureType === 'string' || typeof failureType === 'symbol',
      "The 'failureType' argument must be of type string or symbol.");
    this.failureType = failureType;
    this.cause = error;
    const message = error?.message ?? error;
    return typeof message === 'string' ? message : inspect(message);
  },
  ERR_TLS_CERT_ALTNAME_INVALID(reason, host, cert) {
    this.reason = reason;
    this.host = host;
    this.cert = cert;
    return `Hostname/IP does not match certificate's altnames: ${reason}`;
  },
  ERR_UNHANDLED_ERROR(error = undefined) {
    return error === undefined ? 'Unhandled error.' : `Unhandled error. (${error})`;
  },
  ERR_UNSUPPORTED_DIR_IMPORT(path, base, exactUrl) {
    this.url = exactUrl;
    return `Directory import '${path}' is not supported resolving ES modules imported from ${base}`;
  },
  ERR_UNSUPPORTED_ESM_URL_SCHEME(url, supported) {
    return `Only URLs with a scheme in: ${formatList(supported)} are supported by the default ESM loader. Received protocol '${url.protocol}'`;
  },
  ERR_VM_MODULE_LINK_FAILURE(message, cause) {
    this.cause = cause;
    return message;
  },
  ERR_WORKER_INVALID_EXEC_ARGV(errors, message = 'invalid execArgv flags') {
    return `Initiated Worker with ${message}: ${errors.join(', ')}`;
  },
};

// Codes of SystemError: the text before "syscall returned CODE (message)".
exports.SystemError = {
  ERR_FS_CP_DIR_TO_NON_DIR: 'Cannot overwrite non-directory with directory',
  ERR_FS_CP_EEXIST: 'Target already exists',
  ERR_FS_CP_EINVAL: 'Invalid src or dest',
  ERR_FS_CP_FIFO_PIPE: 'Cannot copy a FIFO pipe',
  ERR_FS_CP_NON_DIR_TO_DIR: 'Cannot overwrite directory with non-directory',
  ERR_FS_CP_SOCKET: 'Cannot copy a socket file',
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY: 'Cannot overwrite symlink in subdirectory of self',
  ERR_FS_CP_UNKNOWN: 'Cannot copy an unknown file type',
  ERR_FS_EISDIR: 'Path is a directory',
  ERR_SOCKET_BUFFER_SIZE: 'Could not get or set buffer size',
  ERR_SYSTEM_ERROR: 'A system error occurred',
  ERR_TTY_INIT_FAILED: 'TTY initialization failed',
};

exports.formatList = formatList;
exports.determineSpecificType = determineSpecificType;
