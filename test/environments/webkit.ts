import { pageProvider, type Browser } from './page-provider.ts';
import { launchWebKit } from './webkit-session.ts';

/** WebKitGTK over plain WebDriver: Playwright can only drive a build of its own. */
export const webkit = () => pageProvider('webkit', openWindow);

export async function openWindow(): Promise<Browser> {
  const { call, close } = await launchWebKit();
  return { goto: (url) => call('POST', '/url', { url }), close };
}
