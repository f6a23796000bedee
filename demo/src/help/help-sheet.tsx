import { Fragment, useEffect, useRef } from 'react';

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const command = isApple ? '⌘' : 'Ctrl';

/** What the keys do, by where they do it. */
const sections: [title: string, keys: [keys: string[], what: string][]][] = [
  [
    'Anywhere',
    [
      [['?'], 'This sheet'],
      [['F6'], 'From the list to the conversation, and back'],
      [['Esc'], 'Back to the list'],
    ],
  ],
  [
    'List',
    [
      [['↑', '↓'], 'Move'],
      [['J', 'K'], 'Move, and open'],
      [['Enter'], 'Open'],
      [['S'], 'Search titles; Enter opens the first'],
      [['R'], 'Rename'],
      [['E'], 'Archive, or take back'],
      [['Del'], 'Delete'],
      [[`${command} Z`], 'Undo that'],
    ],
  ],
  [
    'Conversation',
    [
      [['/', `${command} F`], 'Find in it'],
      [['Enter', '⇧ Enter'], 'Next find, and the one before'],
      [['N', 'P'], 'Next turn, and the one before'],
      [['O'], 'Open the turn, or close it'],
      [['Home', 'End'], 'First and newest turn'],
    ],
  ],
];

/** All that the keyboard does. */
export function HelpSheet({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      {sections.map(([title, keys]) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([names, what]) => (
              <Fragment key={what}>
                <dt>
                  {names.map((name) => (
                    <kbd key={name}>{name}</kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
      <form method="dialog" className="dialog-buttons">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
