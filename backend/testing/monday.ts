/** Monday, 4 January 2027, 09:00 UTC: a working morning. */
export const monday = new Date('2027-01-04T09:00:00Z');
