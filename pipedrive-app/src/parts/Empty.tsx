export function Empty({ title, text, testId }: { title: string; text: string; testId?: string }) {
  return (
    <div className="empty" data-testid={testId}>
      <strong>{title}</strong>
      <p>{text}</p>
    </div>
  );
}
