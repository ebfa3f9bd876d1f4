import { expect, it } from 'vitest'
import { makeUf2 } from '../../../simulator/targets/uf2-file.ts'
import { FlashError } from '../../flasher.ts'
import { findProblems } from '../../images/image-rules.ts'
import { chipOfBoard, parseBoardInfo } from './boards.ts'
import { uf2Images } from './image-rules.ts'

const rp2040 = makeUf2(Buffer.alloc(1000, 7), { family: 0xe48b_ff56, address: 0x1000_0000 })
const nrf = makeUf2(Buffer.alloc(1000, 7), { family: 0xada5_2840, address: 0x26000 })
const regionsOf = (...files: Uint8Array[]) => files.flatMap((bytes) => uf2Images.parse(bytes, 'app.uf2', null).regions)
const codes = (files: Uint8Array[], options = {}) =>
  findProblems(regionsOf(...files), uf2Images, undefined, options).map(
    ({ code, refused }) => `${refused ? '' : '~'}${code}`,
  )

it('a family is known by its id and its name in any case, and must be in the file', () => {
  for (const family of ['', 'RP2040', 'rp2040', '0xE48BFF56']) expect(codes([rp2040], { family }), family).toEqual([])
  expect(codes([nrf], { family: 'RP2040' })).toEqual(['UF2_FAMILY_MISSING'])
  expect(codes([Buffer.concat([rp2040, nrf])], { family: 'RP2040' })).toEqual(['~UF2_OTHER_FAMILIES'])
  expect(codes([Buffer.concat([rp2040, nrf])])).toEqual([])
})

it('a file that names no family is warned of', () => {
  expect(codes([makeUf2(Buffer.alloc(9), { family: undefined, address: 0 })], { family: 'RP2040' })).toEqual([
    '~UF2_NO_FAMILY',
  ])
})

it('more than one file is refused', () => {
  expect(codes([rp2040, nrf])).toEqual(['UF2_ONE_IMAGE'])
})

it.each([
  ['firmware.elf', Buffer.from('\x7fELF rest'), 'ELF', 'picotool uf2 convert firmware.elf firmware.uf2'],
  [
    'app.hex',
    Buffer.from(':10010000214601360121470136007EFE09D2190140\n:00000001FF\n'),
    'HEX',
    'uf2conv.py -c -f FAMILY -o app.uf2 app.hex',
  ],
  [
    'my app.bin',
    Buffer.from([0, 0, 4, 32, 0xf7, 0, 0, 16]),
    'BIN',
    'uf2conv.py -c -f FAMILY -b ADDRESS -o my_app.uf2 "my app.bin"',
  ],
])('%s is refused with the command that converts it', (name, bytes, kind, command) => {
  expect(() => uf2Images.parse(bytes, name, null)).toThrow(
    expect.objectContaining({ code: 'UF2_NEEDS_CONVERSION', data: { name, kind, command } }),
  )
})

it('an archive is no firmware to convert', () => {
  const zip = Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0])
  expect(() => uf2Images.parse(zip, 'app.zip', null)).toThrow(FlashError)
  expect(() => uf2Images.parse(zip, 'app.zip', null)).toThrow('UF2_FOREIGN_FILE')
})

it('a board tells its chip by its id; any other board tells none', () => {
  const info = parseBoardInfo('UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n')
  expect(info).toMatchObject({ loader: 'UF2 Bootloader v3.0', model: 'Raspberry Pi RP2', boardId: 'RPI-RP2' })
  expect(chipOfBoard(info)?.chip).toBe('RP2040')
  const ids = ['SAMD21G18A-Metro-v0', 'SAMD51J19A-Feather-v0', 'nRF52840-Feather-revD', 'ESP32S3-Saola-v1']
  const chips = ids.map((boardId) => chipOfBoard(parseBoardInfo(`UF2\nBoard-ID: ${boardId}`))?.chip)
  expect(chips).toEqual(['SAMD21', 'SAMD51', 'nRF52840', 'ESP32-S3'])
  expect(chipOfBoard(parseBoardInfo('something else'))).toBeUndefined()
})
