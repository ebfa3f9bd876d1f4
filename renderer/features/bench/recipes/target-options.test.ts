import { describe, expect, it } from 'vitest'
import { flashTargets } from '#shared/targets/index.ts'
import { texts } from '#shared/texts/index.ts'
import { defaultsOf, fieldsOf, isMeant, optionFaults, withDefaults } from './target-options.ts'

describe('the form of a family', () => {
  it('is made of its schema, with a label for every option', () => {
    for (const target of flashTargets) {
      const fields = fieldsOf(target)
      expect(fields.map(({ key }) => key)).toEqual(Object.keys(defaultsOf(target)))
      expect(fields.filter(({ key }) => !(key in texts.en.screen.bench.targets.labels))).toEqual([])
      expect(fields.some(({ advanced }) => !advanced)).toBe(true)
    }
  })

  it('knows what may stand in each', () => {
    const fields = new Map(fieldsOf('stm32').map((field) => [field.key, field]))
    expect(fields.get('erase')).toMatchObject({ kind: 'choice', values: ['pages', 'mass', 'none'], advanced: false })
    expect(fields.get('baudRate')).toMatchObject({ kind: 'number', min: 300, max: 4_000_000 })
    expect(fields.get('verify')).toMatchObject({ kind: 'switch', advanced: true })
    expect(fieldsOf('ymodem').find(({ key }) => key === 'startText')).toMatchObject({ kind: 'text', max: 200 })
  })

  it('shows what hangs on another option only beside it', () => {
    expect(isMeant('stm32', 'resetLine', { entry: 'manual' })).toBe(false)
    expect(isMeant('stm32', 'resetLine', { entry: 'lines' })).toBe(true)
    expect(isMeant('stm32', 'erase', {})).toBe(true)
  })

  it('names the fault of each option, and none where all have their defaults', () => {
    for (const target of flashTargets.filter((one) => one !== 'command'))
      expect(optionFaults(target, defaultsOf(target)), target).toEqual({})
    expect(optionFaults('dfu', { ...defaultsOf('dfu'), vendorId: '048', alternate: 'x' })).toEqual({
      vendorId: 'rules.usbId',
      alternate: 'rules.alternate',
    })
    expect(optionFaults('at-fota', { ...defaultsOf('at-fota'), profile: 'No Name', host: 'http://a' })).toEqual({
      profile: 'rules.atProfileName',
      host: 'rules.atHost',
    })
  })

  it('fills in what a recipe leaves out', () => {
    expect(withDefaults('esp', { baudRate: 921_600 })).toEqual({ ...defaultsOf('esp'), baudRate: 921_600 })
  })
})
