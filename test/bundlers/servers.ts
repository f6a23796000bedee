import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

/** What a page of a fixture reports. */
export interface Report {
  step: string;
  ok: boolean;
  error?: string;
}

/** Takes the reports of pages of any origin. */
export class Reports implements AsyncDisposable {
  readonly #waiting: ((report: Report) => void)[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Reports> {
    const server = createServer();
    const reports = new Reports(server);
    server.on('request', (request, response) => {
      response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
      if (request.method !== 'POST') return;
      void bodyOf(request).then((body) => reports.#waiting.shift()?.(JSON.parse(body) as Report));
    });
    await listening(server);
    return reports;
  }

  get url(): string {
    return originOf(this.#server);
  }

  /** The next report that comes. */
  next(): Promise<Report> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closed(this.#server);
  }
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Serves a built fixture under a strict Content-Security-Policy, as an app that takes care does. */
export class Site implements AsyncDisposable {
  /** What the policy forbade, as browsers report it. */
  readonly violations: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(folder: string, reportUrl: string, scripts = ''): Promise<Site> {
    const policy = [
      "default-src 'none'",
      `script-src 'self' ${scripts}`,
      "worker-src 'self'",
      `connect-src 'self' ${reportUrl}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      'report-uri /violation',
    ].join('; ');
    const server = createServer();
    const site = new Site(server);
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site');
      if (pathname === '/violation') {
        site.violations.push(await bodyOf(request));
        response.writeHead(204).end();
        return;
      }
      const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
      const headers = {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': policy,
      };
      await readFile(path).then(
        (file) => response.writeHead(200, headers).end(file),
        () => response.writeHead(404, headers).end(),
      );
    };
    server.on('request', (request, response) => void answer(request, response));
    await listening(server);
    return site;
  }

  get url(): string {
    return originOf(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closed(this.#server);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function closed(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
