import type { ReactNode } from 'react';

interface Props {
  children: ReactNode;
  onClick: () => unknown;
  kind?: 'primary' | 'plain' | 'negative';
  disabled?: boolean;
  /** What it began is still running. */
  busy?: boolean;
  testId?: string;
}

export function Button({ children, onClick, kind = 'plain', disabled = false, busy = false, testId }: Props) {
  return (
    <button
      type="button"
      className={`button ${kind}`}
      disabled={disabled || busy}
      aria-busy={busy}
      onClick={() => void onClick()}
      data-testid={testId}
    >
      {children}
    </button>
  );
}
