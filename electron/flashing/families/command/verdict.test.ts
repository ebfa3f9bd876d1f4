import { expect, it } from 'vitest'
import { type Ending, verdictOf } from './verdict.ts'

const usual: Ending = {
  end: { code: 0, signal: null },
  asksForSuccess: false,
  succeeded: false,
  failure: undefined,
  words: 'w',
}
const asked = { asksForSuccess: true }

it.each<[string, Partial<Ending>, string | undefined]>([
  ['exit code 0', {}, undefined],
  ['another exit code', { end: { code: 1, signal: null } }, 'COMMAND_FAILED'],
  ['a signal', { end: { code: null, signal: 'SIGSEGV' } }, 'COMMAND_ENDED'],
  ['a failure line with exit code 0', { failure: 'Cannot connect' }, 'COMMAND_REPORTED'],
  ['a failure line beside a success line', { ...asked, succeeded: true, failure: 'x' }, 'COMMAND_REPORTED'],
  ['no success line with exit code 0', asked, 'COMMAND_NO_SUCCESS'],
  ['no success line and another exit code', { ...asked, end: { code: 3, signal: null } }, 'COMMAND_FAILED'],
  ['a success line', { ...asked, succeeded: true }, undefined],
])('%s', (_, more, code) => {
  const verdict = verdictOf({ ...usual, ...more })
  expect(verdict?.code).toBe(code)
  expect(verdict?.fails ?? false).toBe(code !== undefined)
})

it('a success line counts more than the exit code, with a remark', () => {
  expect(verdictOf({ ...usual, ...asked, succeeded: true, end: { code: 74, signal: null } })).toEqual({
    fails: false,
    code: 'COMMAND_SUCCESS_LINE',
    data: { code: 74 },
  })
})
