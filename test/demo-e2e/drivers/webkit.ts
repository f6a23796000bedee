import { launchWebKit as launchSession } from '../../environments/webkit-session.ts';
import { inPage } from './chromium.ts';
import type { Driver, PageCode, Tab } from './driver.ts';

/** What WebDriver calls an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** WebKitGTK over WebDriver. Its commands go to the window that was switched to last, so they take turns. */
export async function launchWebKit(): Promise<Driver> {
  const { call, close } = await launchSession();
  let turn: Promise<unknown> = Promise.resolve();
  const inWindow = <Result>(handle: string, work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(async () => {
      await call('POST', '/window', { handle });
      return work();
    });
    turn = result.catch(() => undefined);
    return result;
  };
  await call('POST', '/timeouts', { script: 60_000 });
  // It stays open: a command needs a window, also the one that opens another.
  const first = String(await call('GET', '/window'));
  return {
    async newTab(): Promise<Tab> {
      const { handle } = (await inWindow(first, () => call('POST', '/window/new', { type: 'window' }))) as {
        handle: string;
      };
      return {
        goto: (url) => inWindow(handle, async () => void (await call('POST', '/url', { url }))),
        run: <Args extends readonly unknown[], Result>(code: PageCode<Args, Result>, ...args: Args) =>
          inWindow(handle, async () => {
            const script = `const done = arguments[0];
              Promise.resolve(${inPage(code, args)}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
            const answer = (await call('POST', '/execute/async', { script, args: [] })) as {
              value?: Result;
              error?: string;
            };
            if (answer.error !== undefined) throw new Error(answer.error);
            return answer.value as Result;
          }),
        choose: (selector, paths) =>
          inWindow(handle, async () => {
            const found = (await call('POST', '/element', {
              using: 'css selector',
              value: selector,
            })) as Record<string, string>;
            await call('POST', `/element/${found[ELEMENT]}/value`, { text: paths.join('\n') });
          }),
        close: () => inWindow(handle, async () => void (await call('DELETE', '/window'))),
      };
    },
    close: async () => void (await close()),
  };
}
