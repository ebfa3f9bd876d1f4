/** What is wrong with a list of devices to import, and what to do. */
export const deviceList = {
  empty: 'The list has no rows.',
  encoding: 'Save the list as CSV in UTF-8.',
  notCsv: 'Not valid CSV: check that quotes are paired.',
  onLine: 'line {line}: {problem}',
  secret: 'secret must be 1-128 printable ASCII characters without spaces',
  accessToken: 'accessToken must be 1-64 letters, digits or - _ . : @',
  name: 'name "{value}" must be 1-64 letters, digits or - _ . : @',
  twice: '{field} "{value}" is already on line {line}',
  column: 'column "{value}" is unknown, use {columns}',
  header: '"{names}" looks like a header; its columns must be {columns}. Correct it, or leave it out',
  columns: 'has more than {most} columns',
} as const
