import type { Tone } from './Alert.tsx';

export function Tag({
  tone = 'neutral',
  children,
  testId,
}: {
  tone?: Tone | 'neutral';
  children: string;
  testId?: string;
}) {
  return (
    <span className={`tag ${tone}`} data-testid={testId}>
      {children}
    </span>
  );
}
