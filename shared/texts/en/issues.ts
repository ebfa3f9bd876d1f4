/** What a schema finds wrong with a value. */
export const issues = {
  required: 'is required',
  type: 'must be {kind}',
  /** Kinds of values, by the name that the schema library gives them. */
  kinds: {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a JSON object',
    record: 'a JSON object',
  },
  least: 'must be at least {limit}{unit}',
  most: 'must be at most {limit}{unit}',
  units: { string: ' characters', array: ' entries' },
  oneOf: 'must be one of {values}',
  unknownField: 'unknown field',
  format: 'has the wrong format',
} as const
