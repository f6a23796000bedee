import type { UserMessageItem } from 'idb-thread-store';
import { RichText } from '../text/rich-text.tsx';
import { Picture } from './picture.tsx';

/** What is longer reads better in smaller letters. */
const headingLength = 280;

/** What the user sent: the heading of its turn. */
export function UserMessage({ item }: { item: UserMessageItem }) {
  const long = item.content.some((input) => input.type === 'text' && input.text.length > headingLength);
  return (
    <div role="group" className={long ? 'user-message is-long' : 'user-message'} aria-label="You">
      {item.content.map((input, index) => {
        // The parts of a message never move, so an index is an identity.
        switch (input.type) {
          case 'text':
            return <RichText key={index} text={input.text} name={`text ${index}`} />;
          case 'image':
            return <Picture key={index} src={input.url ?? ''} label={input.fileId ?? 'Image'} />;
          case 'localImage':
          case 'localAudio':
            return (
              <Attachment
                key={index}
                kind={input.type === 'localImage' ? 'image' : 'audio'}
                path={input.path}
              />
            );
          case 'audio':
            return (
              <Attachment
                key={index}
                kind="audio"
                path={(input.url ?? input.fileId ?? 'not recorded').slice(0, 80)}
              />
            );
          case 'skill':
          case 'mention':
            return <Attachment key={index} kind={input.type} path={`${input.name} (${input.path})`} />;
        }
      })}
    </div>
  );
}

function Attachment({ kind, path }: { kind: string; path: string }) {
  return (
    <p className="attachment" dir="auto">
      <span className="tag">{kind}</span> {path}
    </p>
  );
}
