import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BYTE_ORDER_MARK, csvLine, harmless } from './csv.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '\t', "'", '=', '+', '-', '@', '中', 'a', ' ') }),
)
const records = fc
  .integer({ min: 1, max: 6 })
  .chain((columns) =>
    fc.array(fc.array(text, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }),
  )

it('whatever a device is called or says, another program reads the same from the table, formulas made harmless', () => {
  fc.assert(
    fc.property(records, (rows) => {
      // Readers skip an empty line (RFC 4180 does not define it).
      fc.pre(rows.every((row) => row.length > 1 || row[0] !== ''))
      const written = BYTE_ORDER_MARK + rows.map(csvLine).join('')
      const read: string[][] = parse(written, { bom: true, record_delimiter: '\r\n' })
      expect(read).toEqual(rows.map((row) => row.map(harmless)))
    }),
    { numRuns: 1000 },
  )
})

it('no cell begins like a formula', () => {
  fc.assert(fc.property(text, (value) => !/^[=+\-@\t\r\n]/.test(harmless(value))))
  expect(csvLine(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', 'V1.0'])).toBe(
    `"'=HYPERLINK(""http://x"")",'+1,'-1,'@SUM(A1),V1.0\r\n`,
  )
})

it('a number stays one, and nothing reads as an empty cell', () => {
  expect(csvLine([-4, 0, null, ''])).toBe('-4,0,,\r\n')
})
