/** Loading, or what went wrong and a way to try again. */
export function Waiting({ what, error, again }: { what: string; error: string | null; again: () => void }) {
  if (!error) {
    return (
      <div className="waiting" role="status">
        <span className="spinner" aria-hidden="true" /> Loading {what} …
      </div>
    );
  }
  return (
    <div className="waiting" role="alert">
      <p>{error}</p>
      <button type="button" className="plain" onClick={again}>
        Try again
      </button>
    </div>
  );
}
