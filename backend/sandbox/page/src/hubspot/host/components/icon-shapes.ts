/** Our own drawings, 16 × 16 strokes, under HubSpot's icon names; names without a drawing become a ring. */
const ring = 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z';
const check = 'M3 8.5l3.2 3.2L13 4.8';
const envelope = 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5';
const clock = `${ring}M8 4.8V8l2.3 1.6`;
const cross = 'M4 4l8 8M12 4l-8 8';
const triangle = 'M8 2.5l6.2 11H1.8zM8 6.5v3.2M8 11.6v.2';
const gear =
  'M8 5.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8ZM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6L5 5M11 11l1.4 1.4M12.4 3.6L11 5M5 11l-1.4 1.4';
const person = 'M8 2.5a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2ZM2.8 13.8c.4-3 2.4-4.4 5.2-4.4s4.8 1.4 5.2 4.4';
const steps = 'M3 3.5h5v3H3zM8 9.5h5v3H8zM5.5 6.5v4.5H8';

export const shapes: Record<string, string> = {
  circleHollow: ring,
  success: check,
  checkCircle: `${ring}M5.3 8.2l2 2 3.5-4`,
  email: envelope,
  emailOpen: 'M2 6.5L8 2.5l6 4v7H2zM2 6.7l6 4 6-4',
  emailThreadedReplies: 'M6.5 4L3 7.5 6.5 11M3 7.5h6a4 4 0 0 1 4 4v1',
  send: 'M2 8l12-5.5-4 11-2.6-4.2zM7.4 9.3L14 2.5',
  clock,
  time: clock,
  delay: clock,
  snooze: clock,
  x: cross,
  remove: cross,
  xCircle: `${ring}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4`,
  block: `${ring}M4 4l8 8`,
  warning: triangle,
  exclamation: 'M8 3v6.5M8 12.4v.2',
  exclamationCircle: `${ring}M8 4.8v3.8M8 11v.2`,
  info: `${ring}M8 7.4v3.8M8 4.9v.2`,
  question: `${ring}M6.4 6.2c.3-2 3.4-1.7 3.2.2C9.5 7.6 8 7.7 8 9.2M8 11.2v.2`,
  questionCircle: `${ring}M6.4 6.2c.3-2 3.4-1.7 3.2.2C9.5 7.6 8 7.7 8 9.2M8 11.2v.2`,
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8',
  add: 'M8 3v10M3 8h10',
  edit: 'M3 13l.6-2.8 7.2-7.2 2.2 2.2-7.2 7.2z',
  delete: 'M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 9h5.8l.6-9',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.4 10.4L14 14',
  link: 'M6.6 9.4l2.8-2.8M7 4.8l1.6-1.6a3 3 0 0 1 4.2 4.2L11.2 9M9 11.2l-1.6 1.6a3 3 0 0 1-4.2-4.2L4.8 7',
  tasks: 'M2.5 3h11v10.5h-11zM5 8l2 2 4-4.3',
  date: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3',
  appointment: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3',
  settings: gear,
  contact: person,
  sequences: steps,
  enroll: steps,
  workflows: steps,
  right: 'M6 3l5 5-5 5',
  left: 'M10 3L5 8l5 5',
  downCarat: 'M3 6l5 5 5-5',
  upCarat: 'M3 10l5-5 5 5',
  star: 'M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z',
  gauge: 'M2.5 12a6 6 0 1 1 11 0M8 10l3-4',
  flame:
    'M8 14c-2.8 0-4.5-1.8-4.5-4.2C3.5 7 6.5 6 6.8 2c2.6 1.6 3 3.4 2.8 5 .8-.3 1.2-1 1.3-1.6 1 1.2 1.6 2.6 1.6 4.4C12.500 12.200 10.800 14 8 14Z',
  view: 'M1.5 8C4.500 3.500 11.500 3.500 14.500 8 11.500 12.500 4.500 12.500 1.500 8ZM8 6.200a1.800 1.800 0 1 1 0 3.600 1.800 1.800 0 0 1 0-3.600Z',
  hide: 'M1.5 8C4.500 3.500 11.500 3.500 14.500 8 11.500 12.500 4.500 12.500 1.500 8ZM3 13L13 3',
  comment: 'M2.5 3h11v8h-6l-3 2.500V11h-2z',
  messages: 'M2.5 3h11v8h-6l-3 2.500V11h-2z',
  locked: 'M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500',
  copy: 'M5 5h8v8.500H5zM3 11V2.500h8',
};
