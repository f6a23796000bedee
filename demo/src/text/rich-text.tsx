import { memo } from 'react';
import { type Block, type Inline, parseBlocks, parseInline } from './markdown.ts';
import { Piecewise } from './piecewise.tsx';

interface RichTextProps {
  text: string;
  /** Tells this text from others of the same item. */
  name: string;
}

/** Untrusted Markdown as React elements: nothing of it is ever read as HTML. */
export function RichText({ text, name }: RichTextProps) {
  return (
    <div className="rich">
      <Piecewise text={text} name={name}>
        {(piece) => <Blocks markdown={piece} />}
      </Piecewise>
    </div>
  );
}

const Blocks = memo(function Blocks({ markdown }: { markdown: string }) {
  // Blocks of a piece never move, so an index is an identity.
  return parseBlocks(markdown).map((block, index) => <BlockView key={index} block={block} />);
});

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case 'code':
      return (
        <pre className="code" tabIndex={0} dir="auto">
          <code>{block.text}</code>
        </pre>
      );
    case 'heading': {
      // Below the page's own headings: h1 is the app, h2 the conversation.
      const Heading = block.level <= 2 ? 'h3' : 'h4';
      return (
        <Heading dir="auto">
          <InlineText text={block.text} />
        </Heading>
      );
    }
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          <InlineText text={item} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <div className="table" role="group" aria-label="Table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <TableCells as="th" cells={block.head} />
              </tr>
            </thead>
            <tbody>
              {block.rows.map((cells, index) => (
                <tr key={index}>
                  <TableCells as="td" cells={cells} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'paragraph':
      return (
        <p dir="auto">
          <InlineText text={block.text} />
        </p>
      );
  }
}

function TableCells({ as: Cell, cells }: { as: 'th' | 'td'; cells: string[] }) {
  return cells.map((cell, index) => (
    <Cell key={index} dir="auto">
      <InlineText text={cell} />
    </Cell>
  ));
}

function InlineText({ text }: { text: string }) {
  return <InlineParts parts={parseInline(text)} />;
}

function InlineParts({ parts }: { parts: Inline[] }) {
  return parts.map((part, index) => {
    switch (part.type) {
      case 'code':
        return <code key={index}>{part.text}</code>;
      case 'strong':
        return (
          <strong key={index}>
            <InlineParts parts={part.parts} />
          </strong>
        );
      case 'emphasis':
        return (
          <em key={index}>
            <InlineParts parts={part.parts} />
          </em>
        );
      case 'link':
        return (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        );
      case 'text':
        return part.text;
    }
  });
}
