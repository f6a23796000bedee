import fc from 'fast-check';
import type { RolloutItem } from 'idb-thread-store';
import { RolloutBuilder } from '../../../src/testing/rollout-builder.ts';

/** What happens next in a thread that is written. Numbers name turns and items, of which there are few. */
export type LineAct =
  | { act: 'start' | 'complete' | 'abort' | 'fail' | 'user' | 'agent' | 'final'; turn: number }
  | { act: 'command'; turn: number; item: number; kilobytes: number }
  | { act: 'rollBack'; turns: number }
  | { act: 'reasoning' | 'compacted' | 'tokens' | 'context' | 'unknown' | 'transient' }
  | { act: 'bad' };

const turn = fc.nat(5);

/** Lines for one append: mostly a few, which may refer to turns of long ago. */
export const lineActs: fc.Arbitrary<LineAct[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<LineAct>[]>(
    { weight: 6, arbitrary: fc.record({ act: fc.constantFrom('start', 'user', 'agent', 'final'), turn }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('complete', 'abort', 'fail'), turn }) },
    {
      weight: 5,
      arbitrary: fc.record({
        act: fc.constant('command'),
        turn,
        item: fc.nat(4),
        kilobytes: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constantFrom(20, 70, 300)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ act: fc.constant('rollBack'), turns: fc.integer({ min: 0, max: 4 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constantFrom('reasoning', 'compacted', 'tokens', 'context', 'unknown', 'transient'),
      }),
    },
  ),
  { maxLength: 7 },
);

/** Makes the lines of one thread, as both stores are to take them. */
export class LineMaker {
  readonly #lines: RolloutBuilder;
  #taken = 1;

  constructor(historyMode: 'legacy' | 'paginated', threadId: string) {
    this.#lines =
      historyMode === 'legacy' ? RolloutBuilder.legacy({ threadId }) : RolloutBuilder.paginated({ threadId });
  }

  /** The items for the next append. */
  make(acts: readonly LineAct[]): RolloutItem[] {
    for (const act of acts) this.#add(act);
    const items = this.#lines.lines.slice(this.#taken).map((line) => JSON.parse(line) as RolloutItem);
    this.#taken += items.length;
    return items;
  }

  #add(act: LineAct): void {
    const lines = this.#lines;
    switch (act.act) {
      case 'start':
        lines.startTurn(`turn-${act.turn}`);
        break;
      case 'complete':
        lines.completeTurn(`turn-${act.turn}`);
        break;
      case 'fail':
        lines.completeTurn(`turn-${act.turn}`, 'it broke');
        break;
      case 'abort':
        lines.abortTurn(`turn-${act.turn}`);
        break;
      case 'user':
        lines.user(`turn-${act.turn}`, `question in ${act.turn}`);
        break;
      case 'agent':
        lines.agent(`turn-${act.turn}`, `text in ${act.turn}`);
        break;
      case 'final':
        lines.agent(`turn-${act.turn}`, `answer in ${act.turn}`, 'final_answer');
        break;
      case 'command':
        lines.command(`turn-${act.turn}`, `call-${act.item}`, 'x'.repeat(act.kilobytes * 1024 + act.item));
        break;
      case 'rollBack':
        lines.rollBack(act.turns);
        break;
      case 'reasoning':
        lines.event('agent_reasoning', { text: 'thinking' });
        break;
      case 'compacted':
        lines.line('compacted', { message: 'short' });
        break;
      case 'tokens':
        lines.event('token_count', { info: { total_token_usage: { total_tokens: lines.nextOrdinal } } });
        break;
      case 'context':
        lines.line('turn_context', {
          cwd: '/elsewhere',
          approval_policy: 'never',
          sandbox_policy: { type: 'x' },
          model: `model-${lines.lines.length % 3}`,
          summary: 'auto',
        });
        break;
      case 'unknown':
        lines.line('future_line', { text: 'kept' });
        break;
      case 'transient':
        lines.event('agent_message_delta', { delta: 'gone' });
        break;
      case 'bad':
        lines.event('task_started');
        break;
    }
  }
}
