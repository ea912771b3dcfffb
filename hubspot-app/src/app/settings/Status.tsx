import { StatusTag } from '@hubspot/ui-extensions';
import type { Status as Stated } from '@salesos/shared/surface/settings-words.ts';

const variants = { success: 'success', warning: 'warning', danger: 'danger', neutral: 'default' } as const;

/** A state by its name, in its colour. */
export function Status({ status: { label, tone } }: { status: Stated }) {
  return <StatusTag variant={variants[tone]}>{label}</StatusTag>;
}
