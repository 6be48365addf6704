// Checks a profile by speedscope's own schema, and adds up what it says.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.TOOLS}/speedscope/package.json`);
const Ajv = require('ajv');
const { $schema, ...schema } = require('speedscope/dist/release/file-format-schema.json');
const profile = JSON.parse(fs.readFileSync(process.argv[2]));
const validate = new Ajv({ strict: false }).compile(schema);
assert.ok(validate(profile), JSON.stringify(validate.errors));
assert.equal(profile.$schema, 'https://www.speedscope.app/file-format-schema.json');

const { frames } = profile.shared;
assert.deepEqual(profile.profiles.map(({ name }) => name), ['polled', 'woken, not polled yet', 'waiting']);
for (const { samples, weights, startValue, endValue } of profile.profiles) {
    assert.equal(samples.length, weights.length);
    assert.equal(weights.reduce((sum, weight) => sum + weight, startValue), endValue);
    assert.ok(samples.flat().every((number) => frames[number]));
}
const stacks = profile.profiles.map(({ samples }) => samples.map((stack) => stack.map((number) => frames[number].name).join(';')));
assert.ok(stacks[0].includes('accept;connection;checkout'));
assert.ok(stacks[2].includes('accept;connection;checkout;fetch_price'));
assert.ok(frames.some(({ name, file, line }) => name === 'checkout' && file === 'examples/checkout/shop.rs' && line > 0));
console.log(`speedscope: ${frames.length} frames, ${stacks.flat().length} samples`);
