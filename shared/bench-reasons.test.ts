import { expect, it } from 'vitest'
import { benchReasonText } from './bench-reasons.ts'
import { reasonHeadline } from './reason-headlines.ts'
import { texts } from './texts/index.ts'

it('a reason is told in the language asked for, the phase as well', () => {
  expect(benchReasonText('UNPLUGGED', 'en', { phase: 'writing' })).toContain('while writing')
  expect(benchReasonText('UNPLUGGED', 'zh', { phase: 'writing' })).toContain('“写入”')
})

it('a reason of a family is told as well, and one of a newer station is not made up', () => {
  expect(benchReasonText('PORT_BUSY', 'en', { port: 'COM7' })).toContain('COM7')
  expect(benchReasonText('FROM_TOMORROW', 'en')).toBeUndefined()
})

it('every reason has a headline that fits the card of a slot, and calls the board 单板', () => {
  for (const [code, zh] of Object.entries({ ...texts.zh.benchReasons, ...texts.zh.flashReasons })) {
    expect(reasonHeadline(code, 'zh')?.length, code).toBeLessThanOrEqual(13)
    expect(reasonHeadline(code, 'en')?.length, code).toBeLessThanOrEqual(26)
    expect(`${zh}${reasonHeadline(code, 'zh')}`, code).not.toMatch(/单元|板子/)
  }
  expect(reasonHeadline('FROM_TOMORROW', 'en')).toBeUndefined()
})
