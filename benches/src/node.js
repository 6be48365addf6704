// Measures Node itself. Reads lines `NAME TIMES`, does the named thing so many times, and writes the nanoseconds it took.
'use strict';

const { AsyncLocalStorage, AsyncResource, createHook } = require('node:async_hooks');
const { createInterface } = require('node:readline');

const store = new AsyncLocalStorage();
const others = Array.from({ length: 99 }, () => new AsyncLocalStorage());
const one = () => 1;

let sum = 0; // what is computed ends up here, so that nothing is optimized away

const time = (times, operation) => {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) sum += operation() ? 1 : 0;
  return process.hrtime.bigint() - start;
};

// With so many storages set. Afterwards they are disabled: in some versions each enabled one costs something everywhere.
const withSet = async (storages, f) => {
  const nest = (n) => (n === 0 ? f() : others[n - 1].run(1, () => nest(n - 1)));
  try {
    return await (storages === 0 ? f() : store.run(7, () => nest(storages - 1)));
  } finally {
    for (const storage of [store, ...others]) storage.disable();
  }
};

const nested = (depth, f) =>
  depth === 0 ? f() : new AsyncResource('RESOURCE').runInAsyncScope(() => nested(depth - 1, f));

const enterAndLeave = () => {
  const resource = new AsyncResource('RESOURCE', { requireManualDestroy: true });
  const result = resource.runInAsyncScope(one);
  resource.emitDestroy();
  return result;
};

const asynchronous = async () => 1;

const awaits = async (times) => {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) sum += await asynchronous();
  return process.hrtime.bigint() - start;
};

const counts = [0, 0, 0, 0, 0];
const CALLBACKS = {
  init: () => { counts[0]++; },
  before: () => { counts[1]++; },
  after: () => { counts[2]++; },
  promiseResolve: () => { counts[3]++; },
  destroy: () => { counts[4]++; },
};

const HOOKS = {
  none: [],
  init: ['init'],
  before_after: ['before', 'after'],
  all: ['init', 'before', 'after', 'promiseResolve', 'destroy'],
};

const withHooks = async (phases, f) => {
  const hook = createHook(Object.fromEntries(phases.map((phase) => [phase, CALLBACKS[phase]])));
  hook.enable();
  try {
    return await f();
  } finally {
    hook.disable();
  }
};

const operations = {
  get_store: (times) => withSet(1, () => time(times, () => store.getStore())),
  run: (times) => withSet(1, () => time(times, () => store.run(8, one))),
  resource_new: (times) => time(times, () => new AsyncResource('RESOURCE')),
  resource_scope: (times) => time(times, enterAndLeave),
  snapshot_capture: (times) => withSet(1, () => time(times, () => AsyncLocalStorage.snapshot())),
  snapshot_run: (times) => withSet(1, () => {
    const snapshot = AsyncLocalStorage.snapshot();
    return time(times, () => snapshot(one));
  }),
};
for (const depth of [10, 100, 1000]) {
  operations[`nested_${depth}`] = (times) =>
    withSet(1, () => nested(depth, () => time(times, () => store.getStore())));
}
for (const storages of [0, 1, 10, 100]) {
  operations[`resource_storages_${storages}`] = (times) =>
    withSet(storages, () => time(times, enterAndLeave));
  operations[`await_storages_${storages}`] = (times) => withSet(storages, () => awaits(times));
}
for (const [name, phases] of Object.entries(HOOKS)) {
  operations[`resource_hooks_${name}`] = (times) =>
    withHooks(phases, () => time(times, enterAndLeave));
  operations[`await_hooks_${name}`] = (times) => withHooks(phases, () => awaits(times));
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, times] = line.split(' ');
    console.log(`${await operations[name](Number(times))}`);
  }
})();
