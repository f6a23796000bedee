import * as z from 'zod/mini';
import type { Json } from '../contract/json.ts';
import type { UserInput } from '../contract/thread-item.ts';
import { json, maybeText, present } from './line-values.ts';

/** A marked range of a user's text; its bytes are UTF-8. */
const textElement = z.pipe(
  z.object({ byte_range: z.object({ start: z.int(), end: z.int() }), placeholder: maybeText }),
  z.transform(({ byte_range, placeholder }): Json => ({
    byteRange: byte_range,
    placeholder: placeholder ?? null,
  })),
);

/** Marked ranges; missing is none. */
export const textElements = z._default(z.array(textElement), []);

const detail = z.nullish(json);
const text = z.string();

const onDisk = z.union([
  z.object({ type: z.literal('text'), text, text_elements: textElements }),
  z.object({ type: z.literal('image'), image_url: text, detail }),
  z.object({ type: z.literal('image'), file_id: text, detail }),
  z.object({ type: z.literal('local_image'), path: text, detail }),
  z.object({ type: z.literal('audio'), audio_url: text }),
  z.object({ type: z.literal('audio'), file_id: text }),
  z.object({ type: z.literal('local_audio'), path: text }),
  z.object({ type: z.literal(['skill', 'mention']), name: text, path: text }),
]);

/** One part of a user's message as a `UserMessage` item has it on disk; gives it as on the wire. */
export const userInput = z.pipe(onDisk, z.transform(inputOf));

function inputOf(input: z.output<typeof onDisk>): UserInput {
  switch (input.type) {
    case 'image': {
      const source = 'image_url' in input ? { url: input.image_url } : { fileId: input.file_id };
      return present({ type: 'image' as const, ...source, detail: input.detail });
    }
    case 'local_image':
      return present({ type: 'localImage' as const, path: input.path, detail: input.detail });
    case 'audio':
      return {
        type: 'audio',
        ...('audio_url' in input ? { url: input.audio_url } : { fileId: input.file_id }),
      };
    case 'local_audio':
      return { type: 'localAudio', path: input.path };
    default:
      return input;
  }
}
