import { expect, it } from 'vitest'
import { benchReasonText } from './bench-reasons.ts'

it('a reason is told in the language asked for, the phase as well', () => {
  expect(benchReasonText('UNPLUGGED', 'en', { phase: 'writing' })).toContain('while writing')
  expect(benchReasonText('UNPLUGGED', 'zh', { phase: 'writing' })).toContain('“写入”')
})

it('a reason of a family is told as well, and one of a newer station is not made up', () => {
  expect(benchReasonText('PORT_BUSY', 'en', { port: 'COM7' })).toContain('COM7')
  expect(benchReasonText('FROM_TOMORROW', 'en')).toBeUndefined()
})
