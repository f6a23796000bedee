import { memo, type ReactNode } from 'react';
import type { Tokens } from 'marked';
import { CodeBlock } from './code-block.tsx';
import { directionOf } from './direction.ts';
import { Link } from './link.tsx';
import { decodeEntities, knownTokens, type MarkdownToken, parseMarkdown } from './markdown.ts';
import { safeImage } from './safe-link.ts';

/** Lists and quotes that nest deeper are shown as they were written. */
const deepest = 12;

/**
 * Untrusted Markdown as React elements. Nothing of it is ever read as HTML, so there is nothing to sanitise: its tags
 * are shown as they were written, and the addresses of its links and images are checked.
 */
export const MarkdownView = memo(function MarkdownView({ markdown }: { markdown: string }) {
  return <Tokens tokens={parseMarkdown(markdown)} depth={0} />;
});

interface TokensProps {
  tokens: MarkdownToken[];
  depth: number;
}

function Tokens({ tokens, depth }: TokensProps): ReactNode {
  // The parts of a text never move, so an index is an identity.
  return tokens.map((token, index) => <TokenView key={index} token={token} depth={depth} />);
}

function Inside({ token, depth }: { token: { tokens?: Tokens.Paragraph['tokens'] }; depth: number }) {
  return <Tokens tokens={knownTokens(token.tokens)} depth={depth} />;
}

function TokenView({ token, depth }: { token: MarkdownToken; depth: number }): ReactNode {
  if (depth > deepest) return token.raw;
  const inside = 'tokens' in token && <Inside token={token} depth={depth + 1} />;
  switch (token.type) {
    case 'paragraph':
      return <p dir="auto">{inside}</p>;
    case 'heading': {
      // Below the page's own headings: h1 is the app, h2 the conversation, h3 a turn.
      const Heading = token.depth <= 2 ? 'h4' : 'h5';
      return <Heading dir="auto">{inside}</Heading>;
    }
    case 'code':
      return <CodeBlock text={token.text} language={token.lang ?? ''} />;
    case 'list':
      return <List list={token} depth={depth + 1} />;
    case 'blockquote':
      return <blockquote dir={directionOf(token.raw)}>{inside}</blockquote>;
    case 'table':
      return <Table table={token} depth={depth + 1} />;
    case 'hr':
      return <hr />;
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} disabled aria-label="Done" />;
    case 'strong':
      return <strong>{inside}</strong>;
    case 'em':
      return <em>{inside}</em>;
    case 'del':
      return <del>{inside}</del>;
    case 'codespan':
      return <code dir="auto">{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={token.href}>{inside}</Link>;
    case 'image': {
      const image = safeImage(token.href);
      if (image === undefined) return <Link href={token.href}>{token.text || token.href}</Link>;
      return <img className="picture" src={image} alt={token.text} decoding="async" loading="lazy" />;
    }
    case 'text':
      return token.tokens === undefined ? decodeEntities(token.text) : inside;
    case 'escape':
      return token.text;
    case 'html':
      return 'block' in token && token.block ? (
        <p className="as-written">{token.raw.trimEnd()}</p>
      ) : (
        token.raw
      );
    case 'space':
    case 'def':
    case 'list_item':
      return null;
  }
}

function List({ list, depth }: { list: Tokens.List; depth: number }) {
  const items = list.items.map((item, index) => (
    <li key={index} className={item.task ? 'task' : undefined}>
      <Inside token={item} depth={depth} />
    </li>
  ));
  const dir = directionOf(list.raw);
  if (!list.ordered) return <ul dir={dir}>{items}</ul>;
  return (
    <ol dir={dir} start={Number(list.start) || 1}>
      {items}
    </ol>
  );
}

function Table({ table, depth }: { table: Tokens.Table; depth: number }) {
  const cells = (Cell: 'th' | 'td', row: Tokens.TableCell[]) => (
    <tr>
      {row.map((cell, index) => (
        <Cell key={index} dir="auto" data-align={cell.align ?? undefined}>
          <Inside token={cell} depth={depth} />
        </Cell>
      ))}
    </tr>
  );
  return (
    <div className="table" dir={directionOf(table.raw)} role="group" aria-label="Table" tabIndex={0}>
      <table>
        <thead>{cells('th', table.header)}</thead>
        <tbody>
          {table.rows.map((row, index) => (
            <Row key={index}>{cells('td', row)}</Row>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ children }: { children: ReactNode }) {
  return children;
}
