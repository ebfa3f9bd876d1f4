import { describe, expect, it } from 'vitest'
import { builtInProfiles } from '../../at-profiles/built-in.ts'
import { fillCommand, moduleFileName } from '../../at-profiles/placeholders.ts'
import { AtProfile } from '../../at-profiles/profile.ts'
import { forModel, readProfile, readProfileText } from '../../at-profiles/read-profile.ts'
import { AtLines, finalOf, plainValue } from './at-lines.ts'
import { proofOf } from './proof.ts'
import { imeiIn, macIn } from './unit-id.ts'
import { UpdateWatch } from './update-watch.ts'

const profile = (name: string): AtProfile => AtProfile.parse(builtInProfiles[`${name}.json`])

describe('a profile', () => {
  it.each(Object.entries(builtInProfiles))('%s of the program can be used', (file, content) => {
    expect(readProfile(file, content)).toHaveProperty('profile')
  })

  const generic = builtInProfiles['generic.json'] as object
  it.each<[string, object, string]>([
    ['an unknown field', { sped: 1 }, 'sped'],
    ['a pattern that does not run in linear time', { variants: [{ match: '(?<=a)b' }] }, 'variants.0.match'],
    [
      'a percentage without a group',
      { ways: { http: { start: [{ send: 'AT' }], events: [{ line: '\\d+%', means: 'download' }] } } },
      'ways.http.events.0.line',
    ],
    ['an unknown placeholder', { ways: { http: { start: [{ send: 'AT+X={uri}' }] } } }, 'ways.http.start.0.send'],
    ['a command of two lines', { setup: [{ send: 'AT\rAT' }] }, 'setup.0.send'],
    [
      'a prompt without a payload',
      { ways: { http: { start: [{ send: 'AT', prompt: '>' }] } } },
      'ways.http.start.0.prompt',
    ],
    ['an unknown meaning', { codes: { 5: 'broken' } }, 'codes.5'],
    ['another name than its file', { name: 'other' }, 'name'],
    ['no way', { ways: {}, variants: [] }, 'ways'],
  ])('with %s is refused at that field', (_, change, field) => {
    expect(readProfile('generic.json', { ...generic, ...change })).toMatchObject({
      fault: { file: 'generic.json', field },
    })
  })

  it('that is no JSON is refused as a whole', () => {
    expect(readProfileText('x.json', '{"name": ')).toMatchObject({ fault: { file: 'x.json', field: '' } })
    expect(readProfileText('x.json', '[]')).toMatchObject({ fault: { field: '' } })
  })

  it('has for a model what its first fitting variant says, code by code', () => {
    const air = forModel(profile('generic'), 'Air780E')
    expect(air.ways.http?.start.map(({ send }) => send)).toContain('AT+UPGRADE="AUTO",0')
    expect(air.codes).toHaveProperty('-1003', 'package')
    // A model that it does not know is sent nothing that might mean something else to it.
    expect(forModel(profile('generic'), 'M100').ways).toEqual({})
  })
})

it('commands are filled with what cannot end them', () => {
  const file = { name: '../a "b"\r\n.bin', size: 9, url: 'http://10.0.0.1:8070/ota/t/a.bin' }
  expect(fillCommand('{host}:{port}{path} {urlLength} {size} {file}', file)).toBe(
    '10.0.0.1:8070/ota/t/a.bin 32 9 a__b___.bin',
  )
  expect(fillCommand('{port}', { ...file, url: 'http://h/x' })).toBe('80')
  expect(moduleFileName('..')).toBe('update.bin')
})

it('what a module sends becomes lines, however it is cut, in bounded memory', () => {
  const lines = new AtLines()
  expect(lines.take(Buffer.from('\r\nAT+C'))).toEqual([])
  expect(lines.take(Buffer.from('GMM\r\r\n EC25\r\n\r\nO'))).toEqual(['AT+CGMM', 'EC25'])
  expect(lines.take(Buffer.from('K\r\n> '))).toEqual(['OK'])
  expect(lines.rest).toBe('> ')
  lines.take(Buffer.alloc(100_000, 0x41))
  expect(lines.rest.length).toBeLessThanOrEqual(1024)
  expect(lines.take(Buffer.from('\x1b[0m\xff\r\n'))[0]).not.toMatch(/[^\x20-\x7e]/)
})

it.each([
  ['OK', 'ok'],
  ['ERROR', 'error'],
  ['+CME ERROR: 4', 'error'],
  ['+CMS ERROR: 500', 'error'],
  ['OKAY', undefined],
  ['+QIND: "FOTA","HTTPEND",0', undefined],
])('%s ends a command: %s', (line, final) => expect(finalOf(line)).toBe(final))

it.each([
  ['+CGMR: "R1"', 'AT+CGMR', 'R1'],
  ['Revision: R1', 'AT+CGMR', 'R1'],
  ['R1', 'AT+CGMR', 'R1'],
  ['#XSLMVER: "2.1"', 'AT#XSLMVER', '2.1'],
])('the value of %s to %s is %s', (line, command, value) => expect(plainValue(line, command)).toBe(value))

it.each([
  ['490154203237518', '490154203237518'],
  ['+CGSN: "490154203237518"', '490154203237518'],
  ['490154203237519', undefined],
  ['000000000000000', undefined],
  ['4901542032375181', undefined],
  ['', undefined],
])('the IMEI in "%s" is %s', (text, imei) => expect(imeiIn(text)).toBe(imei))

it.each([
  ['24:6F:28:C0:DB:FE', '246f28c0dbfe'],
  ['00:00:00:00:00:00', undefined],
  ['ff:ff:ff:ff:ff:ff', undefined],
  ['01:00:5e:00:00:01', undefined],
])('the MAC in %s is %s', (text, mac) => expect(macIn(text)).toBe(mac))

it.each([
  ['1', '2', '', false, 'proven'],
  ['1', '1', '', true, 'same'],
  ['1', '2', '^2', false, 'proven'],
  ['1', '3', '^2', true, 'other'],
  ['1', '1', '^2', true, 'same'],
  ['2', '2', '^2', false, 'kept'],
  ['2', '2', '^2', true, 'proven'],
] as const)('%s before, %s after, "%s" wanted, started %s: %s', (before, after, wanted, started, proof) => {
  expect(proofOf(before, after, wanted, started)).toBe(proof)
})

describe('an update that is followed', () => {
  const limits = { idleMs: 1000, rebootMs: 3000 }
  const watch = (name: string, model = '') => {
    const { ways, codes } = forModel(profile(name), model)
    if (!ways.http) throw new Error('no way')
    return new UpdateWatch(ways.http, codes, limits, 1000, 0)
  }

  it('is idle only when neither line nor byte came for the whole time', () => {
    const one = watch('quectel')
    expect(one.due).toBe(1000)
    one.answered({ requests: 1, bytes: 400 }, 900)
    one.answered({ requests: 1, bytes: 400 }, 1800)
    expect([one.due, one.progress.done]).toEqual([1900, 400])
    expect(one.late(1900)).toEqual({ kind: 'idle' })
    expect(watch('quectel').late(1000)).toEqual({ kind: 'unrequested' })
  })

  it('takes noise for nothing, a bar for progress, and codes for what the profile says', () => {
    const one = watch('quectel')
    expect(one.line('+CREG: 1', 500)).toEqual({})
    expect(one.due).toBe(1000)
    expect(one.line('+QIND: "FOTA","HTTPEND",0', 600)).toEqual({})
    expect(one.stage).toBe('install')
    expect(one.line('+QIND: "FOTA","UPDATING",40', 700)).toEqual({ isBar: true })
    expect(one.progress).toEqual({ done: 400, total: 1000 })
    expect(one.line('+QIND: "FOTA","END",510', 800)).toMatchObject({ fault: { meaning: 'source', code: '510' } })
    expect(one.line('+QIND: "FOTA","END",599', 800)).toMatchObject({ fault: { meaning: 'other', code: '599' } })
  })

  it('takes a greeting during the download for no restart, and never leaves its end again', () => {
    const one = watch('quectel')
    one.line('RDY', 100)
    expect([one.stage, one.restarted]).toEqual(['download', false])
    one.line('+QIND: "FOTA","HTTPEND",0', 200)
    one.gone(300)
    expect([one.stage, one.restarted, one.due]).toEqual(['restart', true, 3300])
    one.line('+QIND: "FOTA","END",0', 400)
    one.line('RDY', 500)
    expect(one.stage).toBe('done')
  })

  it('of a module that tells no end is over soon after the last byte', () => {
    const one = watch('generic', 'GM02S')
    one.answered({ requests: 3, bytes: 1000 }, 500)
    expect([one.hasPackage, one.due]).toEqual([true, 1500])
    expect(one.late(1500)).toBeUndefined()
    expect(one.stage).toBe('restart')
  })
})
