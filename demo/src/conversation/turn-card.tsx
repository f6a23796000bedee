import { memo } from 'react';
import { isItemOf, type StoredTurn, type ThreadItem } from 'idb-thread-store';
import { Item } from '../items/item.tsx';
import { PlaceContext } from '../state/remembered.ts';
import { Failure } from '../store/failure.tsx';
import { turnHref } from '../routing/use-route.ts';
import { CopyButton } from '../text/copy-button.tsx';
import { formatCount } from '../text/format.ts';
import type { OpenTurn } from './open-turns.ts';
import { TurnMeta } from './turn-meta.tsx';
import { TurnStatus } from './turn-status.tsx';

interface TurnCardProps {
  threadId: string;
  turn: StoredTurn;
  /** Its items, when it is open. */
  open: OpenTurn | undefined;
  onToggle: (turn: StoredTurn, bar: HTMLElement) => void;
  onLoadMore: (turnId: string) => void;
  /** Unix milliseconds. */
  now: number;
}

/** One turn: what was asked, the steps on demand, and what was answered. */
export const TurnCard = memo(function TurnCard({
  threadId,
  turn,
  open,
  onToggle,
  onLoadMore,
  now,
}: TurnCardProps) {
  const shown = shownItems(turn, open);
  const [lead, ...others] = shown.items;
  const asked = lead !== undefined && isItemOf(lead, 'userMessage') ? lead : undefined;
  const rest = asked === undefined ? shown.items : others;
  const steps = turn.itemCount - turn.items.length;

  return (
    <PlaceContext value={turn.turnId}>
      <TurnMeta threadId={threadId} turn={turn} now={now} />
      <div className="turn-body">
        {asked !== undefined && <Item item={asked} />}
        {steps > 0 && (
          <div className="steps-bar">
            <button
              type="button"
              aria-expanded={open !== undefined}
              aria-busy={open?.loading}
              onClick={(event) => onToggle(turn, event.currentTarget)}
            >
              <span className="chevron" aria-hidden="true" />
              {formatCount(steps, 'step')}
            </button>
          </div>
        )}
        {rest.map((item) => (
          <Item key={item.id} item={item} />
        ))}
        {open?.error !== undefined && (
          <Failure
            title="The steps could not be read"
            error={open.error}
            onRetry={() => onLoadMore(turn.turnId)}
          />
        )}
        {open !== undefined && open.items.length > 0 && !open.complete && open.error === undefined && (
          <button
            type="button"
            className="button more"
            disabled={open.loading}
            onClick={() => onLoadMore(turn.turnId)}
          >
            {open.loading
              ? 'Reading…'
              : `Show more of ${formatCount(turn.itemCount - open.items.length, 'further item')}`}
          </button>
        )}
        {shown.answer !== undefined && <Item item={shown.answer} />}
        <TurnStatus turn={turn} />
        <TurnCopies threadId={threadId} turn={turn} />
      </div>
    </PlaceContext>
  );
});

/** Takes a turn's answer, or the way to the turn, elsewhere. */
function TurnCopies({ threadId, turn }: { threadId: string; turn: StoredTurn }) {
  const answer = turn.items.findLast((item) => isItemOf(item, 'agentMessage'));
  return (
    <div className="turn-copies">
      {answer !== undefined && <CopyButton text={() => answer.text} label="Copy answer" word="Copy" />}
      <CopyButton
        text={() => new URL(turnHref(threadId, turn.ordinal), location.href).href}
        label="Copy link"
      />
    </div>
  );
}

/** What a turn shows: its summary; or the items that were read, and the answer below where it is not yet among them. */
function shownItems(
  turn: StoredTurn,
  open: OpenTurn | undefined,
): { items: ThreadItem[]; answer?: ThreadItem } {
  if (open === undefined || open.items.length === 0) return { items: turn.items };
  const items = open.items.map((stored) => stored.item);
  const answer = turn.items.at(-1);
  if (open.complete || answer === undefined || items.some((item) => item.id === answer.id)) return { items };
  return { items, answer };
}
