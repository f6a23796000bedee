import { describe, expect } from 'vitest';
import { allTurns, turnIdsOf } from './pages.ts';
import { builtId, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** A legacy rollout of thread `builtId(1)` with the turns turn-1 and turn-2, as zstd. */
export const ZSTD =
  'KLUv/WSrBB0LAMaSOBlQ1wPbuZUAg5+u3AfdmckR00jFH8bOFAkwLwAxADEA0/COHdH2YkfTWt3EWuiZ/5LVUowfd+zHutxCP+5OGNHdMXxQoMOOjV0z479obi9Xs7iFdqJRDOL+JqkF1XldK1ULdexr86x0ote20A9NDFfXcgUHudCGM8vg7j64Iw4D97F2QFcSCBdlMWLnKQdZrxZ9vjNjWeGZJ3zJXH97CHxfV5C9PqKbvZi0PrJXCx37oU0DGbgoUHF3nOfVohaSFj6/hV0WSqQ1K5XwpO5zuM5cf5pIINmgWprxa1nHnybGf8k1IKBEZorMAxTBAjsn4UsHJTYnCXn0xEhKAA+nBGV0SDoWIDbmxa0e8glcJ02ek4hbTixxLD4boSz430rAT53JACEWJpy2FwykNi8MkALwhSBLWgEmC3IdMpgACx+37joIcsl4Je82vkBky8wn7yqgCXbX5r5Sdh0YdBYpYJiXIS6p';

/** The same in two frames, as tools write them that compress in parallel or append. */
const ZSTD_OF_TWO_FRAMES =
  'KLUv/QRopQoAppI4GVDXA9u5lQBXTKhyH3RnJkfMdMUfxs4UCTAvADEAMgDS8IYtzfZgS9JencRaaJmfxmonxo8b9mNdbqEhdycM6P4YPiyHHw0bozLjpzO3F1ezuIV2wlkM4v4W5xVVSa+dqo0a9rVZ1knNa1vojySGrWu5gotcaMMbZnB3H9wTPwL3sYYcvijHwSyMATvLOMR6NenzlRlHC8tMYRpz/e0P4Pvaiix9aW72YvF6ydIWGvZHATO3B3zfcizujrO8mtSC0sLnvzBqIyVess4Jy+o+h6ukZBJMNqh2Zvxa1vApifHTGC0gYESGrKwDAApOCXrpRg4/3I25uNtDBoHrtMlzOuIWEEuExW8j0IKfWwUmEMiimQxwYmHCafECAynmhSFSAL4QbEkhwGRBLkKGEWChx6G7DkQumVeS3UYWiLDMvPIuBzTBbtbcrZRdRwavRQooJsw3hvsotS/9BGgVBgCSiyMYYNkBu2kKQGyuO8q8hyDHmdSNRNMQXAIlwPftLhHVp+RMcxQqCo89jKJADoSI+iyd/ozfNaojyW/qmlYjJ+dXJMWV9DhHl8KsOa8Y4kR69YDv00KoMu2DxwoqS3pvDdOoUBti954ya9e8qA5bVMeXQoV8yq96a43aV/cKldndAYm7C7HCUWyhUa/J7z0DEwBPK7CeHZCVDIYVCEwsEFDBlBZDAFFYfGz50ajAI/CyKJgMgGF5C6kOiggIcgG3BClaGLw=';

/** Bytes of the two before they were compressed. */
const ZSTD_CONTENT_BYTES = 1451;

/** Rules of compressed files. */
export function compressionTests(test: StoreTest): void {
  describe('importing a compressed file', () => {
    test('[I19] unpacks gzip, whatever the name says', async (store) => {
      for (const suffix of ['', '.gz', '.zst']) {
        const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
        const name = rollout.name + suffix;
        const { files } = await store.importRollouts([{ name, data: await gzip(rollout.text) }]);
        expect(files).toMatchObject([
          {
            outcome: 'imported',
            bytes: rollout.text.length,
            lines: rollout.lines.length,
            rejectedLineCount: 0,
          },
        ]);
        expect(turnIdsOf({ rows: await allTurns(store, { threadId: rollout.threadId }) })).toEqual(
          turnIds(3),
        );
        expect((await store.importRollouts([rollout.file])).files[0]?.outcome).toBe('unchanged');
      }
    });

    test('[I19] unpacks zstd, whatever the name says and however many frames it has', async (store) => {
      for (const name of ['rollout.jsonl', 'rollout.jsonl.zst', 'rollout.jsonl.gz']) {
        for (const data of [ZSTD, ZSTD_OF_TWO_FRAMES].map(bytesOf)) {
          const isFirst = (await store.listThreads({})).items.length === 0;
          const { files } = await store.importRollouts([{ name, data: new Blob([data]) }]);
          expect(files).toMatchObject([
            {
              outcome: isFirst ? 'imported' : 'unchanged',
              threadId: builtId(1),
              bytes: ZSTD_CONTENT_BYTES,
              rejectedLineCount: 0,
            },
          ]);
        }
      }
      const turns = await allTurns(store, { threadId: builtId(1), itemsView: 'full' });
      expect(turns.map(({ turnId, items }) => [turnId, items.length])).toEqual([
        ['turn-1', 2],
        ['turn-2', 2],
      ]);
      expect((await store.loadHistory({ threadId: builtId(1) })).items).toHaveLength(9);
    });

    test('[I19] takes a plain file for plain, whatever the name says', async (store) => {
      for (const suffix of ['.gz', '.zst']) {
        const rollout = RolloutBuilder.legacy();
        const { files } = await store.importRollouts([{ name: rollout.name + suffix, data: rollout.text }]);
        expect(files).toMatchObject([{ outcome: 'imported', threadId: rollout.threadId }]);
      }
    });

    test('[I19] unpacks a stream that comes byte by byte', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      const packed = new Uint8Array(await (await gzip(rollout.text)).arrayBuffer());
      for (const bytes of [packed, bytesOf(ZSTD)]) {
        const { files } = await store.importRollouts([{ name: 'x', data: byteByByte(bytes) }]);
        expect(files).toMatchObject([{ outcome: 'imported', rejectedLineCount: 0 }]);
      }
    });

    test('[I20] that is damaged or cut off fails alone, with nothing of it visible', async (store) => {
      const broken = RolloutBuilder.legacy().turns(...turnIds(2000));
      const packed = new Uint8Array(await (await gzip(broken.text)).arrayBuffer());
      const flipped = packed.slice();
      flipped.fill(0xff, flipped.length / 2, flipped.length / 2 + 64);
      const badSum = packed.slice();
      badSum.fill(0, -8, -4);
      const zstd = bytesOf(ZSTD);
      const badHeader = zstd.slice();
      badHeader.fill(0xff, 4, 40);
      const good = RolloutBuilder.legacy().turns('turn-1');
      const damaged = [
        packed.slice(0, -9),
        packed.slice(0, packed.length / 2),
        flipped,
        badSum,
        zstd.slice(0, -30),
        // The first frame is whole, and gives lines.
        bytesOf(ZSTD_OF_TWO_FRAMES).slice(0, -30),
        zstd.slice(0, 6),
        badHeader,
      ];
      const files = damaged.map((bytes, n) => ({ name: `damaged-${n}`, data: new Blob([bytes]) }));
      const report = await store.importRollouts([...files, good.file]);
      for (const { outcome, reason, name } of report.files.slice(0, -1)) {
        expect([name, outcome]).toEqual([name, 'failed']);
        expect(reason).toBeTruthy();
      }
      expect(report.files.at(-1)?.outcome).toBe('imported');
      expect(report.threadIds).toEqual([good.threadId]);
      expect((await store.listThreads({})).items).toHaveLength(1);
      expect((await failure(store.readThread({ threadId: broken.threadId }))).code).toBe('thread_not_found');
      expect((await imported(store, [broken])).files[0]?.outcome).toBe('imported');
    });
  });
}

function gzip(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

/** The bytes of what is written here as base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function byteByByte(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at === bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, ++at));
    },
  });
}
