import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { demand } from './browsers.mjs';

/** A window of WebKitGTK over plain WebDriver. */
export interface WebKitSession {
  /** One WebDriver command of the session, as `POST /url { url }`. */
  call: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;
  close: () => Promise<unknown>;
}

/** Starts WebKitGTK on a screen in memory: its browser has no headless mode. */
export async function launchWebKit(): Promise<WebKitSession> {
  const [driverPath = '', screenPath = ''] = demand('webkit');
  const processes: ChildProcess[] = [];
  const start = (path: string, args: string[], stdio: StdioOptions, env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(path, args, { stdio, env: { ...process.env, ...env } });
    processes.push(child);
    return child;
  };
  const stop = () => {
    process.off('exit', stop);
    for (const child of processes.reverse()) child.kill();
  };
  process.once('exit', stop);

  try {
    const display = await startScreen((args, stdio) => start(screenPath, args, stdio));
    const port = await freePort();
    start(driverPath, [`--port=${port}`], 'ignore', {
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      // Its sandbox needs rights that containers do not give.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    });
    const session = await openSession(`http://127.0.0.1:${port}`);
    return {
      call: (method, path, body) => call(session + path, method, body),
      close: () => call(session, 'DELETE').finally(stop),
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Xvfb picks a free display by itself and writes its number to the pipe. */
export async function startScreen(
  start: (args: string[], stdio: StdioOptions) => ChildProcess,
): Promise<string> {
  const child = start(
    ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    ['ignore', 'ignore', 'ignore', 'pipe'],
  );
  const exit = once(child, 'exit').then(() => Promise.reject(new Error('Xvfb did not start')));
  const number = once(child.stdio[3] as Readable, 'data').then(([data]) => String(data).trim());
  return `:${await Promise.race([number, exit])}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The driver takes a moment until it answers, so refused connections are tried again. */
async function openSession(driver: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await call(`${driver}/status`, 'GET');
      break;
    } catch (error) {
      if (attempt === 100) throw new Error('WebKitWebDriver does not answer', { cause: error });
      await sleep(100);
    }
  }
  // Who sends it to a page waits for what should be there, so the driver need not wait until it is loaded.
  const capabilities = { alwaysMatch: { pageLoadStrategy: 'none' } };
  const { sessionId } = (await call(`${driver}/session`, 'POST', { capabilities })) as { sessionId: string };
  return `${driver}/session/${sessionId}`;
}

/** One WebDriver command. */
async function call(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(60_000),
    ...(body && { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(`WebDriver ${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}
