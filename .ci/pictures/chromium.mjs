// A Chromium without a window, driven over the pipe of its DevTools protocol. One page, and what went wrong in it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run',
    '--disable-background-networking', '--font-render-hinting=none', '--remote-debugging-pipe'];
const PATIENCE = 30_000; // milliseconds that an answer may take

export class Chromium {
    #process; #profile; #session; #next = 0; #waiting = new Map(); #heard = [];
    complaints = []; // messages of the console, exceptions, requests

    static async start(program = process.env.CHROMIUM ?? 'chromium') {
        const chromium = new Chromium();
        await chromium.#start(program);
        return chromium;
    }

    async #start(program) {
        this.#profile = mkdtempSync(join(tmpdir(), 'chromium-'));
        this.#process = spawn(program, [...FLAGS, `--user-data-dir=${this.#profile}`], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
        this.#process.on('error', error => this.#fail(error));
        this.#process.on('exit', () => this.#fail(new Error('Chromium has ended')));
        let rest = '';
        this.#process.stdio[4].setEncoding('utf8').on('data', data => {
            const messages = (rest + data).split('\0');
            rest = messages.pop();
            messages.map(message => JSON.parse(message)).forEach(message => this.#hear(message));
        });
        const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
        this.#session = (await this.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
        for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    }

    #fail(error) {
        for (const { reject } of this.#waiting.values()) reject(error);
        this.#waiting.clear();
    }

    #hear(message) {
        const waiting = this.#waiting.get(message.id);
        if (waiting) {
            this.#waiting.delete(message.id);
            return message.error ? waiting.reject(new Error(JSON.stringify(message.error))) : waiting.resolve(message.result);
        }
        this.#heard = this.#heard.filter(({ method, resolve }) => method !== message.method || resolve(message.params));
        const { method, params } = message;
        if (method === 'Runtime.exceptionThrown') this.complaints.push(params.exceptionDetails.text);
        if (method === 'Runtime.consoleAPICalled') this.complaints.push(params.args.map(arg => arg.value).join(' '));
        if (method === 'Log.entryAdded') this.complaints.push(params.entry.text);
        if (method === 'Page.javascriptDialogOpening') this.complaints.push(`a dialog: ${params.message}`);
        if (method === 'Network.requestWillBeSent' && !/^(file|data|about):/.test(params.request.url)) this.complaints.push(`it asks for ${params.request.url}`);
    }

    send(method, params = {}) {
        const id = ++this.#next;
        const answer = new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), PATIENCE);
            const done = settle => value => { clearTimeout(timer); settle(value); };
            this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
        });
        this.#process.stdio[3].write(JSON.stringify({ id, method, params, sessionId: this.#session }) + '\0');
        return answer;
    }

    #event(method) {
        return new Promise(resolve => this.#heard.push({ method, resolve: params => void resolve(params) }));
    }

    /** Shows a file at a width, in a theme. */
    async open(file, width, theme) {
        await this.send('Emulation.setDeviceMetricsOverride', { width, height: 400, deviceScaleFactor: 1, mobile: false });
        await this.send('Emulation.setEmulatedMedia', { media: '', features: [{ name: 'prefers-color-scheme', value: theme }] });
        const loaded = this.#event('Page.loadEventFired');
        await this.send('Page.navigate', { url: `file://${file}` });
        await loaded;
    }

    /** Runs a function in the page, with values that can be JSON. */
    async run(code, ...values) {
        const expression = `(${code})(...${JSON.stringify(values)})`;
        const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
    }

    async key(key) {
        for (const type of ['keyDown', 'keyUp']) await this.send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: key === 'Tab' ? 9 : 0 });
    }

    /** The page as PNG, in base64. */
    async screenshot(most = 2_000) {
        const { cssContentSize: { width, height } } = await this.send('Page.getLayoutMetrics');
        const clip = { x: 0, y: 0, width, height: Math.min(height, most), scale: 1 };
        return (await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip })).data;
    }

    async close() {
        this.#process.removeAllListeners('exit');
        const ended = new Promise(resolve => this.#process.on('exit', resolve));
        await this.send('Browser.close').catch(() => this.#process.kill());
        await ended;
        rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    }
}
