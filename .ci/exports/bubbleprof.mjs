// Runs Bubbleprof's own analysis, and looks for the groups that it makes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.TOOLS}/bubbleprof/package.json`);
const analysis = require('@clinic/bubbleprof/analysis');
const [Info, Stacks, Events] = ['system-info', 'stack-trace', 'trace-event'].map((name) => require(`@clinic/bubbleprof/format/${name}-decoder.js`));
const directory = process.argv[2];
const read = (what, Decoder) => fs.createReadStream(path.join(directory, `${path.basename(directory)}-${what}`)).pipe(new Decoder());

const stream = analysis(read('systeminfo', Info), read('stacktrace', Stacks), read('traceevent', Events), { stringify: true });
stream.on('warning', (warning) => assert.fail(warning)).on('truncate', () => assert.fail('it was cut'));
let text = '';
for await (const chunk of stream) text += chunk;
const nodes = JSON.parse(text).data.flatMap(({ nodes }) => nodes);
const named = (name) => nodes.filter(({ frames }) => frames?.[0]?.functionName === name);
for (const name of ['connection', 'checkout', 'fetch_price']) {
    const sources = named(name).flatMap(({ sources }) => sources);
    assert.ok(sources.length > 0, `${name} is there`);
    assert.ok(sources.every(({ init, before, after }) => init > 0 && before.length === after.length), name);
}
assert.ok(named('fetch_price')[0].frames.some(({ functionName }) => functionName === 'checkout'), 'with its causes');
console.log(`bubbleprof: ${nodes.length} groups`);
