import { Component, type ReactNode } from 'react';

interface ItemBoundaryProps {
  children: ReactNode;
  /** What stands in for the item. */
  fallback: ReactNode;
}

/** Recordings are untrusted: an item of a shape that nobody expected costs its picture, not the page. */
export class ItemBoundary extends Component<ItemBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
