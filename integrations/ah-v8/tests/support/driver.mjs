// Answers requests, a line each, on stdin: compares what Rust wrote with what a script makes, and makes values for it.
import assert from 'node:assert';
import readline from 'node:readline';
import v8 from 'node:v8';

function serialize(value, whole) {
  if (!whole) return v8.serialize(value);
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

// What scripts are written with.
const text = (...units) => String.fromCharCode(...units);
const set = (object, key, value) =>
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
// An array that V8 keeps as one of values of any kind, and not of doubles.
const array = () => {
  const made = [{}];
  made.length = 0;
  return made;
};
const hidden = (object, key, value) => Object.defineProperty(object, key, { value, writable: true, configurable: true });
const bytes = (hex, max) => {
  const from = Buffer.from(hex, 'hex');
  const buffer = max === undefined ? new ArrayBuffer(from.length) : new ArrayBuffer(from.length, { maxByteLength: max });
  new Uint8Array(buffer).set(from);
  return buffer;
};
const evaluate = (body) => new Function('text', 'set', 'hidden', 'bytes', 'array', body)(text, set, hidden, bytes, array);

// Describes a value in JSON, with nothing left out: identities, holes, the order of properties, -0.
function describe(value, whole) {
  const known = new Map();
  const units = (string) =>
    Array.from({ length: string.length }, (_, at) => string.charCodeAt(at).toString(16).padStart(4, '0')).join('');
  const number = (value) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, Number.isNaN(value) ? NaN : value);
    return Number.isNaN(value) ? '7ff8000000000000' : view.getBigUint64(0).toString(16).padStart(16, '0');
  };
  const hex = (value) => {
    const digits = value.toString(16);
    return digits.length % 2 ? '0' + digits : digits;
  };
  const raw = (buffer, offset, length) => Buffer.from(buffer, offset, length).toString('hex');
  const tracks = (view) => {
    const { buffer, byteLength } = view;
    if (!buffer.resizable) return false;
    const length = buffer.byteLength;
    buffer.resize(length + 8);
    const changed = view.byteLength !== byteLength;
    buffer.resize(length);
    return changed;
  };
  const properties = (object) =>
    Object.keys(object).map((key) => [units(key), of(Object.getOwnPropertyDescriptor(object, key).value)]);
  const of = (value) => {
    switch (typeof value) {
      case 'undefined': return { t: 'undefined' };
      case 'boolean': return { t: 'boolean', v: value };
      case 'number': return { t: 'number', v: number(value) };
      case 'bigint': return { t: 'bigint', negative: value < 0n, v: hex(value < 0n ? -value : value) };
      case 'string': return { t: 'string', v: units(value) };
    }
    if (value === null) return { t: 'null' };
    if (known.has(value)) return { t: 'ref', id: known.get(value) };
    const id = known.size;
    if (ArrayBuffer.isView(value)) {
      const kind = Buffer.isBuffer(value) && !whole ? 'Buffer' : Object.prototype.toString.call(value).slice(8, -1);
      if (!whole) {
        known.set(value, id);
        return { t: 'view', id, kind, v: raw(value.buffer, value.byteOffset, value.byteLength) };
      }
      const buffer = of(value.buffer); // is numbered first
      const own = known.size;
      known.set(value, own);
      return { t: 'view', id: own, kind, buffer, offset: value.byteOffset, length: value.byteLength, tracks: tracks(value) };
    }
    known.set(value, id);
    if (Array.isArray(value)) return { t: 'array', id, length: value.length, properties: properties(value) };
    switch (Object.prototype.toString.call(value)) {
      case '[object Date]': return { t: 'date', id, v: number(value.getTime()) };
      case '[object RegExp]': return { t: 'regexp', id, source: units(value.source), flags: value.flags };
      case '[object Boolean]': case '[object Number]': case '[object String]': case '[object BigInt]':
        return { t: 'boxed', id, v: of(value.valueOf()) };
      case '[object Map]': return { t: 'map', id, entries: [...value].map(([key, value]) => [of(key), of(value)]) };
      case '[object Set]': return { t: 'set', id, values: [...value].map(of) };
      case '[object ArrayBuffer]':
        return { t: 'buffer', id, v: raw(value, 0, value.byteLength), max: value.resizable ? value.maxByteLength : null };
      case '[object Error]': {
        const error = { t: 'error', id, name: Object.getPrototypeOf(value).name };
        if (Object.hasOwn(value, 'message')) error.message = units(value.message);
        if (typeof value.stack === 'string') error.stack = units(value.stack);
        if (Object.hasOwn(value, 'cause')) error.cause = of(value.cause);
        return error;
      }
    }
    return { t: 'object', id, properties: properties(value) };
  };
  return of(value);
}

// Random values: mulberry32, and what Rust makes, made of JavaScript's own.
function make(seed) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit) => next() % limit;
  const pick = (all) => all[below(all.length)];
  const doubles = [-0, NaN, Infinity, -Infinity, 0.1, -1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 5e-324, Number.MAX_VALUE];
  const integers = [0, 1, -1, 2 ** 30, -(2 ** 30) - 1, 2 ** 31 - 1, -(2 ** 31)];
  const string = () => {
    const largest = pick([0x7f, 0xff, 0x2fff, 0xffff]);
    return text(...Array.from({ length: below(15) ? below(8) : 200 }, () => below(largest + 1)));
  };
  const bigint = () => {
    const digits = Array.from({ length: below(40) }, () => below(16).toString(16)).join('');
    const value = BigInt('0x0' + digits);
    return below(2) ? value : -value;
  };
  const seen = [];
  const buffers = [];
  let left = 40;
  const primitive = () => pick([
    () => undefined, () => null, () => true, () => false, () => pick(integers), () => next() | 0, () => pick(doubles),
    bigint, string, string,
  ])();
  const buffer = () => {
    if (buffers.length && below(2)) return pick(buffers);
    const length = below(40);
    const made = below(4) ? new ArrayBuffer(length) : new ArrayBuffer(length, { maxByteLength: length + 8 });
    new Uint8Array(made).forEach((_, at, all) => { all[at] = below(256); });
    buffers.push(made);
    return made;
  };
  const view = () => {
    const of = buffer();
    const constructor = pick([
      Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
      BigInt64Array, BigUint64Array, DataView, Buffer,
    ]);
    const size = constructor === DataView || constructor === Buffer ? 1 : constructor.BYTES_PER_ELEMENT;
    const offset = below(Math.floor(of.byteLength / size) + 1);
    const length = below(Math.floor(of.byteLength / size) - offset + 1);
    if (constructor === Buffer) return Buffer.from(of, offset, length);
    if (of.resizable && of.byteLength % size === 0 && below(2)) return new constructor(of, offset * size); // its length tracks that of the buffer
    return new constructor(of, offset * size, length);
  };
  const fill = (object, depth, indices) => {
    if (indices && below(2)) {
      for (let more = below(4); more > 0; more--) set(object, pick([below(4), below(40), next()]), value(depth));
    }
    for (let more = below(4); more > 0; more--) {
      const entry = value(depth);
      // an engine keeps a property for doubles apart once it had one
      const isDouble = typeof entry === 'number' && !(Object.is(entry, entry | 0));
      const names = ['a', 'b', 'name', '__proto__', '-1', '1.5', '01', '4294967295', '€', 'é', ''];
      set(object, isDouble ? 'd' + below(9) : pick(names), entry);
    }
    return object;
  };
  const many = (depth) => {
    const made = array();
    for (let more = below(5); more > 0; more--) made.push(value(depth));
    return made;
  };
  const list = (depth) => {
    switch (below(5)) {
      case 0: return new Array(below(4)).fill(pick(integers)); // may have holes, to the engine
      case 1: { const made = []; made.length = below(50) + 1; return fill(made, depth, false); }
      case 2: { const made = [value(depth), , value(depth)]; made.length += below(5); return made; }
      case 3: return fill(many(depth), depth, false);
      default: return many(depth);
    }
  };
  const error = (depth) => {
    const made = new (pick([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]))(...(below(4) ? [string()] : []));
    if (below(3)) hidden(made, 'stack', pick([string(), undefined]));
    if (!below(3)) hidden(made, 'cause', value(depth));
    return made;
  };
  const object = (depth) => {
    const kinds = [
      () => new Date(pick([NaN, 0, -1, 8.64e15, next() * 1000])),
      () => new RegExp(pick(['a+b', 'é|ü', '[€]/', '(?<year>\\d{4})', '']), pick(['', 'g', 'gi', 'dgimsuy', 'v'])),
      () => Object(pick([true, false, pick(integers), pick(doubles), bigint(), string()])),
      () => buffer(), () => view(), () => view(),
      () => list(depth), () => list(depth),
      () => fill({}, depth, true), () => fill({}, depth, true),
      () => {
        const map = new Map();
        for (let more = below(4); more > 0; more--) map.set(value(depth), value(depth));
        return map;
      },
      () => new Set(many(depth)),
      () => error(depth),
    ];
    const made = pick(kinds)();
    if (!below(3)) seen.push(made);
    return made;
  };
  const value = (depth) => {
    left -= 1;
    if (depth < 5 && left > 0 && below(3)) return object(depth + 1);
    if (seen.length && !below(5)) return pick(seen);
    return primitive();
  };
  const made = value(0);
  // some are within themselves; an error is not, since older engines do not read that
  const around = seen.filter((object) => object instanceof Map || object instanceof Set);
  for (const one of around) {
    if (!below(3)) one instanceof Map ? one.set('self', one) : one.add(made);
  }
  return made;
}

function answer(request) {
  const { op, whole } = request;
  switch (op) {
    case 'hello': {
      const bytes = v8.serialize(Object.assign(new Error('m', { cause: 1 }))).toString('latin1');
      return { major: Number(process.versions.node.split('.')[0]), causesFirst: bytes.includes('cI\u0002s') };
    }
    case 'check': {
      const expected = evaluate(request.script);
      try {
        const value = v8.deserialize(Buffer.from(request.bytes, 'hex'));
        assert.deepStrictEqual(value, expected);
        assert.strictEqual(JSON.stringify(describe(value, whole)), JSON.stringify(describe(expected, whole)));
      } catch (error) {
        return { different: String(error.message) };
      }
      return { bytes: serialize(expected, whole).toString('hex') };
    }
    case 'make': {
      const value = make(request.seed);
      return { bytes: serialize(value, whole).toString('hex'), description: describe(value, whole) };
    }
    case 'evaluate': return { bytes: v8.serialize(evaluate(`return ${request.script}`)).toString('hex') };
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  let reply;
  try {
    reply = answer(JSON.parse(line));
  } catch (error) {
    reply = { error: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
});
