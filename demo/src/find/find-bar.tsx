import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useSnapshot } from '../state/snapshot.ts';
import { formatCount } from '../text/format.ts';
import type { Findings, ThreadFinder } from './thread-finder.ts';

interface FindBarProps {
  finder: ThreadFinder;
  /** How many turns the thread has. */
  turnCount: number;
  /** Rises whenever the bar is asked for anew. */
  asked: number;
  onClose: () => void;
}

/** What one types is looked for once the hands rest this long. */
const restMs = 160;

/** Finds a text in the thread that is open, and steps through what was found. */
export function FindBar({ finder, turnCount, asked, onClose }: FindBarProps) {
  const findings = useSnapshot(finder.snapshot);
  const input = useRef<HTMLInputElement>(null);
  const [term, setTerm] = useState('');

  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, [asked]);

  useEffect(() => {
    const timer = setTimeout(() => void finder.find(term), term === '' ? 0 : restMs);
    return () => clearTimeout(timer);
  }, [finder, term]);

  useEffect(() => finder.close, [finder]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') finder.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const searching = term !== '' && !findings.complete;
  return (
    <search className="find-bar" aria-label="Find in this conversation">
      <input
        ref={input}
        type="search"
        className="field"
        aria-label="Find"
        placeholder="Find in this conversation"
        value={term}
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTerm(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="find-count" role="status">
        {describe(findings, turnCount)}
      </p>
      {searching && (
        <progress
          className="find-progress"
          aria-label="Turns looked through"
          value={findings.turns}
          max={Math.max(1, turnCount)}
        />
      )}
      <div className="find-steps" role="group" aria-label="Finds">
        <button
          type="button"
          className="button is-plain"
          aria-label="Previous find"
          aria-disabled={findings.hits.length === 0}
          onClick={() => finder.step(-1)}
        >
          ↑
        </button>
        <button
          type="button"
          className="button is-plain"
          aria-label="Next find"
          aria-disabled={findings.hits.length === 0}
          onClick={() => finder.step(1)}
        >
          ↓
        </button>
        <button type="button" className="button is-plain" aria-label="Close the search" onClick={onClose}>
          ✕
        </button>
      </div>
    </search>
  );
}

function describe({ term, hits, current, turns, complete, error }: Findings, turnCount: number): string {
  if (term.trim() === '') return '';
  if (error !== undefined) return `It ended early: ${error}`;
  const searched = complete ? '' : ` in ${turns} of ${formatCount(turnCount, 'turn')}`;
  if (hits.length === 0) return complete ? 'Not found' : `Nothing yet${searched}`;
  return `${current + 1} of ${hits.length}${searched}`;
}
