import { describe, expect, it } from 'vitest'
import type { Programmer } from '#shared/schema.ts'
import { type CallFacts, callProblems, composeCall, imageFile } from './program-call.ts'

const facts: CallFacts = {
  images: [
    { name: 'boot.bin', file: 'image0.bin', address: 0x0800_0000 },
    { name: 'app.hex', file: 'image1.hex', address: null },
  ],
  values: { chip: 'stm32f4x', speed: '4000' },
  port: '/dev/ttyACM0',
  usbpath: '1-4.2',
  usbserial: '066CFF',
  slot: 'Slot 3',
  serial: 'SN26/7',
  unit: 'SN26-7',
}
const programmer = (args: string[], more: Partial<Programmer> = {}): Programmer => ({
  name: 'p',
  program: '/p',
  args,
  values: ['chip', 'speed', 'free'],
  ...more,
})
const call = (args: string[], more: Partial<CallFacts> = {}) => composeCall(programmer(args), { ...facts, ...more })
const codes = (args: string[], more: Partial<CallFacts> = {}) =>
  callProblems(programmer(args), { ...facts, ...more }).map(({ code, refused, data }) => [
    code,
    refused,
    data.value ?? data.place ?? data.name ?? data.text,
  ])

describe('the arguments of a program', () => {
  it('stay as many as they were written, whatever the values are', () => {
    const values = { chip: 'a b; rm -rf / "x" \'y\' $HOME `id` %PATH% {image0} && c', speed: '' }
    expect(call(['-t', '{chip}', 'end'], { values }).args).toEqual(['-t', values.chip, 'end'])
    expect(call(['{slot}', '{serial}']).args).toEqual(['Slot 3', 'SN26/7'])
  })

  it('have images under our names, addresses in hex, and the place', () => {
    expect(
      call(['-w', '{image0}', '{address0}', '{image1}', '{port}', 'program {image0} {address0} verify', '{usbpath}'])
        .args,
    ).toEqual([
      '-w',
      'image0.bin',
      '0x8000000',
      'image1.hex',
      '/dev/ttyACM0',
      'program image0.bin 0x8000000 verify',
      '1-4.2',
    ])
  })

  it('take into a larger argument or a script only what no language reads as a command', () => {
    expect(call(['adapter serial {usbserial}', 'x={chip}:{speed}']).args).toEqual([
      'adapter serial 066CFF',
      'x=stm32f4x:4000',
    ])
    for (const text of ['a b', 'a;b', '[exec id]', 'a"b', 'a{b', 'a}b', 'a$b', 'a\\b', 'a\nb', 'ä', 'a/b'])
      expect(codes(['x={chip}'], { values: { chip: text } }), text).toEqual([['COMMAND_VALUE_UNSAFE', true, 'chip']])
    expect(codes(['sn={serial}'])).toEqual([['COMMAND_VALUE_UNSAFE', true, 'serial']])
    expect(codes(['slot={slot}'])).toEqual([['COMMAND_VALUE_UNSAFE', true, 'slot']])
    const script = programmer([], { script: 'device {chip}\nloadfile {image0} {address0}\nexit\n' })
    expect(composeCall(script, facts).script).toBe('device stm32f4x\nloadfile image0.bin 0x8000000\nexit\n')
    expect(callProblems(script, { ...facts, values: { chip: 'x\nexec id' } })).toMatchObject([
      { code: 'COMMAND_VALUE_UNSAFE' },
    ])
  })

  it('are no options that a recipe smuggles in; a unit’s own number is only warned of', () => {
    for (const args of [['{chip}'], ['{chip}:{speed}'], ['-c', '{chip}']])
      expect(codes(args, { values: { chip: '-ex', speed: '1' } }), args.join()).toEqual([
        ['COMMAND_VALUE_OPTION', true, 'chip'],
      ])
    expect(codes(['-c={chip}'], { values: { chip: '-x' } })).toEqual([])
    expect(codes(['{serial}'], { serial: '-7' })).toEqual([['COMMAND_SERIAL_OPTION', false, '-7']])
    expect(call(['{serial}'], { serial: '-7' })).toMatchObject({
      args: ['-7'],
      warnings: [{ code: 'COMMAND_SERIAL_OPTION' }],
    })
  })

  it('name everything that is missing, once each', () => {
    expect(codes(['{image2}', '{address1}', '{free}', '{free}', 'a{free}'], { values: {} })).toEqual([
      ['COMMAND_IMAGE_MISSING', true, '{image2}'],
      ['COMMAND_ADDRESS_MISSING', true, 'app.hex'],
      ['COMMAND_VALUE_MISSING', true, 'free'],
    ])
    expect(codes(['{usbserial}', '{serial}'], { usbserial: '', serial: '' })).toEqual([
      ['COMMAND_PLACE_MISSING', true, '{usbserial}'],
      ['COMMAND_PLACE_MISSING', true, '{serial}'],
    ])
    expect(() => call(['{free}'])).toThrow(expect.objectContaining({ code: 'COMMAND_VALUE_MISSING' }))
  })

  it('a value named like a member of every object is no value', () => {
    expect(codes(['{toString}'], { values: {} })).toEqual([['COMMAND_VALUE_MISSING', true, 'toString']])
  })
})

it.each([
  ['app.HEX', 'image0.hex'],
  ['zephyr.signed.bin', 'image0.bin'],
  ['rootfs.tar.gz', 'image0.tar.gz'],
  ['noending', 'image0.bin'],
  ['a.b c', 'image0.bin'],
  ['-rf.elf', 'image0.elf'],
  ['x.uf2', 'image0.uf2'],
])('%s is copied as %s', (name, file) => {
  expect(imageFile(0, name)).toBe(file)
})
