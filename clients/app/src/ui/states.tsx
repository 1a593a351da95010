// What stands where there is nothing (yet): loading, empty, broken.
import { CircleAlert } from 'lucide-react';
import { Component } from 'react';
import type { ErrorInfo, ReactNode } from 'react';
import { Button } from './Button.js';

export function Badge({ tone, children }: { tone?: 'good' | 'warning' | 'danger' | 'info'; children?: ReactNode }) {
  return <span className={tone ? `badge ${tone}` : 'badge'}>{children}</span>;
}

interface SkeletonProps {
  lines?: number;
  label?: string;
  /** As the rows of a table, which will stand in its place. */
  rows?: boolean;
}

export function Skeleton({ lines = 6, label = 'Loading', rows }: SkeletonProps): ReactNode {
  return (
    <div className={rows ? 'card skeleton-rows' : 'stack'} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, at) => (
        <span key={at}>
          <span className="skeleton" style={{ width: `${(rows ? 60 : 92) - ((at * 17) % 45)}%` }} />
        </span>
      ))}
    </div>
  );
}

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
}

export function Empty({ icon, title, children }: EmptyProps): ReactNode {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface BoundaryProps {
  /** Another one begins anew: the page that is shown, say. */
  name: string;
  children?: ReactNode;
}

/** Keeps what breaks below it from taking the rest of the screen along. */
export class ErrorBoundary extends Component<BoundaryProps, { error: Error | null; name: string }> {
  override state = { error: null as Error | null, name: this.props.name };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: { name: string }) {
    return props.name === state.name ? null : { error: null, name: props.name };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Empty icon={<CircleAlert />} title="This part of the page has failed">
        <p>{error.message}</p>
        <p>What you entered is kept; nothing of it is lost.</p>
        <Button onClick={() => this.setState({ error: null })}>Try again</Button>
      </Empty>
    );
  }
}
