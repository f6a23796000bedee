import * as z from 'zod/mini';
import type { Json } from '../contract/json.ts';
import type { UserInput } from '../contract/thread-item.ts';
import { json, maybeText, present } from './line-values.ts';

/** A marked range of a user's text; its bytes are UTF-8. */
export const textElement = z.pipe(
  z.object({ byte_range: z.object({ start: z.int(), end: z.int() }), placeholder: maybeText }),
  z.transform(({ byte_range, placeholder }): Json => ({ byteRange: byte_range, placeholder: placeholder ?? null })),
);

/** Marked ranges; missing is none. */
export const textElements = z._default(z.array(textElement), []);

const detail = z.nullish(json);

/** One part of a user's message as a `UserMessage` item has it on disk; gives it as on the wire. */
export const userInput = z.pipe(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string(), text_elements: textElements }),
    z.object({ type: z.literal('image'), image_url: maybeText, file_id: maybeText, detail }),
    z.object({ type: z.literal('local_image'), path: z.string(), detail }),
    z.object({ type: z.literal('audio'), audio_url: z.string() }),
    z.object({ type: z.literal('local_audio'), path: z.string() }),
    z.object({ type: z.literal('skill'), name: z.string(), path: z.string() }),
    z.object({ type: z.literal('mention'), name: z.string(), path: z.string() }),
  ]),
  z.transform((input): UserInput => {
    switch (input.type) {
      case 'image':
        return present({ type: 'image' as const, url: input.image_url, fileId: input.file_id, detail: input.detail });
      case 'local_image':
        return present({ type: 'localImage' as const, path: input.path, detail: input.detail });
      case 'audio':
        return { type: 'audio', url: input.audio_url };
      case 'local_audio':
        return { type: 'localAudio', path: input.path };
      case 'text':
      case 'skill':
      case 'mention':
        return input;
    }
  }),
);
