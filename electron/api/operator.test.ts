import fc from 'fast-check'
import { expect, it } from 'vitest'
import { operatorName } from './operator.ts'

it('reads a name percent-encoded, and as the plain UTF-8 that curl sends', () => {
  expect(operatorName(encodeURIComponent('王师傅'))).toBe('王师傅')
  expect(operatorName(Buffer.from('王师傅').toString('latin1'))).toBe('王师傅')
  expect(operatorName('Ann')).toBe('Ann')
  expect(operatorName('100%')).toBe('100%')
})

it('no name is no name', () => {
  for (const none of [undefined, null, '', '   ', '%20', []]) expect(operatorName(none)).toBeNull()
})

it('whatever is sent, a name is one line of at most 64 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (sent) => {
      const name = operatorName(sent)
      expect(name === null || ([...name].length <= 64 && !/\p{Cc}/u.test(name))).toBe(true)
    }),
  )
})
