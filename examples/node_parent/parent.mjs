// Forks the Rust child, sends it requests, each in a context of its own, and checks every answer and every line.
//
//     cargo build -p node_parent && node examples/node_parent/parent.mjs [advanced|json] [PROGRAM]
//
// With `--die`, it ends by force with requests in progress instead: the child must notice.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Client, context } from './client.mjs';

const REQUESTS = 10_000;
const IN_FLIGHT = 64;
const TENANTS = ['acme', 'Amélie & fils', '東京', '🦀'];
const LINES = ['added', 'packed', 'received'];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { die: { type: 'boolean' } } });
const [serialization = 'advanced', program = built()] = positionals;

function built() {
  return fileURLToPath(new URL('../../target/debug/node_parent', import.meta.url));
}

function storeOf(number) {
  return { request_id: 1_000_000 + number, tenant: TENANTS[number % TENANTS.length] };
}

/** Asks once, in a context of its own, and checks that the answer comes back to it with the same. */
async function order(client, number) {
  const store = storeOf(number);
  return context.run(store, async () => {
    const prices = [number, 0.25, 0.5];
    const { id, total, broughtBack } = await client.ask({ prices });
    assert.equal(total, number + 0.75);
    assert.deepEqual({ ...broughtBack }, store, 'what the answer brought back');
    assert.equal(context.getStore(), store, 'what is current for whoever has asked');
    return { id, store };
  });
}

/** Sends all requests, so many at a time. Returns the store of each, by the id of its message. */
async function orders(client) {
  const stores = new Map();
  let next = 0;
  const customer = async () => {
    while (next < REQUESTS) {
      const { id, store } = await order(client, next++);
      stores.set(id, store);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, customer));
  return stores;
}

/** Each request has its lines, from the handler and from what it has spawned, each with the store of the request. */
function checkLines(lines, stores) {
  const messages = new Map();
  for (const { id, message, request_id, tenant } of lines) {
    assert.deepEqual({ request_id, tenant }, stores.get(id), `line ${message} of message ${id}`);
    messages.set(id, [...(messages.get(id) ?? []), message]);
  }
  for (const id of stores.keys()) {
    assert.deepEqual(messages.get(id)?.sort(), LINES, `lines of message ${id}`);
  }
}

/** Ends by force, with requests in progress. */
async function die(client) {
  const orders = Array.from({ length: IN_FLIGHT }, (_, number) => order(client, number));
  await Promise.race(orders);
  process.kill(process.pid, 'SIGKILL');
}

async function main() {
  const client = new Client(program, serialization);
  if (values.die) {
    await die(client);
  }
  const stores = await orders(client);
  client.disconnect();
  assert.deepEqual(await client.ended, [0, null], 'how the child has ended');
  checkLines(client.lines, stores);
  const lines = client.lines.length;
  console.log(`${serialization}: ${stores.size} answers and ${lines} lines, each with the context of its request`);
}

await main();
