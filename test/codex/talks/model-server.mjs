import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * What the model does when it is asked: it gives items of the Responses API and then ends, breaks off, or never ends; or
 * it fails with a status.
 * @typedef {{ items?: object[], end?: 'breaksOff' | 'hangs', status?: number, error?: object }} Reply
 */

/** A server of the Responses API, whose model says what it was told to say, and `ok` after that. */
export async function startModelServer() {
  /** @type {Reply[]} */
  let replies = [];
  /** @type {((request: string) => Reply | undefined) | undefined} */
  let answer;
  /** @type {(() => void)[]} */
  const asked = [];
  let turns = 0;
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    void text(request).then((asks) => {
      const reply = answer?.(asks) ?? replies.shift() ?? { items: [said('ok')] };
      send(response, reply, `turn_${++turns}`);
      for (const resolve of asked.splice(0)) resolve();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the model’s server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    /** @param {Reply[]} next what it says to the next requests */
    script: (...next) => void (replies = next),
    /** @param {((request: string) => Reply | undefined) | undefined} next what it says to a request, by its text */
    answerBy: (next) => void (answer = next),
    /** @returns {Promise<void>} when it was asked next */
    asked: () => new Promise((resolve) => asked.push(resolve)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {import('node:http').ServerResponse} response @param {Reply} reply @param {string} id */
function send(response, { items = [], end, status, error = { message: 'no' } }, id) {
  if (status !== undefined) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return;
  }
  const tell = (/** @type {string} */ type, /** @type {object} */ fields) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  tell('response.created', { response: { id } });
  for (const [index, one] of items.entries()) {
    const item = { id: `${id}_${index}`, ...one };
    tell('response.output_item.added', { item });
    tell('response.output_item.done', { item });
  }
  if (end === 'hangs') return;
  if (end === 'breaksOff') {
    response.destroy();
    return;
  }
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  tell('response.completed', { response: { id, usage } });
  response.end();
}

/** @param {string} text @param {'commentary' | 'final_answer'} [phase] */
export function said(text, phase) {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }], phase };
}

/** @param {string} text */
export function thought(text) {
  return { type: 'reasoning', summary: [{ type: 'summary_text', text }], encrypted_content: null };
}

let calls = 0;

/** @param {string} name @param {object} args @param {string} [namespace] */
export function called(name, args, namespace) {
  const call_id = `call_${++calls}`;
  return { type: 'function_call', call_id, name, namespace, arguments: JSON.stringify(args) };
}

/** @param {string} cmd @param {object} [more] */
export const ran = (cmd, more) => called('exec_command', { cmd, ...more });

/** @param {string} change the lines between those that begin and end a patch */
export function patched(change) {
  const input = `*** Begin Patch\n${change}\n*** End Patch`;
  return { type: 'custom_tool_call', call_id: `call_${++calls}`, name: 'apply_patch', input };
}
