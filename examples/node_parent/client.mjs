// The parent's end of the channel: requests and their answers.

import { AsyncLocalStorage } from 'node:async_hooks';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What every message carries, and every line of the child shows: `{ request_id, tenant }`. */
export const context = new AsyncLocalStorage();

export class Client {
  #waiting = new Map();
  #lastId = 0;
  #child;

  /** The lines of the child, as they come. */
  lines = [];
  /** What the child ended with, once it has and its lines are read: `[code, signal]`. */
  ended;

  /** Starts the program as `fork` does a script, on a channel of this serialization. */
  constructor(program, serialization) {
    const stdio = ['ignore', 'pipe', 'inherit', 'ipc'];
    this.#child = fork(program, [], { execPath: program, execArgv: [], serialization, stdio });
    const lines = createInterface({ input: this.#child.stdout });
    lines.on('line', (line) => this.lines.push(JSON.parse(line)));
    // the store is the answer's own, and not that of whoever has asked
    this.#child.on('message', (answer) => context.run(answer.context, () => this.#settle(answer)));
    // not 'close': that does not come where the parent has disconnected
    this.ended = Promise.all([once(this.#child, 'exit'), once(lines, 'close')]).then(([exit]) => exit);
  }

  /** Sends a request with the current store. Resolves with the answer, and with the store that is current when it comes. */
  async ask(request) {
    const id = ++this.#lastId;
    const answered = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    await this.#send({ id, context: context.getStore(), ...request });
    return answered;
  }

  /** Waits while the channel is full. */
  #send(message) {
    return new Promise((resolve, reject) => {
      this.#child.send(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  disconnect() {
    this.#child.disconnect();
  }

  #settle(answer) {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) {
      waiting.resolve({ id: answer.id, total: answer.total, broughtBack: context.getStore() });
    } else {
      waiting.reject(new Error(answer.error));
    }
  }
}
