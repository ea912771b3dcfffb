/** What the look-alikes share: HubSpot's sizes and the event a card's handler receives. */
import type { SyntheticEvent } from 'react';

const distances: Record<string, number> = {
  flush: 0,
  'extra-small': 4,
  xs: 4,
  small: 8,
  sm: 8,
  medium: 16,
  md: 16,
  large: 24,
  lg: 24,
  'extra-large': 32,
  xl: 32,
};
/** HubSpot's named distance in pixels. */
export const distance = (name: string | undefined, otherwise = 'sm') => distances[name ?? otherwise] ?? 8;

const sizes: Record<string, string> = {
  'extra-small': 'xs',
  small: 'sm',
  medium: 'md',
  large: 'lg',
  'extra-large': 'xl',
};
export const size = (name: string | undefined, otherwise = 'md') => sizes[name ?? ''] ?? name ?? otherwise;

/** The plain part of a DOM event, the only part that can travel to the worker. */
export function extensionEvent(event: SyntheticEvent, extra: Record<string, unknown> = {}) {
  return { type: event.type, bubbles: event.bubbles, timeStamp: event.timeStamp, id: event.currentTarget.id, ...extra };
}

export type Href = string | { url: string; external?: boolean };
export const hrefOf = (href: Href | undefined) => (typeof href === 'object' ? href.url : href);

export type Handler = (event: unknown, reactions: unknown) => void | Promise<void>;
