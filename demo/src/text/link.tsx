import type { ReactNode } from 'react';
import { safeLink } from './safe-link.ts';

interface LinkProps {
  /** Untrusted. */
  href: string;
  children: ReactNode;
}

/** A link out of a recording; where it is not one that is safe to follow, its words, with the address to read. */
export function Link({ href, children }: LinkProps) {
  const address = safeLink(href);
  if (address === undefined)
    return (
      <span className="dead-link" title={href}>
        {children}
      </span>
    );
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
