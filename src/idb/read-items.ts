import type { StoredThreadItem } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import { ItemReader } from './item-reader.ts';
import { result } from './requests.ts';
import type { StoredTurnRow, ThreadPlace } from './schema.ts';
import { soundTurn } from './sound-rows.ts';

/** Some items of one turn, in a transaction over `turns`, `packs` and `payloads`; large ones only where asked for. */
export async function readItems(
  transaction: IDBTransaction,
  keyRange: typeof IDBKeyRange,
  thread: ThreadPlace,
  { turnId, itemIds }: CheckedRequest<'readItems'>,
): Promise<StoredThreadItem[]> {
  const turns = transaction.objectStore('turns').index('byId');
  const turn = await result<StoredTurnRow | undefined>(turns.get([thread.rows, turnId]));
  if (!turn) return [];
  const reader = new ItemReader(transaction, keyRange, thread.rows);
  const wanted = new Set(itemIds);
  const packs = await reader.packs(soundTurn(turn).ranges);
  return reader.stored(
    packs.flatMap((pack) =>
      pack.items.filter(({ itemId }) => wanted.has(itemId)).map((row) => ({ row, pack })),
    ),
  );
}
