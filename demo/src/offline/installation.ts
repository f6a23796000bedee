import { Snapshot } from '../state/snapshot.ts';

/** Chromium's event: the browser offers to install the page as an app. */
interface InstallOffer extends Event {
  prompt: () => Promise<unknown>;
}

/** The browser's offer to install the viewer, while there is one. */
export const installOffer = new Snapshot<InstallOffer | undefined>(undefined);

/** Takes the browser's offers, instead of the browser's own bar. */
export function watchInstallOffers(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    if (isOffer(event)) installOffer.set(event);
  });
  addEventListener('appinstalled', () => installOffer.set(undefined));
}

function isOffer(event: Event): event is InstallOffer {
  return 'prompt' in event;
}
