import type { Framed } from '../host/frame-url.ts';

/** What the test hands over to the stand-in for Pipedrive, in the page's query. */
export interface HostPage {
  /** Where our pages are. */
  origin: string;
  surface: 'panel' | 'modal' | 'settings';
  framed: Omit<Framed, 'id' | 'token'>;
}
