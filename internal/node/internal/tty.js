'use strict';
// How many colours a terminal has, going by the environment.

const { validateInteger } = require('internal/validators');

// Bits per pixel, as getColorDepth returns them.
const none = 1;
const some = 4; // 16 colours
const many = 8; // 256
const all = 24;

// Terminals by their name in TERM (some are from dircolors), or by a part of it.
const terminals = {
  __proto__: null,
  'eterm': some,
  'cons25': some,
  'console': some,
  'cygwin': some,
  'dtterm': some,
  'gnome': some,
  'hurd': some,
  'jfbterm': some,
  'konsole': some,
  'kterm': some,
  'mlterm': some,
  'mosh': all,
  'putty': some,
  'st': some,
  'rxvt-unicode-24bit': all,
  'terminator': all,
  'xterm-kitty': all,
};
const colorTerminal = /ansi|color|linux|direct|^con[0-9]*x[0-9]|^rxvt|^screen|^xterm|^vt100|^vt220/;

// Continuous integration services, by the variable that they set. The first that is found counts.
const services = [
  ['APPVEYOR', many],
  ['BUILDKITE', many],
  ['CIRCLECI', all],
  ['DRONE', many],
  ['GITEA_ACTIONS', all],
  ['GITHUB_ACTIONS', all],
  ['GITLAB_CI', many],
  ['TRAVIS', many],
];

const isSet = (env, name) => env[name] !== undefined && env[name] !== '';

let warned = false;

function warnOfContradiction(env) {
  const ignored = ['NODE_DISABLE_COLORS', 'NO_COLOR'].filter((name) => isSet(env, name));
  if (warned || ignored.length === 0) return;
  warned = true;
  process.emitWarning(
    `The '${ignored.join("' and '")}' env is ignored due to the 'FORCE_COLOR' env being set.`, 'Warning');
}

function forcedDepth(env) {
  const depth = { '__proto__': null, '': some, '1': some, 'true': some, '2': many, '3': all }[env.FORCE_COLOR];
  if (depth === undefined) return none;
  warnOfContradiction(env);
  return depth;
}

function serviceDepth(env) {
  for (const { 0: name, 1: depth } of services) {
    if (Object.hasOwn(env, name)) return depth;
  }
  return env.CI_NAME === 'codeship' ? many : none;
}

/** The depth by the program that shows the terminal; undefined for an unknown one. */
function programDepth(env) {
  switch (env.TERM_PROGRAM) {
    case 'iTerm.app': return !env.TERM_PROGRAM_VERSION || /^[0-2]\./.test(env.TERM_PROGRAM_VERSION) ? many : all;
    case 'HyperTerm':
    case 'MacTerm': return all;
    case 'Apple_Terminal': return many;
    default: return undefined;
  }
}

function terminalDepth(env) {
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return all;
  if (env.TERM) {
    if (env.TERM.includes('truecolor')) return all;
    if (env.TERM.startsWith('xterm-256')) return many;
    const name = env.TERM.toLowerCase();
    if (terminals[name] !== undefined) return terminals[name];
    if (colorTerminal.test(name)) return some;
  }
  return env.COLORTERM ? some : none;
}

/**
 * `tty.WriteStream.prototype.getColorDepth`: 1, 4, 8 or 24 bits.
 * @param {object} [env]
 */
function getColorDepth(env = process.env) {
  if (env.FORCE_COLOR !== undefined) return forcedDepth(env);
  if (isSet(env, 'NODE_DISABLE_COLORS') || isSet(env, 'NO_COLOR') || env.TERM === 'dumb') return none;
  if (process.platform === 'win32') return all; // since Windows 10
  if (env.TMUX) return all;
  if (Object.hasOwn(env, 'TF_BUILD') && Object.hasOwn(env, 'AGENT_NAME')) return some;
  if (Object.hasOwn(env, 'CI')) return serviceDepth(env);
  if ('TEAMCITY_VERSION' in env) return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? some : none;
  return programDepth(env) ?? terminalDepth(env);
}

/**
 * `tty.WriteStream.prototype.hasColors`: whether there are at least `count` colours.
 * @param {number} [count]
 * @param {object} [env]
 */
function hasColors(count, env) {
  if (env === undefined && (count === undefined || (typeof count === 'object' && count !== null))) {
    env = count;
    count = 16;
  } else {
    validateInteger(count, 'count', 2);
  }
  return count <= 2 ** getColorDepth(env);
}

module.exports = { getColorDepth, hasColors };
