import fc from 'fast-check';
import { builtId, EPOCH, RolloutBuilder, type BuiltFile } from '../../../src/testing/rollout-builder.ts';

const HOUR = 3_600_000;

/** What happens next in a random rollout. Numbers choose among the turns that are there. */
type Act =
  | { act: 'turn'; answers: number; end: 'completed' | 'interrupted' | 'open' }
  | { act: 'item'; turn: number; kilobytes: number }
  | { act: 'again'; turn: number; item: number }
  | { act: 'answer' | 'end' | 'fail' | 'restart' | 'orphan'; turn: number }
  | { act: 'rollBack'; turns: number }
  | { act: 'filler'; kilobytes: number }
  | { act: 'bad' };

const turn = fc.nat(9);

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('turn'),
      answers: fc.nat(3),
      end: fc.constantFrom('completed', 'interrupted', 'open'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('item'),
      turn,
      kilobytes: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constantFrom(20, 70, 300)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('again'), turn, item: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('answer', 'end', 'fail', 'restart', 'orphan'), turn }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('rollBack'), turns: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('filler'), kilobytes: fc.constantFrom(10, 300) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('bad') }) },
);

/** A rollout of a random family: of its own, or one that goes on from an earlier one of the family. */
interface Plan {
  kind: 'legacy' | 'paginated' | 'fork' | 'revert';
  /** Chooses the earlier rollout, and the place in it. */
  of: number;
  cut: number;
  archived: boolean;
  acts: Act[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('legacy', 'paginated', 'fork', 'revert'),
  of: fc.nat(9),
  cut: fc.nat(40),
  archived: fc.boolean(),
  acts: fc.array(act, { maxLength: 14 }),
});

/** Rollouts that belong together: threads, forks of them, forks of forks, and reverted ones. */
export interface Family {
  files: BuiltFile[];
  threadIds: string[];
}

/** A random family of up to four rollouts. */
export const family: fc.Arbitrary<Family> = fc
  .array(plan, { minLength: 1, maxLength: 4 })
  .map((plans) => build(plans))
  // What a failure prints: the lines' beginnings are enough to see what happens.
  .map((built) => Object.assign(built, { [fc.toStringMethod]: () => describeFamily(built) }));

function build(plans: Plan[]): Family {
  const rollouts: RolloutBuilder[] = [];
  for (const [index, { kind, of, cut, archived, acts }] of plans.entries()) {
    const paginated = rollouts.filter(({ format }) => format === 'paginated');
    const base = paginated[of % Math.max(paginated.length, 1)];
    // Threads may have begun at the same time; the files of one thread have not.
    const startedAt = EPOCH + (index % 2) * HOUR;
    const options = { threadId: builtId(index + 1), startedAt, archived };
    if (base && kind === 'fork') rollouts.push(fill(goOn(base, cut, options), acts, index));
    else if (base && kind === 'revert') {
      // A thread goes on from its newest file, and is archived as a whole.
      const current = rollouts.findLast(({ threadId }) => threadId === base.threadId) ?? base;
      rollouts.push(
        fill(
          current.revert(ordinalIn(current, cut), {
            segmentId: builtId(100 + index),
            startedAt: EPOCH + (10 + index) * HOUR,
          }),
          acts,
          index,
        ),
      );
    } else {
      const own = kind === 'legacy' ? RolloutBuilder.legacy(options) : RolloutBuilder.paginated(options);
      rollouts.push(fill(own, acts, index));
    }
  }
  return {
    files: rollouts.map(({ file }) => file),
    threadIds: [...new Set(rollouts.map(({ threadId }) => threadId))],
  };
}

function goOn(
  base: RolloutBuilder,
  cut: number,
  options: { threadId: string; startedAt: number; archived: boolean },
): RolloutBuilder {
  const endOrdinalExclusive = ordinalIn(base, cut);
  return base.fork({ ...options, base: { rolloutId: base.rolloutId, endOrdinalExclusive } });
}

/** An ordinal of a line of this rollout. */
function ordinalIn(rollout: RolloutBuilder, cut: number): number {
  const { ordinal } = JSON.parse(rollout.lines[0] ?? '{}') as { ordinal: number };
  return ordinal + 1 + (cut % (rollout.nextOrdinal - ordinal));
}

function fill(rollout: RolloutBuilder, acts: Act[], index: number): RolloutBuilder {
  const turns: string[] = [];
  let items = 0;
  const chosen = (n: number) => turns[n % Math.max(turns.length, 1)] ?? `nowhere-${index}`;
  for (const next of acts) {
    switch (next.act) {
      case 'turn': {
        const id = `turn-${index}-${turns.length}`;
        turns.push(id);
        rollout.turn({
          id,
          agent: Array.from({ length: next.answers }, (_, n) => `${n} ${id}`),
          end: next.end,
        });
        break;
      }
      case 'item':
        rollout.command(chosen(next.turn), `call-${index}-${items++}`, 'x'.repeat(next.kilobytes * 1024));
        break;
      case 'again':
        rollout.command(chosen(next.turn), `call-${index}-${next.item}`, 'again');
        break;
      case 'answer':
        rollout.agent(chosen(next.turn), 'late answer', 'final_answer');
        break;
      case 'end':
        rollout.completeTurn(chosen(next.turn));
        break;
      case 'fail':
        rollout.completeTurn(chosen(next.turn), 'it broke');
        break;
      case 'restart':
        rollout.startTurn(chosen(next.turn));
        break;
      case 'orphan':
        rollout.command(`unknown-${next.turn}`, `call-${index}-${items++}`, 'orphan');
        break;
      case 'rollBack':
        if (rollout.format === 'legacy') rollout.rollBack(next.turns);
        break;
      case 'filler':
        rollout.line('future_line', { text: 'y'.repeat(next.kilobytes * 1024) });
        break;
      case 'bad':
        rollout.raw('{"bad');
        break;
    }
  }
  return rollout;
}

function describeFamily({ files }: Family): string {
  return files
    .map(({ name, data }) => {
      const lines = data.split('\n');
      return `${name}\n${lines.map((line) => `  ${line.slice(0, 300)}`).join('\n')}`;
    })
    .join('\n');
}
