// Pictures in a real browser: what is in them, whether their texts overlap, and whether they look as they did when they were
// reviewed. `check.mjs DIRECTORY` looks at the files there; `check.mjs DIRECTORY update` writes the reviewed pictures anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { Chromium } from './chromium.mjs';
import { difference, focused, overlaps, river } from './page.mjs';

const [directory, update] = process.argv.slice(2);
const failures = [];
const check = (is, what) => { if (!is) failures.push(what); };

const WIDTHS = [900, 1200, 1600];
const THEMES = ['light', 'dark'];
const CELL = 16; // pixels: seen from so far, one font is like another
const MEAN = 5;
const REVIEWED = { shop: 'docs/pictures/river', requests: 'docs/pictures/requests', torn: '.ci/pictures/reviewed/torn', many: '.ci/pictures/reviewed/many' };
const FILES = { shop: 'shop.html', torn: 'torn.html', many: 'many.html', hostile: 'hostile.html', requests: 'requests/index.html' };

const chromium = await Chromium.start();
try {
    for (const [name, file] of Object.entries(FILES)) {
        for (const theme of THEMES) {
            for (const width of WIDTHS) {
                await chromium.open(`${directory}/${file}`, width, theme);
                const { texts, found, wide } = await chromium.run(overlaps);
                check(texts > 5, `${name}: there is no text`);
                check(found.length === 0, `${name}, ${width}, ${theme}: texts overlap: ${found.slice(0, 5).join('; ')}`);
                check(wide <= 0, `${name}, ${width}: it is ${wide} pixels too wide`);
                if (width === 1200 && REVIEWED[name]) await compare(name, theme);
            }
        }
        if (name !== 'requests') checkRiver(name, await chromium.run(river));
        else await checkRequests();
    }
    await checkKeyboard();
    await checkPrint();
} finally {
    await chromium.close();
}
check(chromium.complaints.length === 0, `the console says: ${chromium.complaints.join('; ')}`);
failures.forEach(failure => console.log(`WRONG: ${failure}`));
console.log(failures.length ? `${failures.length} things are wrong` : 'all pictures are as they were reviewed');
process.exit(failures.length ? 1 : 0);

async function compare(name, theme) {
    const file = `${REVIEWED[name]}-${theme}.png`;
    const now = await chromium.screenshot(900);
    if (update) return writeFileSync(file, Buffer.from(now, 'base64'));
    const reviewed = readFileSync(file).toString('base64');
    const { mean, heights } = await chromium.run(difference, reviewed, now, CELL);
    const [before, after] = heights;
    console.log(`${name}, ${theme}: differs by ${mean.toFixed(2)} of 255`);
    const isLike = mean < MEAN && Math.abs(before - after) < 80;
    if (!isLike) writeFileSync(`${directory}/${name}-${theme}.png`, Buffer.from(now, 'base64'));
    check(isLike, `${name}, ${theme}: it differs from ${file} by ${mean.toFixed(2)}; heights ${heights}; now: ${directory}/${name}-${theme}.png`);
}

function checkRiver(name, { headline, lanes, cuts, cards, marks, scripts, images, handlers, xs, names, folds }) {
    const percents = [...headline.matchAll(/(\d+) %/g)].map(([, percent]) => Number(percent));
    check(percents.reduce((sum, percent) => sum + percent, 0) === 100, `${name}: the parts of ${headline} are not 100 %`);
    check(scripts + images + handlers === 0, `${name}: there is a script, an image or a handler`);
    check(names.length >= 3 && names.every(name => name.length > 3), `${name}: an accessible name is missing`);
    check(xs[0].x === 0 && xs.at(-1).x === 1000, `${name}: the path is not from the begin to the end`);
    check(xs.every(({ command, x }, at) => at === 0 || (command === 'L' ? Math.abs(x - xs[at - 1].x) < 0.2 : x >= xs[at - 1].x)), `${name}: the path has gaps`);
    const expected = {
        shop: ['checkout', 'fetch_price', 'fetch_price', 'fetch_price', 'request=7001', 'request=7002', 'mailer'],
        torn: ['checkout', 'fetch_price', 'request=7002', 'mailer'],
    }[name];
    check(!expected || expected.join() === lanes.join(), `${name}: its lanes are ${lanes}`);
    check(name === 'many' ? cuts.length === 0 : cuts.length === 1 && cards.length === 1 && marks === 1, `${name}: the cut is missing`);
    check(name !== 'many' || folds > 0 && lanes.length > 150, `${name}: it is not folded`);
    if (name === 'shop') {
        check(headline.startsWith('31.1 ms: 53 % waiting for 2 other requests, 25 % in DBQuery'), `the headline is ${headline}`);
        check(cards[0].includes('shop.rs:163') && cards[0].includes('http.rs:41') && cards[0].includes('WithContext::new'), `the card is ${cards[0]}`);
    }
}

async function checkRequests() {
    const links = await chromium.run(() => [...document.links].map(link => link.getAttribute('href')));
    check(links.join() === 'river-31.html,river-21.html,river-11.html', `the slowest request is not first: ${links}`);
    for (const link of links) check(readFileSync(`${directory}/requests/${link}`, 'utf8').includes('<!doctype html>'), `${link} leads nowhere`);
}

async function checkKeyboard() {
    await chromium.open(`${directory}/shop.html`, 1200, 'light');
    const seen = [];
    for (let lane = 0; lane < 7; lane++) {
        await chromium.key('Tab');
        seen.push(await chromium.run(focused));
    }
    check(seen.every(({ is, outline }) => is.startsWith('l ') && outline), `the focus is not seen: ${JSON.stringify(seen)}`);
    check(seen[0].tip.includes('checkout(31)') && seen[0].tip.includes('polled'), `a lane with the focus says ${seen[0].tip}`);
}

async function checkPrint() {
    await chromium.open(`${directory}/shop.html`, 1200, 'dark');
    const { data } = await chromium.send('Page.printToPDF', { printBackground: true, landscape: true, scale: 0.7 });
    const pages = Buffer.from(data, 'base64').toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    check(pages.length === 1, `it prints on ${pages.length} pages`);
    await chromium.send('Emulation.setEmulatedMedia', { media: 'print', features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
    const paper = await chromium.run(() => getComputedStyle(document.body).backgroundColor);
    check(paper === 'rgb(255, 255, 255)', `it prints on ${paper}`);
}
