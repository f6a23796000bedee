import type { ImageGenerationItem } from 'idb-thread-store';
import { formatBytes } from '../text/format.ts';
import { JsonText } from '../text/json-text.tsx';
import { Fold } from './fold.tsx';
import { Picture } from './picture.tsx';

/** An image that the agent made. It can be megabytes, so it is folded. */
export function ImageGeneration({ item }: { item: ImageGenerationItem }) {
  const { result = '' } = item;
  return (
    <Fold
      tag="image"
      title={item.revisedPrompt ?? 'Made an image'}
      meta={
        item.status === 'completed' && result !== ''
          ? formatBytes(Math.floor(result.length * 0.75))
          : item.status
      }
      failed={item.status === 'failed'}
    >
      {() => (
        <>
          {result !== '' && (
            <Picture
              src={`data:${imageType(result)};base64,${result}`}
              label={item.revisedPrompt ?? 'Made image'}
            />
          )}
          {item.failure !== undefined && <JsonText value={item.failure} name="Failure" />}
          {item.savedPath !== undefined && (
            <p className="quiet" dir="auto">
              saved as {item.savedPath}
            </p>
          )}
        </>
      )}
    </Fold>
  );
}

/** The type of an image by how its base64 begins. */
function imageType(base64: string): string {
  if (base64.startsWith('/9j/')) return 'image/jpeg';
  if (base64.startsWith('UklGR')) return 'image/webp';
  return base64.startsWith('R0lGOD') ? 'image/gif' : 'image/png';
}
