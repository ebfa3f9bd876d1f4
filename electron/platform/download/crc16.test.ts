import { describe, expect, test } from 'vitest'
import { pieceCrc16 } from './crc16.ts'

describe('the checksum of a piece', () => {
  const check = Buffer.from('123456789')

  // The check values of CRC-16/USB, CRC-16/X-25, and CRC-16/EN-13757 (0xc2b7) before its inversion.
  test.each([
    ['IBM', 'b4c8'],
    ['CCITT', '906e'],
    ['MODBUS', '3d48'],
    [undefined, 'b4c8'],
    ['modbus', 'b4c8'],
    ['', 'b4c8'],
  ])('by the method %s is %s', (method, expected) => {
    expect(pieceCrc16(method, check)).toBe(expected)
  })

  test('always has four digits', () => {
    expect(pieceCrc16('MODBUS', new Uint8Array())).toBe('0000')
    expect(pieceCrc16('IBM', new Uint8Array())).toBe('0000')
  })
})
