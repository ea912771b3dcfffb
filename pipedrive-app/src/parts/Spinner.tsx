export function Spinner({ label }: { label: string }) {
  return (
    <p className="spinner" role="status">
      <span className="wheel" aria-hidden="true" />
      {label}
    </p>
  );
}
