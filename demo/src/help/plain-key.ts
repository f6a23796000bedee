/**
 * The key of a keyboard event, in lower case, where it is meant for the page: without modifiers, and not while one types
 * or a dialog or menu is open.
 */
export function plainKey(event: KeyboardEvent): string | undefined {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const { target } = event;
  if (
    target instanceof Element &&
    target.closest('input, textarea, select, dialog, [popover], [role="slider"]')
  )
    return undefined;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}
