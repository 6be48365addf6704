// Chromium without a window, driven by the puppeteer that memlab brings along.
import { createRequire } from 'node:module';

const puppeteer = createRequire(`${process.env.TOOLS}/memlab/package.json`)('puppeteer-core');

/** What `ask` makes of a page; an error in the page fails. */
export async function browse(url, ask) {
    const browser = await puppeteer.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    try {
        const page = await browser.newPage();
        const errors = [];
        page.on('pageerror', (error) => errors.push(error));
        await page.goto(url);
        const answer = await ask(page);
        if (errors.length > 0) throw errors[0];
        return answer;
    } finally {
        await browser.close();
    }
}
