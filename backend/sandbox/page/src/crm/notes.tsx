/** Where the notes of a CRM are shown; its look is the CRM's own. */
import type { useNotes } from './use-notes.ts';

export function Notes({ notes, remove, look }: Omit<ReturnType<typeof useNotes>, 'add'> & { look: string }) {
  return (
    <div className="crm-notes" aria-live="polite">
      {notes.map(({ key, title, message, variant }) => (
        <div key={key} className={look} data-variant={variant}>
          <div>
            {title && <strong>{title}</strong>}
            {message && <div>{message}</div>}
          </div>
          <button type="button" aria-label="Dismiss" onClick={() => remove(key)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
