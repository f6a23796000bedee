import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startScreen } from '../../environments/webkit-session.ts';
import { demand, program } from '../../environments/browsers.mjs';

/**
 * WebKitGTK's browser by itself, at this address, with a profile of its own: what its driver starts keeps all that it
 * stores in memory, and goes with the process that stores.
 * @returns its process
 */
export async function startMiniBrowser(url: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-profile-'));
  const [, screenPath = ''] = demand('webkit');
  const children: ReturnType<typeof spawn>[] = [];
  onTestFinished(async () => {
    for (const child of children.reverse()) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.kill('SIGKILL')) await ended;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  const display = await startScreen((args, stdio) => {
    const screen = spawn(screenPath, args, { stdio });
    children.push(screen);
    return screen;
  });
  const env = {
    ...process.env,
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    HOME: folder,
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    // Else it would open a window of one that runs already.
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    // Its sandbox needs rights that containers do not give.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  };
  const browser = spawn(miniBrowser(), [url], { env, stdio: 'ignore' });
  children.push(browser);
  if (browser.pid === undefined) throw new Error('MiniBrowser did not start');
  return browser.pid;
}

/** The program lies beside the library, where its driver looks for it. */
function miniBrowser(): string {
  const folders = readdirSync('/usr/lib').flatMap((triplet) =>
    ['4.1', '4.0'].map((version) => `/usr/lib/${triplet}/webkit2gtk-${version}/MiniBrowser`),
  );
  const found = program(...folders);
  if (found === undefined) throw new Error('MiniBrowser is not on this machine, though its driver is');
  return found;
}
