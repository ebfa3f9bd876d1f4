import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDeviceList } from '#shared/device-list.ts'
import { previewCsv } from './csv-preview.ts'

const faultsOf = (text: string) => previewCsv(text).faults.map(({ line, fault }) => [line, fault.code])

describe('the preview of an import', () => {
  it('counts names with and without secrets, past a header, a BOM and blank lines', () => {
    const { count, faults, fault } = previewCsv('\uFEFFname,secret\r\n\r\ngw-1,s3cret\r\ngw-2\r\n')
    expect({ count, faults, fault }).toEqual({ count: 2, faults: [], fault: undefined })
  })

  it('names the line and the fault of what cannot be imported', () => {
    expect(faultsOf('gw-1\n网关\ngw-1\ngw-2,bad secret\ngw-3,ok,bad token\ngw-4,a,b,c\ngw-5,s,t\ngw-6,s,t')).toEqual([
      [2, 'name'],
      [3, 'twice'],
      [4, 'secret'],
      [5, 'accessToken'],
      [6, 'columns'],
      [8, 'twiceToken'],
    ])
  })

  it('says why no row can be read', () => {
    const codes = ['', 'name\n', 'a\0', 'a\n"b', '设备名称,密钥\ngw-1,s1', 'name,remark\na,x'].map(
      (text) => previewCsv(text).fault?.code,
    )
    expect(codes).toEqual(['empty', 'empty', 'encoding', 'notCsv', 'header', 'column'])
  })

  it.each([
    ['commas', 'SECRET,accessToken,Name\n"hush-1, ""x""",t1,网关 1\nhush-2,t2,gw-2\nhush-3,t3,gw-2\nhush 4,t4,gw-4'],
    ['semicolons', '\uFEFFsecret;accessToken;name\nhush-1;t1;网关 1\nhush-2;t2;gw-2\nhush-3;t3;gw-2\nhush 4;t4;gw-4'],
    ['tabs', 'secret\taccessToken\tname\nhush-1\tt1\t网关 1\nhush-2\tt2\tgw-2\nhush-3\tt3\tgw-2\nhush 4\tt4\tgw-4'],
  ])('takes names from their own column, wherever it stands, and shows no secret: %s', (_, text) => {
    const preview = previewCsv(text)
    expect(preview.faults.map(({ line, name, fault }) => [line, name, fault.code])).toEqual([
      [2, '网关 1', 'name'],
      [4, 'gw-2', 'twice'],
      [5, 'gw-4', 'secret'],
    ])
    expect(JSON.stringify(preview)).not.toContain('hush')
  })

  it('shows no cell of a list without a header: its first column may be the secrets', () => {
    const preview = previewCsv('hush-1,gw-1\nhush-1,gw-2\nhush !,gw-3')
    expect(preview.faults.map(({ line, name, fault }) => [line, name, fault.code])).toEqual([
      [2, undefined, 'twice'],
      [3, undefined, 'name'],
    ])
    expect(JSON.stringify(preview)).not.toContain('hush')
  })

  it('reads any text as the station does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z,;\t"\r\n网]*$/)), (text) => {
        const station = readDeviceList(text, parse)
        const preview = previewCsv(text)
        expect(preview.count).toBe(station.rows.length)
        expect(preview.fault?.code).toBe(station.fault?.code)
        expect(preview.faults.map(({ line }) => line)).toEqual(
          station.rows.filter(({ faults }) => faults.length > 0).map(({ line }) => line),
        )
      }),
    )
  })
})
