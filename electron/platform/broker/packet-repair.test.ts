import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mendPacket, withoutClosingNul } from './packet-repair.ts'

const mended = (...bytes: number[]): number[] => {
  const packet = Uint8Array.from(bytes)
  mendPacket(packet)
  return [...packet]
}

/** CONNECT of `name` and these connect flags. */
const connect = (name: string, flags: number): number[] => [
  ...[0x10, 10 + name.length - 4 + 2, 0, name.length],
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...[4, flags, 0, 60, 0, 0],
]

describe('a packet', () => {
  test.each([
    ['UNSUBSCRIBE with flags 0, as LinkSDK sends it', [0xa0, 5, 0, 1, 0, 1, 0x61], 0xa2],
    ['SUBSCRIBE with flags 0', [0x80, 6, 0, 1, 0, 1, 0x61, 0], 0x82],
    ['SUBSCRIBE sent again with DUP, as MQTT 3.1 wants it', [0x8a, 6, 0, 1, 0, 1, 0x61, 0], 0x82],
    ['PUBREL sent again with DUP', [0x6a, 2, 0, 1], 0x62],
    ['PUBACK with flags 2', [0x42, 2, 0, 1], 0x40],
    ['PINGREQ with flags', [0xc1, 0], 0xc0],
    ['DISCONNECT with flags', [0xe2, 0], 0xe0],
  ])('%s is put right, and only its first byte', (_, bytes, first) => {
    expect(mended(...bytes)).toEqual([first, ...bytes.slice(1)])
  })

  test('PUBLISH keeps its flags, whatever they are', () => {
    for (let flags = 0; flags < 16; flags++) expect(mended(0x30 | flags, 2, 0, 0)).toEqual([0x30 | flags, 2, 0, 0])
  })

  test('CONNECT loses QoS and retain of a will that is not there, and no other flag', () => {
    expect(mended(...connect('MQTT', 0xfa))).toEqual(connect('MQTT', 0xc2))
    expect(mended(...connect('MQIsdp', 0xea))).toEqual(connect('MQIsdp', 0xc2))
    expect(mended(...connect('MQTT', 0xce))).toEqual(connect('MQTT', 0xce))
    expect(mended(...connect('MQTT', 0xc3))).toEqual(connect('MQTT', 0xc3))
  })

  test('never grows, and never loses more than flags, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const packet = Uint8Array.from(bytes)
        mendPacket(packet)
        const changed = [...packet.keys()].filter((at) => packet[at] !== bytes[at])
        expect(packet.length).toBe(bytes.length)
        expect(changed.length).toBeLessThanOrEqual(1)
        expect((packet[0] ?? 0) >> 4).toBe((bytes[0] ?? 0) >> 4)
      }),
    )
  })
})

test('a text loses the NULs at its end, and no others', () => {
  expect(['dev1\0', 'dev1\0\0', 'dev1', 'de\0v1', '\0', ''].map(withoutClosingNul)).toEqual([
    'dev1',
    'dev1',
    'dev1',
    'de\0v1',
    '',
    '',
  ])
})
