import { expect, it } from 'vitest'
import { usbNamesOf } from './usb-names.ts'

it('names a chip as its USB bootloader does', () => {
  expect(usbNamesOf('003500253133471134353639')).toEqual(['346a365e3133'])
})

it('gives both names where sources differ about a carry', () => {
  expect(usbNamesOf('003500f53133471134353639')).toEqual(['346a372e3133', '346a362e3133'])
  expect(usbNamesOf('ffffffff000000000000000200')).toEqual([])
  expect(usbNamesOf('ffffffff1234000000000002')).toEqual(['000000011234', '00ff00011234'])
})

it('knows no name for an id of another form', () => {
  expect(usbNamesOf('7cdfa1000001')).toEqual([])
})
