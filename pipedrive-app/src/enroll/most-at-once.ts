/** What `/cards/enroll/many` takes at most; written here because the contract itself would bring its parser into the page. */
export const mostAtOnce = 200;
