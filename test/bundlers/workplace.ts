import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Fixture, overrides } from './fixtures.ts';

const here = import.meta.dirname;
const root = join(here, '../..');
const execute = promisify(execFile);

/** A folder for the packed package and the installed fixtures. */
export class Workplace implements AsyncDisposable {
  readonly #folder: string;
  readonly #tarball: string;
  /** Folders of fixtures that are installed: a development server uses the one of its build. */
  readonly #installed = new Map<string, Promise<string>>();

  private constructor(folder: string, tarball: string) {
    this.#folder = folder;
    this.#tarball = tarball;
  }

  /** Builds and packs the package. */
  static async open(): Promise<Workplace> {
    const folder = await mkdtemp(join(tmpdir(), 'idb-thread-store-bundlers-'));
    // Packing builds it first.
    await execute('npm', ['pack', '--pack-destination', folder], { cwd: root });
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    return new Workplace(folder, join(folder, tarball));
  }

  /** What `npm install` takes for the packed package. */
  get packed(): string {
    return this.#tarball;
  }

  /** An empty folder. */
  async emptyFolder(name: string): Promise<string> {
    const folder = join(this.#folder, name);
    await mkdir(folder);
    return folder;
  }

  /** Installs a fixture; gives its folder. */
  install({ name, folder = name, packages, usesEntries = false }: Fixture): Promise<string> {
    const installed = this.#installed.get(folder) ?? this.#install(folder, packages, usesEntries);
    this.#installed.set(folder, installed);
    return installed;
  }

  async #install(name: string, packages: Record<string, string>, usesEntries: boolean): Promise<string> {
    const folder = join(this.#folder, name);
    await mkdir(folder);
    await cp(join(here, 'app'), folder, { recursive: true });
    if (usesEntries) await cp(join(here, 'entries'), folder, { recursive: true });
    await cp(join(here, 'fixtures', name), folder, { recursive: true });
    const dependencies = { ...packages, 'idb-thread-store': `file:${this.#tarball}` };
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'fixture', private: true, type: 'module', dependencies, overrides }),
    );
    await execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs a command of a fixture to its end. */
export async function build(folder: string, command: string[]): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  await execute('npx', ['--no-install', ...command], { cwd: folder, env });
}

/** Starts a development server, and gives the address that it prints. */
export async function serve(folder: string, command: string[]): Promise<{ url: string } & AsyncDisposable> {
  const env = { ...process.env, NODE_ENV: 'development', NO_COLOR: '1' };
  // In a process group of its own: npx starts others.
  const child = spawn('npx', ['--no-install', ...command], { cwd: folder, env, detached: true });
  const stop = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
  };
  process.once('exit', stop);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      printed += String(text);
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`${command.join(' ')} ended: ${printed}`)));
  });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', stop);
      stop();
    },
  };
}
