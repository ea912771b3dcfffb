/**
 * The small panel of plain fields (a JSON panel) for colleagues who have not installed the app, or as a fallback for the
 * custom panel. Pipedrive holds `schema.json`; an answer with one key more, or a value of another type, fails the whole
 * panel: https://pipedrive.readme.io/docs/json-panels-adding-a-panel
 */
import type { ContactCard } from '@salesos/shared/cards.ts';

type LabelColor = 'green' | 'blue' | 'yellow' | 'grey';

/** An absent field is shown as empty. */
export interface JsonPanelData {
  headline: string;
  score: number;
  tier: { color: LabelColor; label: string };
  sequence?: string;
  next_step?: string;
  tasks: number;
  problem?: string;
}

/** The body of a good answer. An error is a status above 300 with `jsonPanelError`. */
export interface JsonPanelAnswer {
  data: JsonPanelData | Record<string, never>;
  settings?: { url: string };
  external_link?: { url: string; label: string };
}

/** Pipedrive's limits in characters. */
export const mostTextCharacters = 255;
export const mostLabelCharacters = 40;
export const mostErrorTitleCharacters = 30;

const tierColors: Record<number, LabelColor> = { 1: 'green', 2: 'blue', 3: 'yellow' };

/** What the panel shows of one person. */
export function jsonPanelData(card: ContactCard): JsonPanelData {
  const { score, enrollments, tasks, problems } = card;
  const shown = enrollments.find(({ status }) => status === 'active' || status === 'paused') ?? enrollments[0];
  const problem = problems[0];
  return {
    headline: shortened(card.headline, mostTextCharacters),
    score: score.value,
    tier: {
      color: tierColors[score.tier] ?? 'grey',
      label: shortened(`${score.tierLabel} (tier ${score.tier})`, mostLabelCharacters),
    },
    ...(shown && {
      sequence: shortened(shown.sequenceName, mostTextCharacters),
      next_step: shortened(shown.sentence, mostTextCharacters),
    }),
    tasks: tasks.length,
    ...(problem && { problem: shortened(`${problem.sentence} ${problem.howToFix}`, mostTextCharacters) }),
  };
}

/** The body of a refusal. The title is cut at 30 characters; the sentence may be longer. */
export function jsonPanelError(title: string, sentence: string): { error: { title: string; subtitle: string } } {
  return { error: { title: shortened(title, mostErrorTitleCharacters), subtitle: sentence } };
}

function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
