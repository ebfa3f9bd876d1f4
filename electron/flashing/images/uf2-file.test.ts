import { expect, it } from 'vitest'
import { makeUf2 } from '../../simulator/targets/uf2-file.ts'
import { looksLikeUf2, readUf2 } from './uf2-file.ts'

const family = 0xe48b_ff56
const good = makeUf2(Buffer.alloc(1000, 7), { family, address: 0x1000_0000 })
const absolute = makeUf2(Buffer.alloc(256, 0xef), { family: 0xe48b_ff57, address: 0x10ff_ff00, count: 2 })

const changed = (at: number, word: number): Buffer => {
  const copy = Buffer.from(good)
  copy.writeUInt32LE(word, at)
  return copy
}

it('a whole file is its families’ blocks, where they go and how much they write', () => {
  expect(looksLikeUf2(good)).toBe(true)
  expect(readUf2(good)).toEqual({ groups: [{ family, blocks: 4, address: 0x1000_0000, size: 1024 }], faults: [] })
})

it('the absolute block of RP2350 files is not counted, and its high address stops nothing', () => {
  const file = readUf2(
    Buffer.concat([absolute, makeUf2(Buffer.alloc(600), { family: 0xe48b_ff59, address: 0x1000_0000 })]),
  )
  expect(file.faults).toEqual([])
  expect(file.groups.map((group) => group.family)).toEqual([0xe48b_ff57, 0xe48b_ff59])
})

it('joined files are each complete by themselves', () => {
  const joined = Buffer.concat([good, makeUf2(Buffer.alloc(300), { family: 0xada5_2840, address: 0x26000 })])
  expect(readUf2(joined)).toMatchObject({ groups: [{ blocks: 4 }, { blocks: 2 }], faults: [] })
})

it('blocks without a family are a group of their own', () => {
  const file = readUf2(makeUf2(Buffer.alloc(300), { family: undefined, address: 0 }))
  expect(file).toEqual({ groups: [{ family: undefined, blocks: 2, address: 0, size: 512 }], faults: [] })
})

it('blocks that are not for the flash do not count', () => {
  const noted = Buffer.concat([changed(8, 0x2001).subarray(0, 512), good])
  expect(readUf2(noted).faults).toEqual([])
  expect(readUf2(changed(8, 0x2001).subarray(0, 512)).groups).toEqual([])
})

it.each<[string, Buffer, object]>([
  ['cut off in a block', good.subarray(0, 700), { kind: 'length', size: 700 }],
  ['empty', Buffer.alloc(0), { kind: 'length', size: 0 }],
  ['without its last block', good.subarray(0, 1536), { kind: 'incomplete', family, expected: 4, found: 3 }],
  ['with a block twice', changed(512 + 20, 0), { kind: 'incomplete', family, expected: 4, found: 3 }],
  ['with other counts', changed(512 + 24, 9), { kind: 'incomplete', family, expected: 9, found: 4 }],
  ['with a broken first magic', changed(512, 1), { kind: 'damaged', block: 1 }],
  ['with a broken last magic', changed(508, 1), { kind: 'damaged', block: 0 }],
  ['with more payload than a block has', changed(16, 477), { kind: 'damaged', block: 0 }],
  ['with a number beyond its count', changed(20, 4), { kind: 'damaged', block: 0 }],
  ['with an address that falls', changed(1024 + 12, 0x1000_0000), { kind: 'order', block: 2, address: 0x1000_0000 }],
  ['with blocks that overlap', changed(512 + 12, 0x1000_0080), { kind: 'order', block: 1, address: 0x1000_0080 }],
])('a file %s is told', (_, bytes, fault) => {
  expect(readUf2(bytes).faults).toContainEqual(fault)
})

it('an absolute block is no licence for a file that lacks its second half', () => {
  const half = makeUf2(Buffer.alloc(512), { family: 0xe48b_ff57, address: 0x1000_0000 }).subarray(0, 512)
  const two = makeUf2(Buffer.alloc(512), { family: 0xe48b_ff57, address: 0x1000_0000, count: 4 })
  expect(readUf2(half).faults).toEqual([])
  expect(readUf2(two).faults).toEqual([{ kind: 'incomplete', family: 0xe48b_ff57, expected: 4, found: 2 }])
})
