import { inBrowsers } from './drivers/browsers.ts';
import { history } from './history.ts';
import { live } from './live.ts';
import { offline, updates } from './offline.ts';
import { reading } from './reading.ts';

inBrowsers((browser) => {
  history(browser);
  live(browser);
  reading(browser);
  offline(browser);
  if (browser.name !== 'webkit') updates(browser);
});
