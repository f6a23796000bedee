import type { ListEnd } from 'idb-thread-store/react';

interface JumpsProps {
  /** Which of the thread's ends are in sight. */
  inSight: Record<ListEnd, boolean>;
  onJump: (to: ListEnd) => void;
}

/** The ways to a thread's ends; gone where all of it is in sight. */
export function Jumps({ inSight, onJump }: JumpsProps) {
  if (inSight.oldest && inSight.newest) return null;
  return (
    <div className="jumps" role="group" aria-label="Go to">
      <JumpButton sign="↑" word="Start" done={inSight.oldest} onJump={() => onJump('oldest')} />
      <JumpButton sign="↓" word="Newest" done={inSight.newest} onJump={() => onJump('newest')} />
    </div>
  );
}

interface JumpButtonProps {
  sign: string;
  word: string;
  /** Whether one is there already. The button keeps the focus then, so it is not disabled. */
  done: boolean;
  onJump: () => void;
}

function JumpButton({ sign, word, done, onJump }: JumpButtonProps) {
  return (
    <button type="button" aria-disabled={done} onClick={done ? undefined : onJump}>
      <span aria-hidden="true">{sign}</span> <span className="jumps-word">{word}</span>
    </button>
  );
}
