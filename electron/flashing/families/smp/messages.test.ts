import { describe, expect, it } from 'vitest'
import { answerIn, packetOf, requests } from './messages.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const packet = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('a request', () => {
  it('is a header of version 1 and a map of definite length with plain byte strings', () => {
    // {"off": 100, "data": h'010203'}: RFC 8949, major types 5, 3, 0 and 2.
    const request = requests.upload({ off: 100, data: Uint8Array.of(1, 2, 3) })
    expect(hex(packetOf(request, 7))).toBe('0200001000010701a2636f66661864646461746143010203')
  })

  it('has the state of images with its hash', () => {
    const request = requests.setState(Uint8Array.of(0xaa, 0xbb), true)
    expect(hex(packetOf(request, 255))).toBe('020000120001ff00a2646861736842aabb67636f6e6669726df5')
  })
})

describe('an answer', () => {
  const state = requests.state()

  it.each([
    ['success', '01 00 00 01 00 01 05 00 a0', undefined],
    ['rc 0 of MCUboot', '01 00 00 05 00 01 05 00 a1 62 72 63 00', undefined],
    ['rc of version 1', '01 00 00 05 00 01 05 00 a1 62 72 63 06', '6 (bad state)'],
    // {"err": {"group": 1, "rc": 4}}
    ['err of version 2', '09 00 00 11 00 01 05 00 a1 63 65 72 72 a2 65 67 72 6f 75 70 01 62 72 63 04', '4 (group 1)'],
    ['rc of the protocol in version 2', '09 00 00 05 00 01 05 00 a1 62 72 63 08', '8 (not supported)'],
    // {_ "rc": 2, "rsn": "no"}: an indefinite map, as Zephyr sends them.
    ['rc with words', '01 00 00 0d 00 01 05 00 bf 62 72 63 02 63 72 73 6e 62 6e 6f ff', '2 (out of memory): no'],
  ])('%s', (_, text, words) => {
    const answer = answerIn(packet(text), state)
    expect(answer?.sequence).toBe(5)
    expect(answer?.error?.words).toBe(words)
  })

  it.each([
    ['a request that comes back', '00 00 00 01 00 01 05 00 a0'],
    ['an answer to a write', '03 00 00 01 00 01 05 00 a0'],
    ['an answer to another command', '01 00 00 01 00 01 05 01 a0'],
    ['a header without its body', '01 00 00 05 00 01 05 00 a1 62'],
    ['a body that is no map', '01 00 00 01 00 01 05 00 05'],
    ['a body that is no CBOR', '01 00 00 02 00 01 05 00 ff ff'],
  ])('is not %s', (_, text) => {
    expect(answerIn(packet(text), state)).toBe(undefined)
  })
})
