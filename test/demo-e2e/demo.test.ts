import { inBrowsers } from './drivers/browsers.ts';
import { offline, updates } from './offline.ts';

inBrowsers((browser) => {
  offline(browser);
  if (browser.name !== 'webkit') updates(browser);
});
