import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../real-server.mjs';
import { startModelServer } from './model-server.mjs';

/** @typedef {import('./model-server.mjs').Reply} Reply */
/** @typedef {{ type: string } & Record<string, unknown>} Input */

/** A picture of one pixel. */
export const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Talks with a real Codex as its client does, while its model says what the talk has it say. */
export class Talker {
  /** @type {import('./run.mjs').Setup} */
  setup;
  /** The folder in which Codex works. */
  cwd = mkdtempSync(join(tmpdir(), 'codex-work-'));
  /** What is answered to the server's next questions; all others are declined. @type {string[]} */
  decisions = [];
  #home;
  #model;
  /** @type {Awaited<ReturnType<typeof startServer>> | undefined} */
  #server;

  /** @param {import('./run.mjs').Setup} setup @param {string} home */
  static async start(setup, home) {
    const model = await startModelServer();
    const features = ['plugins = false', ...setup.features.map((feature) => `${feature} = true`)];
    const mcpServer = new URL('./mcp-server.mjs', import.meta.url).pathname;
    writeFileSync(
      join(home, 'config.toml'),
      `model_provider = "mock"
model = "gpt-test"
[model_providers.mock]
name = "mock"
base_url = "${model.url}"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
[mcp_servers.tiny]
command = "node"
args = [${JSON.stringify(mcpServer)}]
[features]
${features.join('\n')}
`,
    );
    const talker = new Talker(setup, home, model);
    await talker.#restart();
    writeFileSync(join(talker.cwd, 'pixel.png'), Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'));
    return talker;
  }

  /** @param {import('./run.mjs').Setup} setup @param {string} home @param {Awaited<ReturnType<typeof startModelServer>>} model */
  constructor(setup, home, model) {
    this.setup = setup;
    this.#home = home;
    this.#model = model;
  }

  /** Ends the server as a machine does that loses its power, and starts it again. */
  async kill() {
    await this.#running.stop('SIGKILL');
    await this.#restart();
  }

  async stop() {
    await this.#running.stop();
    this.#model.close();
  }

  async #restart() {
    this.#server = await startServer(this.setup.codex, this.#home, (method) => {
      if (method === 'item/tool/call')
        return { contentItems: [{ type: 'inputText', text: 'a client’s tool' }], success: true };
      if (method === 'item/tool/requestUserInput') return { answers: {} };
      return { decision: this.decisions.shift() ?? 'decline' };
    });
  }

  get #running() {
    if (!this.#server) throw new Error('the server does not run');
    return this.#server;
  }

  /** @param {string} method @param {object} params @returns {Promise<any>} */
  async ask(method, params) {
    const { result, error } = await this.#running.call(method, params);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Begins a thread. @param {object} [options] @returns {Promise<string>} its id */
  async thread(options = {}) {
    const { thread } = await this.ask('thread/start', {
      cwd: this.cwd,
      approvalPolicy: 'never',
      sandbox: 'danger-full-access',
      ...(this.setup.protocol === 'latest' ? { historyMode: 'paginated' } : {}),
      ...options,
    });
    return thread.id;
  }

  /** A whole turn. @param {string} threadId @param {string | Input[]} input @param {Reply[]} [replies] @param {object} [options] @returns {Promise<string>} its id */
  turn(threadId, input, replies = [], options = {}) {
    return this.whole(threadId, 'turn/start', { input: inputOf(input), ...options }, replies);
  }

  /** A request that makes a turn, and its end. @param {string} threadId @param {string} method @param {object} params @param {Reply[]} [replies] @returns {Promise<string>} the turn's id */
  async whole(threadId, method, params, replies = []) {
    this.#model.script(...replies);
    const ended = this.#running.told('turn/completed', threadId);
    const result = await this.ask(method, { threadId, ...params });
    await ended;
    return result.turn?.id;
  }

  /** Begins a turn, or what a request makes, and returns when the model was asked. @param {string} threadId @param {string} input @param {Reply[]} replies @param {string} [method] @param {object} [params] @returns {Promise<string>} its id */
  async begin(threadId, input, replies, method = 'turn/start', params = {}) {
    this.#model.script(...replies);
    const asked = this.#model.asked();
    const result = await this.ask(method, { threadId, input: inputOf(input), ...params });
    await asked;
    // What the model said reaches the file a little later.
    await this.pause(400);
    return result.turn?.id;
  }

  /** @param {string} threadId @param {string} expectedTurnId @param {string | Input[]} input @param {object} [more] */
  steer(threadId, expectedTurnId, input, more = {}) {
    return this.ask('turn/steer', { threadId, expectedTurnId, input: inputOf(input), ...more });
  }

  /** @param {string} threadId @param {string} turnId */
  async interrupt(threadId, turnId) {
    const ended = this.ended(threadId);
    await this.ask('turn/interrupt', { threadId, turnId });
    await ended;
  }

  /** @param {string} threadId */
  ended(threadId) {
    return this.#running.told('turn/completed', threadId);
  }

  /** @param {((request: string) => Reply | undefined) | undefined} answer */
  answerBy(answer) {
    this.#model.answerBy(answer);
  }

  /** @param {number} ms */
  pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** @param {string} words @returns {Input} */
export const text = (words) => ({ type: 'text', text: words, text_elements: [] });

/** @param {string | Input[]} input */
function inputOf(input) {
  return typeof input === 'string' ? [text(input)] : input;
}
