import { describe, expect, it } from 'vitest'
import { Recipe, RecipeInput } from '#shared/schema.ts'
import { type DraftImage, draftOf, emptyDraft, inputOf, noCheck, noValue, ordered, withTarget } from './recipe-draft.ts'
import { faultsOf, writingFaults } from './recipe-faults.ts'

const image = (key: string, name: string, address: string): DraftImage => ({
  key,
  packageId: null,
  fileName: null,
  file: `upload-${key}`,
  name,
  size: 1000,
  address,
})
const whole = {
  ...emptyDraft,
  name: ' Board 7 ',
  images: [image('a', 'app.bin', '0x10000'), image('b', 'bootloader.bin', '0')],
}

describe('a recipe in the form', () => {
  it('is sent as the contract reads it', () => {
    const read = RecipeInput.parse(inputOf(whole))
    expect(read).toMatchObject({ name: 'Board 7', target: 'esp', expect: {}, unitData: null, checks: [], notes: null })
    expect(read.images).toMatchObject([{ file: 'upload-a', address: 0x10000 }, { address: 0 }])
  })

  it('marks the option that the station would refuse, and is not checked with it', () => {
    const dfu = withTarget(whole, 'dfu')
    const bad = { ...dfu, options: { ...dfu.options, vendorId: '48' } }
    expect(faultsOf(bad)).toEqual([{ at: 'option.vendorId', blank: false }])
    expect(writingFaults(bad)).toEqual(faultsOf(bad))
    expect(faultsOf({ ...dfu, options: { ...dfu.options, vendorId: '0x0483' } })).toEqual([])
  })

  it('comes back as it was saved', () => {
    const recipe = Recipe.parse({
      id: 1,
      version: 3,
      missing: [],
      patternFaults: [],
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      name: 'Board 7',
      productId: 4,
      target: 'esp',
      options: { chip: 'ESP32-C3', eraseAll: true },
      images: [
        { packageId: 2, name: 'app.bin', size: 9, sha256: 'aa', address: 0x10000 },
        { packageId: null, name: 'all.hex', size: 9, sha256: 'bb', address: null },
      ],
      expect: { chip: 'ESP32-C3', minFlashSize: 4_194_304, serial: true },
      unitData: { address: 0x9000, size: 24_576, entries: [{ ...noValue, key: 'sn', value: '{serial}' }] },
      checks: [{ send: 'AT\\r\\n', expect: '^OK', timeoutMs: 2000 }],
      serials: { from: 'list', list: ['A1', 'A2'] },
      autoStart: true,
      notes: 'n',
    })
    const { id: _, version: _v, missing: _m, patternFaults: _p, createdAt: _c, updatedAt: _u, images, ...rest } = recipe
    const sent = RecipeInput.parse(inputOf(draftOf(recipe)))
    expect(sent).toMatchObject(rest)
    expect(sent.images).toMatchObject([
      { packageId: 2, fileName: 'app.bin', address: images[0]?.address },
      { file: 'bb', address: null },
    ])
  })

  it('sends a counter on only where it was changed, because it goes on while the form is open', () => {
    const serials = { from: 'counter', prefix: 'P', width: 4, next: '80', nextWas: '80', list: '' } as const
    expect(inputOf({ ...whole, serials }).serials).toEqual({ from: 'counter', prefix: 'P', width: 4 })
    expect(inputOf({ ...whole, serials: { ...serials, next: '500' } }).serials).toMatchObject({ next: 500 })
    expect(faultsOf({ ...whole, serials })).toEqual([])
    expect(faultsOf({ ...whole, serials: { ...serials, next: '10000' } })).toEqual([
      { at: 'serials.next', blank: false },
    ])
    expect(faultsOf({ ...whole, serials: { ...serials, next: '', nextWas: '' } })).toEqual([
      { at: 'serials.next', blank: true },
    ])
    expect(faultsOf({ ...whole, serials: { ...serials, from: 'list', list: 'A\nA' } })).toEqual([
      { at: 'serials.list', blank: false },
    ])
  })

  it('stands in the order of addresses, those without one last', () => {
    const images = [image('x', 'x.bin', ''), image('a', 'a.bin', '0x20'), image('b', 'b.bin', '16')]
    expect(ordered(images).map(({ key }) => key)).toEqual(['b', 'a', 'x'])
  })

  it('forgets the options of a family with the family', () => {
    const changed = withTarget({ ...whole, options: { chip: 'ESP8266' } }, 'stm32')
    expect(changed.options).toMatchObject({ erase: 'pages' })
    expect(changed.images).toBe(whole.images)
  })
})

describe('what is wrong with a recipe', () => {
  it('is told by its place; what is only blank, as such', () => {
    expect(faultsOf(whole)).toEqual([])
    expect(faultsOf(emptyDraft)).toEqual([
      { at: 'images', blank: true },
      { at: 'name', blank: true },
    ])
    const bad = {
      ...whole,
      images: [image('a', 'app.bin', 'here'), image('b', 'boot.bin', ''), image('c', 'all.hex', '')],
      expect: { ...whole.expect, unit: '(?=a)', vendorId: '30' },
      checks: [noCheck, { ...noCheck, expect: '[' }],
      unitData: { ...whole.unitData, on: true, entries: [noValue] },
    }
    expect(faultsOf(bad)).toEqual([
      { at: 'image.a', blank: false },
      { at: 'image.b', blank: true },
      { at: 'value.0', blank: true },
      { at: 'expect.unit', blank: false },
      { at: 'expect.vendorId', blank: false },
      { at: 'check.0', blank: true },
      { at: 'check.1', blank: false },
    ])
    expect(writingFaults({ ...whole, name: '' })).toEqual([])
  })
})
