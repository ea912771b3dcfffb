/** What every page of ours does first, and what it needs of Pipedrive: the one place that knows the platform. */
import { createApi, type SalesosApi } from '@salesos/shared/surface/api.ts';
import type { CardSurface } from '@salesos/shared/surface/use-contact-card.ts';
import { type DateStyle, dateStyleOf } from '@salesos/shared/surface/when.ts';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createSend, createSurfaceFetch } from './fetch.ts';
import { Command, Event, followTheme, freshToken, openSdk, type Sdk } from './open-sdk.ts';
import { createSessions, type Sessions, type Target } from './sessions.ts';
import { readWhere, type Where } from './where.ts';
import '../style/index.css';

export interface Page {
  where: Where;
  sdk: Sdk;
  sessions: Sessions;
  dates: DateStyle;
  apiFor: (target: Target) => SalesosApi;
  tell: (message: string) => void;
}

/** A card's surroundings on one record. */
export interface Surface extends CardSurface {
  page: Page;
  dates: DateStyle;
}

/** Connects to Pipedrive and draws; outside Pipedrive it says so. */
export async function startPage(
  draw: (page: Page) => ReactNode,
  prepare: (sdk: Sdk, root: HTMLElement) => void = () => {},
): Promise<void> {
  const element = document.getElementById('root');
  if (!element) throw new Error('The page has no element with the id “root”.');
  const where = readWhere(location.search);
  document.documentElement.dataset.theme = where.theme;
  const root = createRoot(element);
  try {
    const sdk = await openSdk();
    followTheme(sdk, (theme) => {
      document.documentElement.dataset.theme = theme;
    });
    prepare(sdk, element);
    root.render(draw(pageOf(sdk, where)));
  } catch {
    root.render(<p className="outside">This page works inside Pipedrive only. Open it from a record there.</p>);
  }
}

function pageOf(sdk: Sdk, where: Where): Page {
  const origin = location.origin;
  const send = createSend(origin);
  const sessions = createSessions({
    where,
    send,
    freshToken: () => freshToken(sdk),
    nowMilliseconds: () => Date.now(),
  });
  return {
    where,
    sdk,
    sessions,
    // Pipedrive tells neither language nor zone; the browser knows both.
    dates: dateStyleOf(navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone),
    apiFor: (target) => createApi(createSurfaceFetch(send, sessions, target, origin), origin),
    tell: (message) => void sdk.execute(Command.SHOW_SNACKBAR, { message }).catch(() => {}),
  };
}

/** The surroundings of one record's card. A session covers exactly this record. */
export function surfaceOf(page: Page, objectType: string, recordId: string): Surface {
  return {
    page,
    dates: page.dates,
    api: page.apiFor({ resource: objectType, view: 'details', selectedIds: [recordId] }),
    record: { objectType, recordId },
    addAlert: ({ message }) => page.tell(message),
    // Pipedrive has no command for it: its own view notices changed fields by itself.
    refreshRecord: () => {},
    watchRecord: (changed) => watch(page.sdk, changed),
  };
}

/** Calls back when the page comes into sight again and when a modal of ours was closed. */
function watch(sdk: Sdk, changed: () => void): void {
  sdk.listen(Event.VISIBILITY, ({ data }) => data?.is_visible && changed());
  sdk.listen(Event.PAGE_VISIBILITY_STATE, ({ data }) => data?.state === 'visible' && changed());
  sdk.listen(Event.CLOSE_CUSTOM_MODAL, ({ error }) => !error && changed());
}
