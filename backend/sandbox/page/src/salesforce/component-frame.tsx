/** One of our Lightning components in its frame, and the page's side of their talk (see preview/frame.js of the package). */
import { useEffect, useRef, useState } from 'react';
import type { ApexCall } from '../../../page-api.ts';
import { callApex } from '../api.ts';
import { sentence } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';
import { useDialogInside } from './use-dialog-inside.ts';

export interface Toast {
  title?: string;
  message?: string;
  variant?: string;
}
export interface PageReference {
  type: string;
  attributes: { recordId?: string; url?: string };
}

interface FrameProps {
  sandbox: Sandbox;
  component: 'salesosCard' | 'salesosSetup' | 'salesosToday' | 'salesosEnrollAction';
  title: string;
  /** The contact it is placed on. */
  recordId?: string;
  toast: (toast: Toast) => void;
  navigate: (page: PageReference) => void;
  close?: () => void;
}

type Heard =
  | { type: 'ready' | 'close' | 'records-changed' }
  | ({ type: 'apex'; id: number } & ApexCall)
  | { type: 'toast'; toast: Toast }
  | { type: 'navigate'; page: PageReference }
  | { type: 'height'; height: number };

export function ComponentFrame(props: FrameProps) {
  const { sandbox, component, title, recordId } = props;
  const { timeZone } = sandbox.state.salesforce;
  const frame = useRef<HTMLIFrameElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [height, setHeight] = useState(160);
  const [isBuilt, setBuilt] = useState(true);
  const [dialogIsOpen, watchDialogs] = useDialogInside();
  const say = (message: object) => frame.current?.contentWindow?.postMessage(message, location.origin);

  useEffect(() => {
    const answer = async ({ id, method, params }: { id: number } & ApexCall) => {
      const asked = callApex({ method, params: params ?? null });
      say({
        type: 'apex-result',
        id,
        ...(await asked.catch((reason) => ({ error: { body: { message: sentence(reason) } } }))),
      });
      latest.current.sandbox.refresh();
    };
    const hear = ({ source, origin, data }: MessageEvent<Heard>) => {
      if (!source || source !== frame.current?.contentWindow || origin !== location.origin) return;
      const { toast, navigate, close } = latest.current;
      if (data.type === 'ready') say({ type: 'mount', component, recordId, objectApiName: 'Contact' });
      if (data.type === 'apex') void answer(data);
      if (data.type === 'toast') toast(data.toast);
      if (data.type === 'navigate') navigate(data.page);
      if (data.type === 'height' && data.height > 0) setHeight(data.height);
      if (data.type === 'records-changed') latest.current.sandbox.refresh();
      if (data.type === 'close') close?.();
    };
    addEventListener('message', hear);
    return () => removeEventListener('message', hear);
  }, [component, recordId]);

  // As Lightning tells its components when a record they show was changed by somebody else.
  const { revision } = sandbox.state;
  useEffect(() => {
    if (recordId) say({ type: 'record-changed', recordId });
  }, [recordId, revision]);

  if (!isBuilt) return <NotBuilt />;
  return (
    <iframe
      ref={frame}
      className="sf-component"
      data-dialog={dialogIsOpen || undefined}
      title={title}
      src={`/sandbox/salesforce/frame.html?${new URLSearchParams({ locale: 'en-GB', timeZone })}`}
      style={{ height }}
      onLoad={() => {
        const { contentWindow } = frame.current ?? {};
        setBuilt(contentWindow !== null && contentWindow !== undefined && 'mountSalesOS' in contentWindow);
        watchDialogs(frame.current?.contentDocument ?? null);
      }}
    />
  );
}

const NotBuilt = () => (
  <p className="crm-not-built" role="alert">
    The Lightning components have not been built. Run <code>npm run build:salesforce</code>, then reload this page.
  </p>
);
