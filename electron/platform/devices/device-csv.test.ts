import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorText } from '#shared/error-texts.ts'
import { DomainError } from '#shared/errors.ts'
import { valueIn } from '#shared/phrase-text.ts'
import { parseDeviceCsv } from './device-csv.ts'

const faultOf = (text: string): string => {
  try {
    parseDeviceCsv(text)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'IMPORT_ROWS') return String(valueIn(error.data, 'detail', 'en'))
    throw error
  }
  throw new Error('was taken')
}

describe('a list of devices', () => {
  it('is a name a row, with secret and access token where given', () => {
    expect(parseDeviceCsv('a\nb,secret\nc,secret,token\n')).toEqual([
      { name: 'a' },
      { name: 'b', secret: 'secret' },
      { name: 'c', secret: 'secret', accessToken: 'token' },
    ])
  })

  it('is refused where its header is that of another program: it would become a device', () => {
    for (const header of [
      'DeviceName,DeviceSecret',
      'device_name',
      'sn;key',
      '设备名称,密钥',
      'Serial Number,Access Token',
    ])
      expect(faultOf(`${header}\na-1,secret1`), header).toContain('looks like a header')
    // A device name may be similar to a column name.
    expect(parseDeviceCsv('device-1,key-1').map(({ name }) => name)).toEqual(['device-1'])
    expect(parseDeviceCsv('sn0042').map(({ name }) => name)).toEqual(['sn0042'])
  })

  it('may have a header, in any order and case', () => {
    expect(parseDeviceCsv('AccessToken,name,SECRET\nt1,a,s1\n')).toEqual([
      { name: 'a', secret: 's1', accessToken: 't1' },
    ])
    expect(parseDeviceCsv('name\na')).toEqual([{ name: 'a' }])
  })

  it.each([
    ['semicolons', 'name;secret\na;s1\n'],
    ['tabs', 'name\tsecret\na\ts1\n'],
    ['a byte order mark', '\ufeffname,secret\na,s1\n'],
    ['carriage returns', 'name,secret\r\na,s1\r\n'],
    ['quotes', '"name","secret"\n"a","s1"\n'],
    ['blank lines and empty cells', '\nname,secret,\n\na,s1,\n,,\n'],
    ['blanks around', ' name , secret\n a , s1 \n'],
  ])('may have %s, as spreadsheets save it', (_, text) => {
    expect(parseDeviceCsv(text)).toMatchObject([{ name: 'a', secret: 's1' }])
  })

  it('takes the marks of other spreadsheets as part of a secret', () => {
    expect(parseDeviceCsv('a,p;q\nb,"p,q"')).toMatchObject([{ secret: 'p;q' }, { secret: 'p,q' }])
  })

  it.each([
    ['a\n设备一\nc', 'line 2: name "设备一" must be 1-64 letters, digits or - _ . : @'],
    ['name\na b', 'line 2: name "a b" must be 1-64 letters, digits or - _ . : @'],
    ['a\nb\na', 'line 3: name "a" is already on line 1'],
    ['a,s,t\nb,s,t', 'line 2: accessToken "t" is already on line 1'],
    ['a,密钥', 'line 1: secret must be 1-128 printable ASCII characters without spaces'],
    ['a,s,t t', 'line 1: accessToken must be 1-64 letters, digits or - _ . : @'],
    ['a,s,t,more', 'line 1: has more than 3 columns'],
    ['name,secret\na,s,t', 'line 2: has more than 2 columns'],
    ['name,remark\na,x', 'line 1: column "remark" is unknown, use name, secret, accessToken'],
    ['\ufffd\ufffdn\0a\0m\0e\0', 'Save the list as CSV in UTF-8.'],
    ['a\n"b', 'Not valid CSV: check that quotes are paired.'],
    ['name,secret\n,s', 'line 2: name "" must be 1-64 letters, digits or - _ . : @'],
  ])('%j is refused: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  it('is refused in both languages', () => {
    const refusal = (text: string): DomainError => {
      try {
        parseDeviceCsv(text)
      } catch (error) {
        if (error instanceof DomainError) return error
      }
      throw new Error('was taken')
    }
    const { code, data } = refusal('a\nb b')
    expect(errorText(code, 'zh', data)).toBe(
      '导入失败，未写入任何设备。第 2 行：name“b b”须为 1-64 个字母、数字或 - _ . : @',
    )
    expect(errorText(code, 'en', data)).toMatch(/^Nothing was imported\. line 2: name "b b" must be /)
    expect(errorText(code, 'zh', refusal('').data)).toBe('导入失败，未写入任何设备。列表中没有数据行。')
  })

  it('names the first faulty rows and counts the rest', () => {
    const fault = faultOf(Array.from({ length: 8 }, (_, n) => `bad ${n}`).join('\n'))
    expect(fault).toContain('line 1: name "bad 0"')
    expect(fault).toMatch(/line 5: name "bad 4" [^;]* … \+3$/)
  })

  it.each(['', '\n\n', 'name\n', '\ufeff'])('without a row (%j) is refused', (text) => {
    expect(faultOf(text)).toContain('no rows')
  })

  it('of any text at all is read or refused in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z,;\t"\r\n]*$/)), (text) => {
        try {
          for (const { name } of parseDeviceCsv(text)) expect(name).not.toBe('')
        } catch (error) {
          expect(error).toMatchObject({ code: 'IMPORT_ROWS' })
        }
      }),
    )
  })
})
