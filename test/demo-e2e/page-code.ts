/** What the tests read from a page, and do there. Each runs in the page by itself. */

/** Clicks the button or link of this text or name, where there is one that can be clicked. */
export function click(name: string): boolean {
  const button = [...document.querySelectorAll<HTMLButtonElement>('button, a, summary')].find(
    (one) => !one.disabled && (one.textContent.trim() === name || one.getAttribute('aria-label') === name),
  );
  button?.click();
  return button !== undefined;
}

/** The titles in the list, once the conversations that come with the viewer are all there. */
export function sampleTitles(): string[] | undefined {
  const titles = [...document.querySelectorAll('.thread-title')].map((title) => title.textContent);
  return titles.length === 7 && !document.querySelector('.import-panel') ? titles : undefined;
}

/** Whether the page's text contains this. */
export function says(text: string): boolean {
  return document.body.textContent.includes(text);
}

/** Writes into the composer as one does, and sends. */
export function send(text: string, script: string): boolean {
  const area = document.querySelector<HTMLTextAreaElement>('.composer-text');
  const select = document.querySelector<HTMLSelectElement>('.composer-script select');
  const form = area?.form;
  if (!area || !select || !form) return false;
  // React listens to the event, and knows what it has set itself.
  const set = (element: HTMLElement, value: string, type: string) => {
    Reflect.set(Object.getPrototypeOf(element), 'value', value, element);
    element.dispatchEvent(new Event(type, { bubbles: true }));
  };
  set(select, script, 'change');
  set(area, text, 'input');
  const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  if (!button || button.disabled) return false;
  button.click();
  return true;
}

/** Types into the field of this name, where there is one. */
export function type(name: string, text: string): boolean {
  const field = document.querySelector<HTMLInputElement>(`input[aria-label="${name}"]`);
  if (!field) return false;
  Reflect.set(Object.getPrototypeOf(field), 'value', text, field);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

/** Whether the viewer's files are kept, and this page is served from them. */
export async function isKept(): Promise<boolean> {
  await navigator.serviceWorker.ready;
  return navigator.serviceWorker.controller !== null;
}

/** Opens the thread whose row has this text; whether it is open, with its turns. */
export function openThread(text: string): boolean {
  const row = [...document.querySelectorAll<HTMLElement>('.thread-row')].find((one) =>
    one.textContent.includes(text),
  );
  if (row?.getAttribute('aria-current') === 'page') return document.querySelector('[data-turn]') !== null;
  row?.click();
  return false;
}

/** Whether what a button opens is open; if not, presses it. */
export function openBy(name: string, selector: string): boolean {
  if (document.querySelector(selector) !== null) return true;
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === name);
  button?.click();
  return false;
}
