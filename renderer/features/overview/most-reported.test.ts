import { expect, it } from 'vitest'
import { mostReported } from './most-reported.ts'

it('the module that most devices report is shown first; without any, the oldest', () => {
  const module = (name: string, devices: number) => ({ name, devices })
  expect(mostReported([module('default', 0), module('MCU', 48), module('radio', 12)])).toBe('MCU')
  expect(mostReported([module('default', 0), module('MCU', 0)])).toBe('default')
  expect(mostReported([])).toBeUndefined()
})
