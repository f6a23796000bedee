import { useEffect, useState } from 'react';

interface CopyButtonProps {
  /** Makes the text, when it is asked for. */
  text: () => string;
  /** What is copied: `Copy code`. */
  label: string;
  /** What the button says; the label where absent. */
  word?: string;
}

const answers = { copied: 'Copied', denied: 'Not allowed' };

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ text, label, word = label }: CopyButtonProps) {
  const [answer, setAnswer] = useState<keyof typeof answers>();

  useEffect(() => {
    if (answer === undefined) return undefined;
    const timer = setTimeout(() => setAnswer(undefined), 1600);
    return () => clearTimeout(timer);
  }, [answer]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setAnswer('copied');
    } catch {
      // No permission, or a page without a secure origin, where there is no clipboard at all.
      setAnswer('denied');
    }
  };
  return (
    <button type="button" className="copy" aria-label={label} onClick={() => void copy()}>
      <span aria-live="polite">{answer === undefined ? word : answers[answer]}</span>
    </button>
  );
}
