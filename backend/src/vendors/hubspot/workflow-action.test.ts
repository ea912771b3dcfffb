import { expect, test } from 'vitest';
import { executionAnswer, optionsAnswer, parseExecution, parseOptionsRequest } from './workflow-action.ts';

const execution = {
  callbackId: 'ap-102670506-56777914962-11-0',
  origin: { portalId: 102670506, actionDefinitionId: 10646377, actionDefinitionVersion: 1 },
  context: { source: 'WORKFLOWS', workflowId: 192814114 },
  object: { objectId: 614, objectType: 'CONTACT', properties: { email: 'kim@acme.test', hubspot_owner_id: null } },
  inputFields: { sequenceId: 'b1f3', mailboxId: '', note: null },
};

test('an execution is read, ids as strings, empty inputs left out', () => {
  expect(parseExecution(execution)).toEqual({
    callbackId: 'ap-102670506-56777914962-11-0',
    accountId: '102670506',
    workflowId: '192814114',
    recordId: '614',
    objectType: 'CONTACT',
    inputs: { sequenceId: 'b1f3' },
  });
});

test('an execution without context and inputs, with unknown members and wrapped values, is read too', () => {
  const { context: _, ...rest } = execution;
  const read = parseExecution({ ...rest, inputFields: { sequenceId: { type: 'OBJECT', value: 7 } }, typedInputs: {} });
  expect(read.workflowId).toBeNull();
  expect(read.inputs).toEqual({ sequenceId: '7' });
  expect(parseExecution({ ...rest, inputFields: undefined }).inputs).toEqual({});
});

test.each([
  ['nothing', null],
  ['an array', [execution]],
  ['no callback id', { ...execution, callbackId: undefined }],
  ['no portal', { ...execution, origin: {} }],
  ['a record id that is no id', { ...execution, object: { objectId: {}, objectType: 'CONTACT' } }],
])('%s is no execution', (_, body) => {
  expect(() => parseExecution(body)).toThrow();
});

test('a request for choices is read with its search and its page', () => {
  const body = {
    origin: { portalId: 1 },
    objectTypeId: '0-1',
    inputFieldName: 'sequenceId',
    inputFields: {},
    fetchOptions: { q: 'wel', after: '20' },
  };
  expect(parseOptionsRequest(body)).toEqual({
    accountId: '1',
    inputName: 'sequenceId',
    inputs: {},
    query: 'wel',
    after: '20',
  });
});

test('a bare request for choices asks for the first page of everything', () => {
  expect(parseOptionsRequest({ origin: { portalId: '1' } })).toEqual({
    accountId: '1',
    inputName: null,
    inputs: {},
    query: '',
    after: null,
  });
});

test('answers have the shape HubSpot reads', () => {
  expect(executionAnswer('FAIL_CONTINUE', { errorCode: 'SUPPRESSED' })).toEqual({
    outputFields: { hs_execution_state: 'FAIL_CONTINUE', errorCode: 'SUPPRESSED' },
  });
  expect(optionsAnswer([{ label: 'Welcome', value: '1', description: '' }], null)).toEqual({
    options: [{ label: 'Welcome', value: '1', description: '' }],
    searchable: true,
  });
  expect(optionsAnswer([], '20').after).toBe('20');
});
