import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { useThreadActions } from './thread-actions.tsx';

interface ThreadMenuProps {
  thread: StoredThread;
  /** Whether Tab reaches the button. */
  reachable?: boolean;
}

/** A button that opens what one can do with a thread. */
export function ThreadMenu({ thread, reachable = true }: ThreadMenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      <button
        ref={button}
        type="button"
        className="menu-button"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        tabIndex={reachable ? 0 : -1}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      {open && <Menu id={id} thread={thread} button={button} onClose={() => setOpen(false)} />}
    </>
  );
}

interface MenuProps {
  id: string;
  thread: StoredThread;
  button: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}

function Menu({ id, thread, button, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const { rename, save, toggleArchived, remove } = useThreadActions();

  useEffect(() => {
    const box = button.current?.getBoundingClientRect();
    const { current } = menu;
    if (box === undefined || current === null) return;
    // In the top layer, where no scrolling pane cuts it off.
    current.showPopover();
    const below = box.bottom + current.offsetHeight + 8 < innerHeight;
    current.style.top = `${below ? box.bottom + 4 : box.top - current.offsetHeight - 4}px`;
    current.style.left = `${Math.max(8, Math.min(box.right - current.offsetWidth, innerWidth - current.offsetWidth - 8))}px`;
    current.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [button]);

  const close = () => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = items.findIndex((item) => item === document.activeElement);
    const step: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const next = step[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (next === undefined) return;
    else items.at(next % items.length)?.focus();
    event.preventDefault();
  };
  const item = (
    word: string,
    key: string | undefined,
    run: (thread: StoredThread) => void,
    danger = false,
  ) => (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={danger ? 'is-danger' : undefined}
      onClick={() => {
        close();
        run(thread);
      }}
    >
      {word} {key !== undefined && <kbd aria-hidden="true">{key}</kbd>}
    </button>
  );
  return (
    <div
      ref={menu}
      id={id}
      className="menu"
      role="menu"
      aria-label="Conversation"
      tabIndex={-1}
      popover="auto"
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose();
      }}
    >
      {item('Rename…', 'R', rename)}
      {item('Export', undefined, save)}
      {item(thread.archivedAt === undefined ? 'Archive' : 'Take back', 'E', toggleArchived)}
      {item('Delete', 'Del', remove, true)}
    </div>
  );
}
