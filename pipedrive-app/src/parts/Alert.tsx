import type { ReactNode } from 'react';

export type Tone = 'info' | 'success' | 'warning' | 'danger';

/** A box that says something at once; failures are read out by screen readers as they appear. */
export function Alert({ title, tone, children, testId }: AlertProps) {
  return (
    <div className={`alert ${tone}`} role={tone === 'danger' ? 'alert' : 'status'} data-testid={testId}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

interface AlertProps {
  title: string;
  tone: Tone;
  children?: ReactNode;
  testId?: string;
}
