import { expect, it } from 'vitest'
import { addressIn, addressKind, suggestedAddress } from './address.ts'

it('an address is a number as engineers write it', () => {
  expect(addressIn(' 0x1000 ')).toBe(0x1000)
  expect(addressIn('65536')).toBe(65_536)
  expect(addressIn('')).toBeNull()
  for (const none of ['0x', '1000h', '0x1_0000', '-1', '4294967296', 'ten'])
    expect(addressIn(none), none).toBeUndefined()
})

it('is asked for where neither file nor target says it', () => {
  expect(addressKind('ymodem', 'app.bin')).toBe('none')
  expect(addressKind('esp', 'app.ELF')).toBe('file')
  expect(addressKind('dfu', 'probe.dfu')).toBe('file')
  expect(addressKind('stm32', 'app.bin')).toBe('optional')
  expect(addressKind('esp', 'app.bin')).toBe('needed')
})

it('is suggested by the usual places', () => {
  expect(suggestedAddress('esp', 'bootloader.bin', { chip: 'ESP32' })).toBe('0x1000')
  expect(suggestedAddress('esp', 'bootloader.bin', { chip: 'ESP32-C3' })).toBe('0x0')
  expect(suggestedAddress('esp', 'partition-table.bin', { chip: 'any' })).toBe('0x8000')
  expect(suggestedAddress('esp', 'ota_data_initial.bin', { chip: 'any' })).toBe('0xE000')
  expect(suggestedAddress('esp', 'gateway-merged.bin', { chip: 'any' })).toBe('0x0')
  expect(suggestedAddress('esp', 'gateway.bin', { chip: 'any' })).toBe('0x10000')
  expect(suggestedAddress('stm32', 'main.bin', {})).toBe('0x8000000')
  expect(suggestedAddress('stm32', 'main.hex', {})).toBe('')
})
