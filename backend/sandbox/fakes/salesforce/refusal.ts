/** A refusal as Salesforce words it: `[{ message, errorCode, fields? }]` with a status, or one row of a collection's answer. */
export class Refusal extends Error {
  override name = 'Refusal';
  status: number;
  errorCode: string;
  fields: string[];
  constructor(status: number, errorCode: string, message: string, fields: string[] = []) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }
}

export const refused = (errorCode: string, message: string, fields: string[] = []) =>
  new Refusal(400, errorCode, message, fields);
export const notFound = (message = 'The requested resource does not exist') => new Refusal(404, 'NOT_FOUND', message);

export const errorBody = ({ message, errorCode, fields }: Refusal) => [
  { message, errorCode, ...(fields.length > 0 ? { fields } : {}) },
];

/** The same as a row of a collection's answer. */
export const errorRow = ({ message, errorCode, fields }: Refusal, id?: string) => ({
  ...(id ? { id } : {}),
  success: false,
  errors: [{ statusCode: errorCode, message, fields }],
});
