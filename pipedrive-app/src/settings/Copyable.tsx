import { useRef, useState } from 'react';
import { Button } from '../parts/Button.tsx';

/** Text to take along. Where Pipedrive's frame does not let us into the clipboard, the text is marked instead. */
export function Copyable({ label, text, testId }: { label: string; text: string; testId: string }) {
  const shown = useRef<HTMLPreElement>(null);
  const [said, setSaid] = useState('');

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setSaid('It is marked: press Ctrl+C, or ⌘C on a Mac.');
    }
  }

  return (
    <div className="field">
      <strong>{label}</strong>
      <div className="copyable">
        <pre ref={shown} data-testid={testId}>
          {text}
        </pre>
        <Button onClick={copy}>{`Copy ${label.toLowerCase()}`}</Button>
      </div>
      <p className="hint" role="status">
        {said}
      </p>
    </div>
  );
}
