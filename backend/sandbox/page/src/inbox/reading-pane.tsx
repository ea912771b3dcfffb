/** One mail: read it with or without images, look at its source, and do what a recipient can do with it. */
import { useMemo, useState } from 'react';
import type { MailDetail, SandboxContact } from '../../../page-api.ts';
import { getMail } from '../api.ts';
import { shortMoment } from '../format.ts';
import { Waiting } from '../record/waiting.tsx';
import { useData } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';
import { mailDocument } from './mail-frame.ts';
import { RecipientActs } from './recipient-acts.tsx';

interface PaneProps {
  mailId: string;
  person: SandboxContact;
  sandbox: Sandbox;
  note: string | null;
}

export function ReadingPane({ mailId, person, sandbox, note }: PaneProps) {
  const mail = useData(`mail ${mailId}`, '', () => getMail(mailId));
  const [showImages, setShowImages] = useState(false);
  const [showSource, setShowSource] = useState(false);
  if (!mail.data) return <Waiting what="the mail" error={mail.error} again={mail.again} />;
  const { subject, fromName, fromAddress, toAddress, at, html, text, source, direction } = mail.data;
  const allowImages = () => {
    setShowImages(true);
    setTimeout(sandbox.refresh, 700); // the pixel is on its way
  };
  return (
    <article className="reading" aria-label={subject}>
      <header>
        <h3>{subject}</h3>
        <p>
          <strong>{fromName}</strong> {fromAddress} to {toAddress},{' '}
          <time dateTime={at}>{shortMoment(at, person.timeZone)}</time>
        </p>
        {note && (
          <p className="reading-note" role="status">
            {note}
          </p>
        )}
        <div className="reading-tools">
          {html &&
            direction === 'received' &&
            (showImages ? (
              <span>Images are shown; the pixel was loaded.</span>
            ) : (
              // Until the clock has moved to when they read it: a pixel in the second of arrival is a machine's.
              <button type="button" className="plain" disabled={sandbox.moving} onClick={allowImages}>
                Show images
              </button>
            ))}
          {html && direction === 'received' && !showImages && <span>Off: opening leaves no trace.</span>}
          <button
            type="button"
            className="plain reading-source-toggle"
            aria-pressed={showSource}
            onClick={() => setShowSource(!showSource)}
          >
            Source
          </button>
        </div>
      </header>
      {showSource ? (
        <pre className="reading-source">{source}</pre>
      ) : (
        <Body html={html} text={text} subject={subject} showImages={showImages} sandbox={sandbox} />
      )}
      {direction === 'received' && <RecipientActs mail={mail.data} person={person} sandbox={sandbox} />}
    </article>
  );
}

function Body({
  html,
  text,
  subject,
  showImages,
  sandbox,
}: Pick<MailDetail, 'html' | 'text' | 'subject'> & { showImages: boolean; sandbox: Sandbox }) {
  const { backendOrigin } = sandbox.state;
  const content = useMemo(
    () => html && mailDocument(html, { showImages, imageOrigins: [backendOrigin], pageOrigin: location.origin }),
    [html, showImages, backendOrigin],
  );
  if (!content) return <p className="reading-text">{text}</p>;
  return (
    <iframe
      title={`Mail: ${subject}`}
      className="reading-frame"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      srcDoc={content}
    />
  );
}
