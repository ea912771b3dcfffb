/** What Apex says to people: custom labels by name. Sentences that the backend and the other CRMs say too come from `shared`. */
import { enrollRefusals } from '@salesos/shared/actions.ts';
import { problems } from '@salesos/shared/problems.ts';

type ProblemCode = 'forbidden' | 'malformed_json' | 'not_found';
const problem = (code: ProblemCode) => `${problems[code].title}. ${problems[code].fix}`;

export const labels = {
  SalesOS_No_Permission: enrollRefusals.NO_PERMISSION,
  SalesOS_Record_Not_Found: enrollRefusals.RECORD_NOT_FOUND,
  SalesOS_Forbidden: problem('forbidden'),
  SalesOS_Malformed_Request: problem('malformed_json'),
  SalesOS_Unknown_Request: problem('not_found'),
  SalesOS_No_Permission_Many:
    'You may not open {0} of the chosen records, or they were deleted. Nobody was enrolled. Reload the list and choose again.',
  SalesOS_Wrong_Object: 'SalesOS works with contacts, leads and accounts only.',
  SalesOS_Unreachable: 'SalesOS did not answer. Try again in a few minutes; no act is done twice.',
  SalesOS_No_Access:
    'SalesOS is not connected for you yet. An admin connects SalesOS on its setup page, and assigns you the permission set “SalesOS Rep”.',
  SalesOS_Async_Path:
    'A record-triggered flow can ask SalesOS only on its path “Run Asynchronously”, or before anything was saved. An admin moves the action there.',
  SalesOS_Unexpected_Answer:
    'SalesOS gave an answer that cannot be read. Try again in a few minutes. If it stays so, an admin checks the address in the named credential “SalesOS”.',
} as const;
