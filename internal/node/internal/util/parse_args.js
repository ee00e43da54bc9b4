'use strict';
// util.parseArgs: splits command-line arguments into options and positionals.

const {
  codes: {
    ERR_INVALID_ARG_VALUE, ERR_PARSE_ARGS_INVALID_OPTION_VALUE, ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL,
    ERR_PARSE_ARGS_UNKNOWN_OPTION,
  },
} = require('internal/errors');
const {
  validateArray, validateBoolean, validateBooleanArray, validateObject, validateString, validateStringArray,
  validateUnion,
} = require('internal/validators');
const { kEmptyObject } = require('internal/util');

/** Own properties only: nobody's Object.prototype is an option. */
const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);
const setting = (options, name, key) => (Object.hasOwn(options, name) ? own(options[name], key) : undefined);

/** The arguments of the program: behind the script, or behind the executable when there is no script. */
function mainArgs() {
  const { getOptionValue } = require('internal/options');
  return process.argv.slice(getOptionValue('--eval')?.length > 0 ? 1 : 2);
}

/** The option with this short form; the short form itself when there is none. */
function longName(short, options) {
  for (const { 0: name, 1: config } of Object.entries(options)) {
    if (own(config, 'short') === short) return name;
  }
  return short;
}

const isShort = (arg) => arg.length > 1 && arg[0] === '-' && arg[1] !== '-';
const isLong = (arg) => arg.length > 2 && arg.startsWith('--');

/** Splits -abc to -a -b -c, and -abFILE to -a -bFILE where b takes a value. */
function expandGroup(arg, options) {
  const expanded = [];
  for (let i = 1; i < arg.length; i++) {
    const takesValue = setting(options, longName(arg[i], options), 'type') === 'string';
    if (takesValue && i !== arg.length - 1) {
      expanded.push(`-${arg.slice(i)}`);
      break;
    }
    expanded.push(`-${arg[i]}`);
  }
  return expanded;
}

/** Reads the arguments, whatever they mean: what is an option, with its value if it takes one, and what is not. */
function tokenize(args, options) {
  const tokens = [];
  const rest = args.slice();
  let index = -1; // in args
  let fromGroup = 0; // how many of the next arguments come from the same group

  const option = (name, rawName, value, inlineValue) =>
    tokens.push({ kind: 'option', name, rawName, index, value, inlineValue });
  /** An option whose value, if it takes one, is the next argument: whatever that looks like. */
  const separate = (name, rawName) => {
    if (setting(options, name, 'type') !== 'string' || rest[0] == null) return option(name, rawName);
    option(name, rawName, rest.shift(), false);
    index++;
  };

  while (rest.length > 0) {
    const arg = rest.shift();
    if (fromGroup > 0) fromGroup--;
    else index++;

    if (arg === '--') {
      tokens.push({ kind: 'option-terminator', index });
      for (const value of rest) tokens.push({ kind: 'positional', index: ++index, value });
      break;
    }
    if (isShort(arg)) {
      const name = longName(arg[1], options);
      if (arg.length === 2) {
        separate(name, arg);
      } else if (setting(options, name, 'type') === 'string') {
        option(name, arg.slice(0, 2), arg.slice(2), true);
      } else {
        const expanded = expandGroup(arg, options);
        rest.unshift(...expanded);
        fromGroup = expanded.length;
      }
    } else if (isLong(arg)) {
      const equals = arg.indexOf('=', 3);
      if (equals === -1) separate(arg.slice(2), arg);
      else option(arg.slice(2, equals), arg.slice(0, equals), arg.slice(equals + 1), true);
    } else {
      tokens.push({ kind: 'positional', index, value: arg });
    }
  }
  return tokens;
}

/** The option that a token names, with --no-x standing for x where that is allowed; undefined when there is none. */
function knownName({ options, allowNegative }, name) {
  if (Object.hasOwn(options, name)) return name;
  if (!allowNegative || !name.startsWith('no-')) return undefined;
  const positive = name.slice('no-'.length);
  return setting(options, positive, 'type') === 'boolean' ? positive : undefined;
}

function checkUsage(config, token) {
  const name = knownName(config, token.name);
  if (name === undefined) throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, config.allowPositionals);
  const short = setting(config.options, name, 'short');
  const shown = `${short ? `-${short}, ` : ''}--${name}`;
  const type = setting(config.options, name, 'type');
  if (type === 'string' && typeof token.value !== 'string') {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown} <value>' argument missing`);
  }
  if (type === 'boolean' && token.value != null) {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown}' does not take an argument`);
  }
  checkAmbiguity(token);
}

/** A value that looks like an option: perhaps the value was forgotten. */
function checkAmbiguity({ name, rawName, value, inlineValue }) {
  if (inlineValue || value == null || value.length <= 1 || value[0] !== '-') return;
  const example = rawName.startsWith('--') ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
  throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
    `Option '${rawName}' argument is ambiguous.\n` +
    `Did you forget to specify the option argument for '${rawName}'?\n` +
    `To specify an option argument starting with a dash use ${example}.`);
}

function store(config, token, values) {
  if (token.name === '__proto__') return;
  let { value } = token;
  if (config.allowNegative && value === undefined && token.name.startsWith('no-')) {
    token.name = token.name.slice('no-'.length);
    value = false;
  }
  value ??= true;
  if (!setting(config.options, token.name, 'multiple')) values[token.name] = value;
  else if (values[token.name]) values[token.name].push(value);
  else values[token.name] = [value];
}

const defaultValidators = {
  __proto__: null,
  string: { one: validateString, multiple: validateStringArray },
  boolean: { one: validateBoolean, multiple: validateBooleanArray },
};

function validateOption(name, config) {
  validateObject(config, name);
  const type = own(config, 'type');
  validateUnion(type, `${name}.type`, ['string', 'boolean']);
  if (Object.hasOwn(config, 'short')) {
    validateString(config.short, `${name}.short`);
    if (config.short.length !== 1) {
      throw new ERR_INVALID_ARG_VALUE(`${name}.short`, config.short, 'must be a single character');
    }
  }
  const multiple = own(config, 'multiple');
  if (Object.hasOwn(config, 'multiple')) validateBoolean(multiple, `${name}.multiple`);
  const defaultValue = own(config, 'default');
  if (defaultValue !== undefined) {
    defaultValidators[type][multiple ? 'multiple' : 'one'](defaultValue, `${name}.default`);
  }
}

/**
 * @param {object} [config] `{ args, options, strict, allowPositionals, allowNegative, tokens }`
 * @returns {{values: object, positionals: string[], tokens?: object[]}}
 */
function parseArgs(config = kEmptyObject) {
  const args = own(config, 'args') ?? mainArgs();
  const strict = own(config, 'strict') ?? true;
  const allowPositionals = own(config, 'allowPositionals') ?? !strict;
  const returnTokens = own(config, 'tokens') ?? false;
  const allowNegative = own(config, 'allowNegative') ?? false;
  const options = own(config, 'options') ?? { __proto__: null };
  validateArray(args, 'args');
  validateBoolean(strict, 'strict');
  validateBoolean(allowPositionals, 'allowPositionals');
  validateBoolean(returnTokens, 'tokens');
  validateBoolean(allowNegative, 'allowNegative');
  validateObject(options, 'options');
  for (const { 0: name, 1: option } of Object.entries(options)) validateOption(`options.${name}`, option);

  const settings = { options, allowPositionals, allowNegative };
  const tokens = tokenize(args, options);
  const result = { values: { __proto__: null }, positionals: [] };
  if (returnTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === 'option') {
      if (strict) checkUsage(settings, token);
      store(settings, token, result.values);
    } else if (token.kind === 'positional') {
      if (!allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    }
  }
  for (const { 0: name, 1: option } of Object.entries(options)) {
    const value = own(option, 'default');
    if (value !== undefined && result.values[name] === undefined && name !== '__proto__') result.values[name] = value;
  }
  return result;
}

module.exports = { parseArgs };
