import { describe, expect, it } from 'vitest'
import * as onenet from './http.ts'

const device = {
  productKey: '123123',
  name: 'mydev',
  secret: 'KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw=',
  accessToken: '',
}
const fota = { name: 'default', kind: 'FOTA', vendor: null, model: null } as const
const sota = { name: 'sota', kind: 'SOTA', vendor: 'acme', model: 'x 1' } as const
const notice = {
  id: 'ota_5hc95SFeo5xJEnaNrste',
  pushed: false,
  module: 'default',
  version: '2.0.0',
  files: [{ from: { kind: 'url', url: 'http://10.0.0.1/f' }, size: 1, algorithm: 'md5', digest: '' }],
} as const

describe('a OneNET device', () => {
  it('signs with its own key, as the vector of docs/protocols/onenet.md §2.2 does', () => {
    expect(onenet.authorization(device, 1_537_255_523)).toBe(
      'version=2018-10-31&res=products%2F123123%2Fdevices%2Fmydev&et=1537255523&method=sha1&sign=p2Bv5QYrZolQCtt68923gtxRCVk%3D',
    )
  })

  it('reports the version of its firmware or of its application', () => {
    expect(onenet.versionReport(device, fota, '4.0')).toEqual({
      method: 'POST',
      path: '/ota/device/version?dev_id=mydev',
      body: '{"f_version":"4.0"}',
    })
    expect(onenet.versionReport(device, sota, '2.0').body).toBe('{"s_version":"2.0"}')
  })

  it('asks for what is of its kind and make', () => {
    expect(onenet.check(device, sota, '1.2').path).toBe(
      '/ota/south/check?dev_id=mydev&manuf=acme&model=x+1&type=2&version=1.2&cdn=false',
    )
    expect(onenet.check(device, fota, '1.2').path).toContain('type=1')
  })

  it('checks its token and tells its steps', () => {
    expect(onenet.tokenCheck(device, notice.id).path).toBe(
      '/ota/south/download/ota_5hc95SFeo5xJEnaNrste/check?dev_id=mydev',
    )
    expect(onenet.progress(device, notice.id, 101)).toEqual({
      method: 'POST',
      path: '/ota/south/device/download/ota_5hc95SFeo5xJEnaNrste/progress?dev_id=mydev',
      body: '{"step":101}',
    })
  })

  it.each([
    [{ kind: 'progress', percent: 35 }, 35],
    [{ kind: 'downloaded' }, 101],
    [{ kind: 'running' }, 201],
    [{ kind: 'failure', failure: 'upgrade', text: '' }, 202],
    [{ kind: 'failure', failure: 'download', text: '' }, 107],
    [{ kind: 'failure', failure: 'verification', text: '' }, 205],
    [{ kind: 'failure', failure: 'burning', text: '' }, 206],
    [{ kind: 'burning' }, undefined],
    [{ kind: 'installed' }, undefined],
  ] as const)('says %o by step %s', (report, step) => {
    expect(onenet.stepOf({ ...report, notice })).toBe(step)
  })

  it('takes a task as the document prints it, and none whose token has no room in the C client', () => {
    const task = {
      target: '1.2',
      token: 'ota_5hc95SFeo5xJEnaNrste',
      size: 123,
      md5: 'dfkdajkfd2321kkdsjfkajdkfjdk0000'.replace(/[^0-9a-f]/g, '0'),
      signal: 10,
      power: 50,
      retry: 0,
      interval: 0,
      type: 1,
    }
    expect(onenet.Task.safeParse(task).success).toBe(true)
    for (const change of [{ token: 'x'.repeat(32) }, { md5: 'abc' }, { size: 0 }, { type: 3 }, { signal: undefined }])
      expect(onenet.Task.safeParse({ ...task, ...change }).success).toBe(false)
  })
})
