/** How people read dates, points and states, in the user's own language and time zone. */
import locale from '@salesforce/i18n/locale';
import timeZone from '@salesforce/i18n/timeZone';

const format = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone,
  timeZoneName: 'short',
});

/** An instant as people read it, as in "Mon, 23 Nov 2026, 09:15 CET". */
export function when(instant) {
  return format.format(new Date(instant));
}

/** Points to a tenth, as in "24.5". */
export function points(value) {
  return value.toFixed(1);
}

const tierThemes = { 1: 'slds-theme_success', 2: 'slds-badge_inverse', 3: 'slds-theme_warning' };
const statusThemes = { active: 'slds-theme_success', paused: 'slds-theme_warning', finished: 'slds-badge_inverse' };
const stepThemes = { done: 'slds-theme_success', current: 'slds-badge_inverse', skipped: 'slds-theme_warning' };

export const tierBadge = (tier) => badge(tierThemes[tier]);
export const statusBadge = (status) => badge(statusThemes[status]);
export const stepBadge = (state) => badge(stepThemes[state]);

function badge(theme = 'slds-badge_lightest') {
  return `slds-badge ${theme}`;
}
