import type { TurnMark } from './thread-map.ts';

/** The colours of a map, as the style sheet has them. */
export interface MapColours {
  turn: string;
  failed: string;
  interrupted: string;
  running: string;
  hit: string;
}

/** How a map lies: turns along its length, sizes across. All in device pixels. */
export interface MapArea {
  length: number;
  breadth: number;
  /** Whether turns go from left to right, not from top to bottom. */
  across: boolean;
}

/** The most that one turn takes of the length, in CSS pixels: a short thread does not fill its map. */
const widestTurn = 12;

/** How much of the length one turn takes, in device pixels; less than one where a pixel stands for several turns. */
export function turnPitch(count: number, length: number, pixelRatio: number): number {
  return count === 0 ? 0 : Math.min(widestTurn * pixelRatio, length / count);
}

/** Draws every turn as a bar, as long as it is large; of those that share a pixel, the largest, and the worst end. */
export function drawMap(
  context: CanvasRenderingContext2D,
  marks: readonly TurnMark[],
  hits: ReadonlySet<number>,
  area: MapArea,
  pixelRatio: number,
  colours: MapColours,
): void {
  const { length, breadth, across } = area;
  context.clearRect(0, 0, across ? length : breadth, across ? breadth : length);
  const pitch = turnPitch(marks.length, length, pixelRatio);
  const gap = pitch >= 3 * pixelRatio ? pixelRatio : 0;
  const bar = (at: number, thick: number, from: number, to: number, colour: string) => {
    context.fillStyle = colour;
    if (across) context.fillRect(at, breadth - to, thick, to - from);
    else context.fillRect(breadth - to, at, to - from, thick);
  };

  // Beyond the sizes there is room for what was found.
  const reach = breadth - Math.min(8 * pixelRatio, breadth / 4);
  const [smallest, largest] = sizeRange(marks);
  for (let index = 0; index < marks.length;) {
    const at = Math.floor(index * pitch);
    let size = 0;
    let status: TurnMark['status'] = 'completed';
    let isHit = false;
    // All turns that begin in this pixel.
    do {
      const mark = marks[index];
      if (mark === undefined) break;
      size = Math.max(size, share(mark.bytes, smallest, largest));
      if (severity[mark.status] > severity[status]) status = mark.status;
      isHit ||= hits.has(mark.ordinal);
      index++;
    } while (Math.floor(index * pitch) === at);
    const thick = Math.max(1, Math.floor(index * pitch) - at - gap);
    bar(at, thick, 0, Math.max(3 * pixelRatio, size * reach), colourOf(status, colours));
    if (isHit) bar(at, Math.max(thick, 2 * pixelRatio), reach, breadth, colours.hit);
  }
}

const severity = { completed: 0, inProgress: 1, interrupted: 2, failed: 3 };

function colourOf(status: TurnMark['status'], colours: MapColours): string {
  if (status === 'failed') return colours.failed;
  if (status === 'interrupted') return colours.interrupted;
  return status === 'inProgress' ? colours.running : colours.turn;
}

/** Sizes differ by powers of ten, so their digits are compared, not they. */
function share(bytes: number, smallest: number, largest: number): number {
  if (largest <= smallest) return 0.4;
  return 0.14 + 0.86 * ((Math.log(bytes + 1) - smallest) / (largest - smallest));
}

function sizeRange(marks: readonly TurnMark[]): [number, number] {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const { bytes } of marks) {
    if (bytes < smallest) smallest = bytes;
    if (bytes > largest) largest = bytes;
  }
  return [Math.log(Math.min(smallest, largest) + 1), Math.log(largest + 1)];
}
