import { JsonText } from '../text/json-text.tsx';
import { PlainText } from '../text/plain-text.tsx';
import { Picture } from './picture.tsx';

interface ToolContentProps {
  /** What a tool gave: a list of parts, or anything. */
  content: unknown;
}

/** What a tool gave: its texts and images, anything else as JSON. */
export function ToolContent({ content }: ToolContentProps) {
  if (!Array.isArray(content)) return <JsonText value={content} name="Result" />;
  if (content.length === 0) return <p className="quiet">No result</p>;
  // The parts of a result never move, so an index is an identity.
  return content.map((part: unknown, index) => <Part key={index} part={part} name={`Result ${index + 1}`} />);
}

function Part({ part, name }: { part: unknown; name: string }) {
  const text = field(part, 'text');
  if (text !== undefined) return <PlainText text={text} name={name} />;
  const imageUrl = field(part, 'imageUrl');
  if (imageUrl !== undefined) return <Picture src={imageUrl} label={name} />;
  const data = field(part, 'data');
  const mimeType = field(part, 'mimeType');
  if (data !== undefined && mimeType?.startsWith('image/'))
    return <Picture src={`data:${mimeType};base64,${data}`} label={name} />;
  return <JsonText value={part} name={name} />;
}

function field(part: unknown, key: string): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  const value: unknown = Reflect.get(part, key);
  return typeof value === 'string' ? value : undefined;
}
