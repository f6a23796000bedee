/** Whether a keyboard event is meant for the page: not while one types or a dialog or menu is open. */
export function isForPage({ defaultPrevented, target }: KeyboardEvent): boolean {
  const own = 'input, textarea, select, dialog, [popover], [role="slider"]';
  return !defaultPrevented && !(target instanceof Element && target.closest(own));
}

/** The key of a keyboard event, in lower case, where it is meant for the page and comes without modifiers. */
export function plainKey(event: KeyboardEvent): string | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey || !isForPage(event)) return undefined;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}
