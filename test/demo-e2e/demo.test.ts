import { inBrowsers } from './drivers/browsers.ts';
import { files } from './files.ts';
import { history } from './history.ts';
import { items } from './items.ts';
import { live } from './live.ts';
import { offline, updates } from './offline.ts';
import { reading } from './reading.ts';
import { states } from './states.ts';
import { threads } from './threads.ts';

inBrowsers((browser) => {
  history(browser);
  files(browser);
  items(browser);
  live(browser);
  reading(browser);
  states(browser);
  threads(browser);
  offline(browser);
  if (browser.name !== 'webkit') updates(browser);
});
