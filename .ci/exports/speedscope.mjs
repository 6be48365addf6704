// Checks a profile by speedscope's own schema, adds up what it says, and opens it in speedscope's page in headless Chromium.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { browse } from './chromium.mjs';

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
assert.ok(frames.some(({ name, file, line }) => name === 'checkout' && file === 'examples/checkout/src/shop.rs' && line > 0));

// as the command `speedscope FILE` does it: a script beside the page gives it the file
const text = fs.readFileSync(process.argv[2]).toString('base64');
const script = `${path.resolve(process.argv[2])}.js`;
fs.writeFileSync(script, `speedscope.loadFileFromBase64('shop', '${text}')`);
const index = require.resolve('speedscope/dist/release/index.html');
const shown = await browse(`file://${index}#localProfilePath=${script}`, async (page) => {
    await page.waitForFunction(() => document.body.innerText.includes('Sandwich'), { timeout: 30_000 });
    return page.evaluate(() => [document.title, document.body.innerText]);
});
assert.equal(shown[0], 'async program - speedscope');
assert.match(shown[1], /polled \(1\/3\)/);
console.log(`speedscope: ${frames.length} frames, ${stacks.flat().length} samples`);
