import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { type ScriptName, scripts } from './scripts.ts';

interface ComposerProps {
  /** Lets the assistant answer. Gives whether the message was stored; else it stays to be sent again. */
  onSend: (text: string, script: ScriptName) => Promise<boolean>;
  /** There while an answer is being written: ends it. */
  onStop?: (() => void) | undefined;
  /** Whether it takes the focus when it appears. */
  focus?: boolean;
  /** What stands beside the buttons. */
  children?: ReactNode;
}

/** Writes to the scripted assistant, which does what was chosen. */
export function Composer({ onSend, onStop, focus = false, children }: ComposerProps) {
  const [text, setText] = useState('');
  const [script, setScript] = useState<ScriptName>('works');
  const [isSending, setSending] = useState(false);
  const hint = useId();
  const mayWrite = onStop === undefined && !isSending;

  const send = async () => {
    if (!mayWrite || text.trim() === '') return;
    setSending(true);
    if (await onSend(text, script)) setText('');
    setSending(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // An Enter that ends the writing of a word in an input method is not one.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };

  return (
    <form
      className="composer"
      aria-label="Message"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        className="composer-text"
        aria-label="Message to the scripted assistant"
        aria-describedby={hint}
        placeholder="Ask the scripted assistant anything"
        rows={2}
        dir="auto"
        autoFocus={focus}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-line">
        <label className="composer-script">
          It
          <select value={script} onChange={(event) => setScript(scriptNamed(event.target.value))}>
            {Object.entries(scripts).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {children}
        {onStop === undefined ? (
          <button type="submit" className="button" disabled={!mayWrite || text.trim() === ''}>
            Send
          </button>
        ) : (
          <button type="button" className="button" onClick={onStop}>
            Stop
          </button>
        )}
      </div>
      <p id={hint} className="composer-hint">
        Plays a script in this browser, without a network. Enter sends.
      </p>
    </form>
  );
}

function scriptNamed(name: string): ScriptName {
  return name in scripts ? (name as ScriptName) : 'works';
}
