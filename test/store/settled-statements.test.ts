import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settled } from '../../electron/platform/store/settled-statements.ts'

it('comparisons with a parameter, and limits, get a plus that SQLite does not calculate', () => {
  for (const [source, expected] of [
    ['SELECT * FROM a WHERE id = ?', 'SELECT * FROM a WHERE id = +?'],
    ['UPDATE a SET x=:x WHERE id=@id', 'UPDATE a SET x= +:x WHERE id= +@id'],
    ["x LIKE ? ESCAPE '\\' limit ?", "x LIKE +? ESCAPE '\\' limit +?"],
    ['a IS ? OR b is not $b', 'a IS +? OR b is not +$b'],
    ['a IN (?, ?) AND b > ? AND json_each(:ids) AND c = \'= ?\' AND "is ?" = 1', undefined],
  ] as const)
    expect(settled(source)).toBe(expected ?? source)
})

it('a statement answers the same with the plus, whatever the value and the column', () => {
  const sql = new Database(':memory:')
  sql.exec('CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT, n REAL, b BLOB)')
  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom('', '1', '1.0', 'a', '-2'),
    fc.constantFrom(1.5, 2),
    fc.constant(null),
    fc.uint8Array({ maxLength: 2 }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value)), value, (rows, asked) => {
      sql.exec('DELETE FROM a')
      for (const row of rows) sql.prepare('INSERT INTO a (t, n, b) VALUES (?, ?, ?)').run(...row)
      for (const column of ['id', 't', 'n', 'b'])
        for (const operator of ['=', 'IS', 'IS NOT', 'LIKE']) {
          const source = `SELECT a.id FROM a JOIN a o ON o.id = a.id WHERE a.${column} ${operator} ? ORDER BY a.id`
          expect(sql.prepare(settled(source)).all(asked)).toEqual(sql.prepare(source).all(asked))
        }
    }),
  )
})
