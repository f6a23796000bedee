import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import type { Json } from '../contract/json.ts';
import type { UserInput } from '../contract/thread-item.ts';
import { json, maybeText, present } from './line-values.ts';

/** A marked range of a user's text; its bytes are UTF-8. */
const textElement = v.pipe(
  v.object({ byte_range: v.object({ start: wholeNumber, end: wholeNumber }), placeholder: maybeText }),
  v.transform(({ byte_range, placeholder }): Json => ({
    byteRange: byte_range,
    placeholder: placeholder ?? null,
  })),
);

/** Marked ranges; missing is none. */
export const textElements = v.optional(v.array(textElement), []);

const detail = v.nullish(json);
const text = v.string();

const onDisk = v.union([
  v.object({ type: v.literal('text'), text, text_elements: textElements }),
  v.object({ type: v.literal('image'), image_url: text, detail }),
  v.object({ type: v.literal('image'), file_id: text, detail }),
  v.object({ type: v.literal('local_image'), path: text, detail }),
  v.object({ type: v.literal('audio'), audio_url: text }),
  v.object({ type: v.literal('audio'), file_id: text }),
  v.object({ type: v.literal('local_audio'), path: text }),
  v.object({ type: v.picklist(['skill', 'mention']), name: text, path: text }),
]);

/** One part of a user's message as a `UserMessage` item has it on disk; gives it as on the wire. */
export const userInput = v.pipe(onDisk, v.transform(inputOf));

function inputOf(input: v.InferOutput<typeof onDisk>): UserInput {
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
