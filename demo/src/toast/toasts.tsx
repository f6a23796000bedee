import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { isForPage } from '../help/plain-key.ts';

/** A short note that goes away by itself. */
export interface Toast {
  text: string;
  /** What one can do about it, while it is there. */
  action?: { word: string; run: () => void };
}

/** How long a note stays: long enough to read it and to reach its button. */
export const toastMs = 7000;

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Shows a note at the page's edge. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

/** Shows the notes of what is inside. The keys for undoing do what the newest of them offers. */
export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Toast & { id: number })[]>([]);
  const dismiss = useCallback((id: number) => {
    setToasts((before) => before.filter((toast) => toast.id !== id));
  }, []);
  const show = useCallback(
    (toast: Toast) => {
      const id = performance.now();
      setToasts((before) => [...before.slice(-2), { ...toast, id }]);
      setTimeout(() => dismiss(id), toastMs);
    },
    [dismiss],
  );
  useEffect(() => {
    const undoable = toasts.findLast(({ action }) => action !== undefined);
    if (undoable === undefined) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z';
      if (!isUndo || !isForPage(event)) return;
      event.preventDefault();
      undoable.action?.run();
      dismiss(undoable.id);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [toasts, dismiss]);

  const shown = useMemo(
    () =>
      toasts.map(({ id, text, action }) => (
        <li key={id}>
          <span dir="auto">{text}</span>
          {action !== undefined && (
            <button
              type="button"
              className="button is-plain"
              onClick={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.word}
            </button>
          )}
        </li>
      )),
    [toasts, dismiss],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status">
        <ul>{shown}</ul>
      </div>
    </ToastContext>
  );
}
