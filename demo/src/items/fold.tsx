import type { ReactNode } from 'react';
import { useRemembered } from '../state/remembered.ts';

interface LineProps {
  /** One short word for what this is. */
  tag: string;
  title: ReactNode;
  /** How it went: a duration, an exit code. */
  meta?: ReactNode;
  /** Whether it went wrong. */
  failed?: boolean;
  /** Whether the title is code. */
  code?: boolean;
}

/** One line about something that has nothing to open. */
export function Line(props: LineProps) {
  return (
    <div className="line" data-failed={props.failed || undefined}>
      <LineText {...props} />
    </div>
  );
}

interface FoldProps extends LineProps {
  /** Tells this fold from others of the same item. */
  name?: string;
  initiallyOpen?: boolean;
  /** Makes what is inside; only while it is open. */
  children: () => ReactNode;
}

/** One line that opens in place. */
export function Fold({ name = 'fold', initiallyOpen = false, children, ...line }: FoldProps) {
  const [value, setValue] = useRemembered(name, initiallyOpen ? 1 : 0);
  const open = value === 1;
  return (
    <div className="fold">
      <button
        type="button"
        className="line"
        data-failed={line.failed || undefined}
        aria-expanded={open}
        onClick={() => setValue(open ? 0 : 1)}
      >
        <LineText {...line} />
        <span className="chevron" aria-hidden="true" />
      </button>
      {open && <div className="fold-body">{children()}</div>}
    </div>
  );
}

function LineText({ tag, title, meta, code = false }: LineProps) {
  return (
    <>
      <span className="tag">{tag}</span>
      <span className={code ? 'line-title is-code' : 'line-title'} dir="auto">
        {title}
      </span>
      {meta !== undefined && <span className="line-meta">{meta}</span>}
    </>
  );
}
