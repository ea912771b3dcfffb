/** The record's timeline as its CRM keeps it: the mails and replies that were logged. */
import type { CrmName, TimelineItem } from '../../../page-api.ts';
import { crmWords } from '../crm/words.ts';
import { shortMoment } from '../format.ts';
import type { Loaded } from '../use-data.ts';
import { Waiting } from './waiting.tsx';

const labels = { email_out: 'Email sent', email_in: 'Email received', note: 'Note', task: 'Task', created: 'Created' };

interface TimelineProps {
  crm: CrmName;
  items: Loaded<TimelineItem[]>;
  timeZone: string;
}

export function Timeline({ crm, items, timeZone }: TimelineProps) {
  if (!items.data) return <Waiting what="the timeline" error={items.error} again={items.again} />;
  if (items.data.length === 0) return <p className="empty">{crmWords[crm].notLogged}</p>;
  return (
    <ol className="timeline">
      {items.data.map((item) => (
        <li key={item.id} data-kind={item.kind}>
          <details>
            <summary>
              <span className="timeline-kind">{labels[item.kind]}</span>
              <time dateTime={item.at}>{shortMoment(item.at, timeZone)}</time>
              <strong>{item.title}</strong>
              {item.from && (
                <span className="timeline-who">
                  {item.from} to {item.to}
                </span>
              )}
            </summary>
            <p>{item.text || 'No text.'}</p>
          </details>
        </li>
      ))}
    </ol>
  );
}
