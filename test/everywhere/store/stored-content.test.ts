import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromStoredContent, toStoredContent } from '../../../src/idb/stored-content.ts';

/** Texts that are stored as bytes, and such as must not be: with a half of a pair anywhere. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .tuple(fc.constantFrom('', '\ufeff', '\ud83d', '“→”', '日本', 'العربية', '\0'), fc.nat(300))
    .map(([some, length]) => some + 'a\n"'.repeat(length) + some),
);

const key = fc.constantFrom('text', 'item', '__proto__', 'constructor', 'length', '0');

const { content } = fc.letrec<{ content: unknown; fields: Record<string, unknown> }>((tie) => ({
  content: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.constant(null),
    tie('fields'),
    fc.array(tie('content')),
  ),
  fields: fc.dictionary(key, tie('content')),
}));

test('[Z8] content comes out of a row as it went in, whatever texts and names it has', () => {
  fc.assert(
    fc.property(content, (value) => {
      const before = JSON.stringify(value);
      const stored = structuredClone(toStoredContent(value));
      expect(JSON.stringify(value)).toBe(before);
      expect(JSON.stringify(fromStoredContent(stored))).toBe(before);
    }),
    { numRuns: 2000 },
  );
});

test('[Z8] a long text takes a byte for each of its plain characters', () => {
  const stored = toStoredContent({ text: `${'a'.repeat(1000)}→` });
  expect(stored).toMatchObject({ text: { byteLength: 1003 } });
});

test('[D1] content of which a text is damaged is none', () => {
  expect(fromStoredContent({ text: Uint8Array.of(97, 0xff) })).toBeUndefined();
  expect(fromStoredContent([{ item: { text: Uint8Array.of(0xe2, 0x86) } }])).toBeUndefined();
});
