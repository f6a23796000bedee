import { inBrowsers } from './drivers/browsers.ts';
import { history } from './history.ts';
import { live } from './live.ts';
import { offline, updates } from './offline.ts';
import { reading } from './reading.ts';
import { threads } from './threads.ts';

inBrowsers((browser) => {
  history(browser);
  live(browser);
  reading(browser);
  threads(browser);
  offline(browser);
  if (browser.name !== 'webkit') updates(browser);
});
