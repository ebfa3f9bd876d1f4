import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, previewCsv } from './csv-preview.ts'

describe('the preview of an import', () => {
  it('reads names with and without secrets, past a header, a BOM and blank lines', () => {
    expect(previewCsv('\uFEFFname,secret\r\n\r\ngw-1,s3cret\r\ngw-2\r\n')).toEqual([
      { line: 3, name: 'gw-1', problem: undefined },
      { line: 4, name: 'gw-2', problem: undefined },
    ])
  })

  it('names the line and the fault of what cannot be imported', () => {
    const rows = previewCsv('gw-1\n网关\ngw-1\ngw-2,bad secret\ngw-3,ok,bad token\ngw-4,a,b,c')
    expect(rows.map(({ line, problem, of }) => [line, problem, of])).toEqual([
      [1, undefined, undefined],
      [2, 'name', undefined],
      [3, 'twice', 1],
      [4, 'secret', undefined],
      [5, 'accessToken', undefined],
      [6, 'columns', undefined],
    ])
  })

  it('takes quotes, semicolons and tabs as spreadsheets write them', () => {
    expect(cellsOf('"a;b","say ""hi""",c')).toEqual(['a;b', 'say "hi"', 'c'])
    expect(cellsOf('a;b;c')).toEqual(['a', 'b', 'c'])
    expect(cellsOf('a\tb')).toEqual(['a', 'b'])
  })

  it('ends for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const lines = text.split(/\r?\n/).length
        expect(previewCsv(text).length).toBeLessThanOrEqual(lines)
      }),
    )
  })
})
