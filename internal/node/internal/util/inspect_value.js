'use strict';
// Prints one value: finds out what kind of object it is, has its insides printed, and puts the parts together.

const {
  getOwnNonIndexProperties, getProxyDetails, constants: { ALL_PROPERTIES, ONLY_ENUMERABLE },
} = internalBinding('util');
const types = require('internal/util/types');
const { customInspectSymbol, isError } = require('internal/util');
const { isStackOverflowError } = require('internal/errors');
const { Inspection } = require('internal/util/inspect_options');
const {
  className, inheritedProperties, isUndetectable, plainPrefix, prefix, toStringTag,
} = require('internal/util/inspect_class');
const { formatNumber, formatPrimitive, plain, propertyName } = require('internal/util/inspect_text');
const { assemble } = require('internal/util/inspect_layout');
const { functionBase } = require('internal/util/inspect_function');
const kinds = require('internal/util/inspect_kinds');

const { getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols } = Object;
const objectKeys = Object.keys;
const uncurry = (method) => Function.prototype.call.bind(method);
const getter = (object, name) => uncurry(getOwnPropertyDescriptor(object, name).get);
const isEnumerable = uncurry(Object.prototype.propertyIsEnumerable);
const hasInstance = uncurry(Function.prototype[Symbol.hasInstance]);
const regExpToString = uncurry(RegExp.prototype.toString);
const dateToString = uncurry(Date.prototype.toString);
const dateToISOString = uncurry(Date.prototype.toISOString);
const dateGetTime = uncurry(Date.prototype.getTime);
const setSize = getter(Set.prototype, 'size');
const setValues = uncurry(Set.prototype.values);
const mapSize = getter(Map.prototype, 'size');
const mapEntries = uncurry(Map.prototype.entries);
const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const typedArrayName = getter(TypedArrayPrototype, Symbol.toStringTag);
const typedArrayLength = getter(TypedArrayPrototype, 'length');
const valueOf = {
  Number: uncurry(Number.prototype.valueOf),
  String: uncurry(String.prototype.valueOf),
  Boolean: uncurry(Boolean.prototype.valueOf),
  BigInt: uncurry(BigInt.prototype.valueOf),
  Symbol: uncurry(Symbol.prototype.valueOf),
};

// When a level of indentation has produced this many characters, the rest is abbreviated: a string can get too long
// for V8 and it would hold up everything else meanwhile.
const abundance = 2 ** 27;

const noEntries = () => [];

/** What is known about an object that is being printed. */
class Frame {
  name = null; // of its class; own from the start, whatever stands on Object.prototype

  constructor(value, level, inTypedArray) {
    this.value = value;
    this.level = level;
    this.inTypedArray = inTypedArray;
    this.tag = '';
    this.keys = undefined; // of the properties to list
    this.inherited = undefined; // printed properties of its prototypes, if any
    this.extra = undefined; // names of getters to list as if they were properties
    this.base = ''; // what stands before the brace, such as an error's stack
    this.open = '{';
    this.close = '}';
    this.isList = false;
    this.inside = noEntries; // prints what is not a property
    this.text = undefined; // the whole, when nothing more is to be done
  }

  /** Without properties: such an object is often shown by its base alone. */
  get bare() {
    return this.keys.length === 0 && this.inherited === undefined;
  }
}

function ownKeys(value, showHidden) {
  const symbols = getOwnPropertySymbols(value);
  let keys;
  if (showHidden) {
    keys = getOwnPropertyNames(value);
    if (symbols.length !== 0) keys.push(...symbols);
    return keys;
  }
  try {
    keys = objectKeys(value);
  } catch (error) {
    // A module namespace with exports that have no value yet: asking whether they are enumerable throws.
    if (!(error instanceof ReferenceError && types.isModuleNamespaceObject(value))) throw error;
    keys = getOwnPropertyNames(value);
  }
  for (let i = 0; i < symbols.length; i++) {
    if (isEnumerable(value, symbols[i])) keys.push(symbols[i]);
  }
  return keys;
}

const listKeys = (printer, value) =>
  getOwnNonIndexProperties(value, printer.showHidden ? ALL_PROPERTIES : ONLY_ENUMERABLE);

// The kinds of objects that can be iterated over. Each function fills in the frame.

function describeArray(printer, frame) {
  const { value, name, tag } = frame;
  const lead = name === 'Array' && tag === '' ? '' : prefix(name, tag, 'Array', `(${value.length})`);
  frame.keys = listKeys(printer, value);
  frame.open = `${lead}[`;
  frame.close = ']';
  frame.isList = true;
  frame.inside = kinds.array;
  if (value.length === 0 && frame.bare) frame.text = `${lead}[]`;
}

function describeCollection(printer, frame, kind, size, print, iterate) {
  const { value, name, tag } = frame;
  const lead = prefix(name, tag, kind, `(${size})`);
  frame.keys = ownKeys(value, printer.showHidden);
  frame.open = `${lead}{`;
  if (size === 0 && frame.bare) {
    frame.text = `${lead}{}`;
  } else if (name !== null) {
    frame.inside = (_, value, level) => print(printer, value, level, value.size);
  } else {
    // Without a prototype it cannot be iterated over: by the original method, and all of it.
    frame.inside = (_, value, level) => print(printer, iterate(value), level, NaN);
  }
}

function describeTypedArray(printer, frame) {
  const { value, name, tag } = frame;
  const length = typedArrayLength(value);
  let fallback = '';
  let elements = value;
  if (name === null) {
    fallback = typedArrayName(value);
    elements = new typedArrayConstructors[fallback](value);
  }
  frame.keys = listKeys(printer, value);
  frame.open = `${prefix(name, tag, fallback, `(${length})`)}[`;
  frame.close = ']';
  frame.isList = true;
  if (value.length === 0 && frame.keys.length === 0 && !printer.showHidden) {
    frame.text = `${frame.open}]`;
    return;
  }
  frame.inside = () => kinds.typedArray(printer, elements, length);
  if (printer.showHidden) {
    frame.extra = ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer'];
    frame.inTypedArray = true;
  }
}

const typedArrayConstructors = { __proto__: null };
for (const name of getOwnPropertyNames(globalThis)) {
  if (/(?:Int|Uint|Float)[0-9]+(?:Clamped)?Array$/.test(name)) typedArrayConstructors[name] = globalThis[name];
}

function describeIterator(printer, frame, kind) {
  const own = `${kind} Iterator`;
  frame.keys = ownKeys(frame.value, printer.showHidden);
  frame.open = frame.tag === own || frame.tag === '' ? `[${own}] {` : `[${frame.tag}] [${own}] {`;
  frame.inside = kinds.iterator;
}

function describeIterable(printer, frame) {
  const value = frame.value;
  if (Array.isArray(value)) describeArray(printer, frame);
  else if (types.isSet(value)) describeCollection(printer, frame, 'Set', setSize(value), kinds.set, setValues);
  else if (types.isMap(value)) describeCollection(printer, frame, 'Map', mapSize(value), kinds.map, mapEntries);
  else if (types.isTypedArray(value)) describeTypedArray(printer, frame);
  else if (types.isMapIterator(value)) describeIterator(printer, frame, 'Map');
  else if (types.isSetIterator(value)) describeIterator(printer, frame, 'Set');
  else return false;
  return true;
}

// The other kinds.

function describeObject(printer, frame) {
  if (types.isArgumentsObject(frame.value)) frame.open = '[Arguments] {';
  else if (frame.tag !== '') frame.open = `${prefix(frame.name, frame.tag, 'Object')}{`;
  if (frame.bare) frame.text = `${frame.open}}`;
}

function describeRegExp(printer, frame) {
  const { value, name, tag } = frame;
  const lead = prefix(name, tag, 'RegExp');
  const source = regExpToString(name === null ? new RegExp(value) : value);
  frame.base = lead === 'RegExp ' ? source : lead + source;
  if (frame.bare || printer.tooDeep(frame.level)) frame.text = printer.stylize(frame.base, 'regexp');
}

function describeDate(printer, frame) {
  const { value, name, tag } = frame;
  const lead = prefix(name, tag, 'Date');
  const date = Number.isNaN(dateGetTime(value)) ? dateToString(value) : dateToISOString(value);
  frame.base = lead === 'Date ' ? date : lead + date;
  if (frame.bare) frame.text = printer.stylize(frame.base, 'date');
}

function describeError(printer, frame) {
  const { errorBase } = require('internal/util/inspect_error');
  frame.base = errorBase(printer, frame);
  if (frame.bare) frame.text = frame.base;
}

function describeBuffer(printer, frame) {
  const lead = prefix(frame.name, frame.tag, types.isArrayBuffer(frame.value) ? 'ArrayBuffer' : 'SharedArrayBuffer');
  if (!frame.inTypedArray) {
    frame.inside = kinds.arrayBuffer;
  } else if (frame.bare) {
    // Its contents have just been listed by the typed array.
    frame.text = `${lead}{ [byteLength]: ${formatNumber(printer.stylize, frame.value.byteLength, false)} }`;
  }
  frame.open = `${lead}{`;
  frame.extra = ['byteLength'];
}

function describeWith(frame, kind, inside, extra) {
  frame.open = `${prefix(frame.name, frame.tag, kind)}{`;
  frame.inside = inside;
  frame.extra = extra;
}

function boxedKind(value) {
  if (types.isNumberObject(value)) return 'Number';
  if (types.isStringObject(value)) return 'String';
  if (types.isBooleanObject(value)) return 'Boolean';
  return types.isBigIntObject(value) ? 'BigInt' : 'Symbol';
}

function describeBoxed(printer, frame) {
  const { value, name, tag } = frame;
  const kind = boxedKind(value);
  // The characters of a String are properties too, the first ones.
  if (kind === 'String') frame.keys.splice(0, value.length);
  let base = `[${kind}`;
  if (name === null) base += ' (null prototype)';
  else if (name !== kind) base += ` (${name})`;
  base += `: ${formatPrimitive(plain, valueOf[kind](value), printer)}]`;
  if (tag !== '' && tag !== name) base += ` [${tag}]`;
  if (frame.keys.length === 0) base = printer.stylize(base, kind.toLowerCase());
  frame.base = base;
  if (frame.bare) frame.text = base;
}

function isURL(value) {
  return typeof value.href === 'string' && value instanceof require('internal/url').URL;
}

function describeAnything(printer, frame) {
  const { value, name, tag } = frame;
  if (frame.bare && types.isExternal(value)) {
    const address = internalBinding('util').getExternalValue(value).toString(16);
    frame.text = printer.stylize(`[External: ${address}]`, 'special');
    return;
  }
  frame.open = `${plainPrefix(value, name, tag)}{`;
  if (frame.bare) frame.text = `${frame.open}}`;
}

function describe(printer, frame) {
  const { value, name } = frame;
  // Without a prototype an object does not say that it can be iterated over.
  if ((name === null || Symbol.iterator in value) && describeIterable(printer, frame)) return;

  frame.keys = ownKeys(value, printer.showHidden);
  if (typeof value === 'function') {
    frame.base = functionBase(printer, value, name, frame.tag);
    if (frame.bare) frame.text = printer.stylize(frame.base, 'special');
  } else if (name === 'Object') describeObject(printer, frame);
  else if (types.isRegExp(value)) describeRegExp(printer, frame);
  else if (types.isDate(value)) describeDate(printer, frame);
  else if (isError(value)) describeError(printer, frame);
  else if (types.isAnyArrayBuffer(value)) describeBuffer(printer, frame);
  else if (types.isDataView(value)) {
    describeWith(frame, 'DataView', noEntries, ['byteLength', 'byteOffset', 'buffer']);
  } else if (types.isPromise(value)) describeWith(frame, 'Promise', kinds.promise);
  else if (types.isWeakSet(value)) {
    describeWith(frame, 'WeakSet', printer.showHidden ? kinds.weakSet : kinds.unknownItems);
  } else if (types.isWeakMap(value)) {
    describeWith(frame, 'WeakMap', printer.showHidden ? kinds.weakMap : kinds.unknownItems);
  } else if (types.isModuleNamespaceObject(value)) describeWith(frame, 'Module', kinds.namespace);
  else if (types.isBoxedPrimitive(value)) describeBoxed(printer, frame);
  else if (isURL(value) && !printer.tooDeep(frame.level)) {
    frame.base = value.href;
    if (frame.bare) frame.text = frame.base;
  } else describeAnything(printer, frame);
}

class Printer extends Inspection {
  /**
   * Prints a value. Whoever sets the text further in adjusts `indent` around the call.
   * @param {any} value
   * @param {number} [level] how many objects it is inside of
   * @param {boolean} [inTypedArray]
   * @returns {string}
   */
  print(value, level, inTypedArray = false) {
    if (typeof value !== 'object' && typeof value !== 'function' && !isUndetectable(value)) {
      return formatPrimitive(this.stylize, value, this);
    }
    if (value === null) return this.stylize('null', 'null');

    // Proxies are looked through before anything else: their traps must not be triggered.
    const outer = value;
    const proxy = getProxyDetails(value, !!this.showProxy);
    if (proxy !== undefined) {
      if (proxy === null || proxy[0] === null) return this.stylize('<Revoked Proxy>', 'special');
      if (this.showProxy) return this.#proxy(proxy, level);
      value = proxy;
    }

    if (this.customInspect) {
      const text = this.#custom(value, outer, proxy !== undefined, level);
      if (text !== undefined) return text;
    }
    if (this.path.includes(value)) return this.#circular(value);
    return this.#object(value, level, inTypedArray);
  }

  /** Calls the object's own inspection function; undefined when it has none or has returned the object itself. */
  #custom(value, outer, isProxy, level) {
    const custom = value[customInspectSymbol];
    // Neither util with its own inspect, nor a prototype, which lacks the state that its method needs.
    if (typeof custom !== 'function' || custom === this.inspect ||
        getOwnPropertyDescriptor(value, 'constructor')?.value?.prototype === value) {
      return undefined;
    }
    const depth = this.depth === null ? null : this.depth - level;
    const options = isProxy || !hasInstance(Object, outer) ? this.foreignOptions() : this.options();
    const result = Reflect.apply(custom, outer, [depth, options, this.inspect]);
    if (result === outer) return undefined;
    if (typeof result !== 'string') return this.print(result, level);
    return this.reindent(result);
  }

  /** Indents the lines of a text after the first like everything else here. */
  reindent(text) {
    return text.includes('\n') ? text.replaceAll('\n', `\n${' '.repeat(this.indent)}`) : text;
  }

  #proxy(details, level) {
    if (this.tooDeep(level)) return this.stylize('Proxy [Array]', 'special');
    level++;
    this.indent += 2;
    const parts = [this.print(details[0], level), this.print(details[1], level)];
    this.indent -= 2;
    return assemble(this, parts, '', 'Proxy [', ']', true, level);
  }

  #circular(value) {
    this.refs ??= new Map();
    let number = this.refs.get(value);
    if (number === undefined) {
      number = this.refs.size + 1;
      this.refs.set(value, number);
    }
    return this.stylize(`[Circular *${number}]`, 'special');
  }

  #object(value, level, inTypedArray) {
    const frame = new Frame(value, level, inTypedArray);
    if (this.showHidden && !this.tooDeep(level)) this.#inherited(frame);
    else frame.name = className(value, this, level);
    frame.tag = toStringTag(value, this.showHidden);

    describe(this, frame);
    if (frame.text !== undefined) return frame.text;
    if (this.tooDeep(level)) return this.#abbreviated(frame);

    const indent = this.indent;
    this.path.push(value);
    this.deepest = level + 1;
    let entries;
    try {
      entries = this.#entries(frame);
    } catch (error) {
      if (!isStackOverflowError(error)) throw error;
      this.path.pop();
      this.indent = indent;
      const name = plainPrefix(value, frame.name, frame.tag).slice(0, -1);
      return this.stylize(
        `[${name}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`, 'special');
    }
    this.path.pop();
    this.#markReferenced(frame);
    if (this.sorted) entries = this.#sort(entries, frame);

    const text = assemble(this, entries, frame.base, frame.open, frame.close, frame.isList, level + 1, value);
    const written = (this.written[this.indent] ?? 0) + text.length;
    this.written[this.indent] = written;
    if (written > abundance) this.depth = -1;
    return text;
  }

  #inherited(frame) {
    const { value, level } = frame;
    const printed = [];
    frame.name = className(value, this, level, (object, first) => {
      inheritedProperties(object, first, (layer, key, descriptor) => {
        this.path.push(object);
        const text = this.property(layer, key, level, false, descriptor, object);
        this.path.pop();
        printed.push(this.colors ? `\u001b[2m${text}\u001b[22m` : text);
      });
    });
    if (printed.length !== 0) frame.inherited = printed;
  }

  #abbreviated(frame) {
    const name = plainPrefix(frame.value, frame.name, frame.tag).slice(0, -1);
    return this.stylize(frame.name === null ? name : `[${name}]`, 'special');
  }

  #entries(frame) {
    const { value, extra, isList } = frame;
    const level = frame.level + 1;
    const entries = frame.inside(this, value, level, frame);
    if (extra !== undefined) {
      for (const name of extra) entries.push(this.#extra(frame, name, level));
    }
    const keys = frame.keys;
    for (let i = 0; i < keys.length; i++) entries.push(this.property(value, keys[i], level, isList));
    if (frame.inherited !== undefined) entries.push(...frame.inherited);
    return entries;
  }

  #extra(frame, name, level) {
    let value;
    this.indent += 2;
    try {
      value = frame.value[name];
    } catch {
      // A DataView on a detached buffer. Node loses count of its indentation here, and shows it.
      value = frame.value.buffer[name];
      this.indent += 2;
    }
    const text = this.print(value, level, frame.inTypedArray);
    this.indent -= 2;
    return `${this.stylize(`[${name}]`, 'string')}: ${text}`;
  }

  /** Puts the number in front of an object that was met again inside itself. */
  #markReferenced(frame) {
    const number = this.refs?.get(frame.value);
    if (number === undefined) return;
    const mark = this.stylize(`<ref *${number}>`, 'special');
    if (this.compact === true) frame.open = `${mark} ${frame.open}`;
    else frame.base = frame.base === '' ? mark : `${mark} ${frame.base}`;
  }

  #sort(entries, frame) {
    const compare = this.sorted === true ? undefined : this.sorted;
    if (!frame.isList) return entries.sort(compare);
    // The elements of a list stay in place, its other properties are sorted.
    const count = frame.keys.length;
    if (count <= 1) return entries;
    const rest = entries.splice(entries.length - count, count).sort(compare);
    entries.push(...rest);
    return entries;
  }

  /** An array's element: its value alone. */
  element(array, index, level, descriptor = getOwnPropertyDescriptor(array, index)) {
    return this.#propertyValue(descriptor, level, 2, array);
  }

  /**
   * A property with its name.
   * @param {object} object which has it
   * @param {string | symbol} key
   * @param {number} level
   * @param {boolean} [isList] whether it is printed behind the elements of a list
   * @param {PropertyDescriptor} [descriptor]
   * @param {object} [receiver] which a getter is called on
   */
  property(object, key, level, isList = false, descriptor = getOwnPropertyDescriptor(object, key), receiver = object) {
    const step = this.compact === true && !isList ? 3 : 2;
    const text = this.#propertyValue(descriptor, level, step, receiver);
    let gap = ' ';
    if (step === 3 && descriptor.value !== undefined && this.breakLength < this.displayWidth(text)) {
      gap = `\n${' '.repeat(this.indent + step)}`;
    }
    const name = propertyName(this, key);
    return `${descriptor.enumerable === false ? `[${name}]` : name}:${gap}${text}`;
  }

  displayWidth(text) {
    return require('internal/util/string_width').getStringWidth(text, this.colors);
  }

  #propertyValue(descriptor, level, step, receiver) {
    const { value, get, set } = descriptor;
    if (value !== undefined) {
      this.indent += step;
      const text = this.print(value, level);
      this.indent -= step;
      return text;
    }
    if (get !== undefined) {
      const label = set === undefined ? 'Getter' : 'Getter/Setter';
      const wanted = this.getters === true || this.getters === (set === undefined ? 'get' : 'set');
      return wanted ? this.#getterValue(label, get, receiver, level) : this.stylize(`[${label}]`, 'special');
    }
    return set !== undefined ? this.stylize('[Setter]', 'special') : this.stylize('undefined', 'undefined');
  }

  /** Calls a getter, as the option `getters` asks for. */
  #getterValue(label, get, receiver, level) {
    const enclose = (text) => `${this.stylize(`[${label}:`, 'special')} ${text}${this.stylize(']', 'special')}`;
    this.indent += 2;
    let text;
    try {
      const value = Reflect.apply(get, receiver, []);
      if (value === null) text = enclose(this.stylize('null', 'null'));
      else if (typeof value !== 'object' && typeof value !== 'function') {
        text = enclose(formatPrimitive(this.stylize, value, this));
      } else text = `${this.stylize(`[${label}]`, 'special')} ${this.print(value, level)}`;
    } catch (error) {
      text = enclose(`<Inspection threw (${this.print(error, level)})>`);
    }
    this.indent -= 2;
    return text;
  }
}

module.exports = { Printer };
