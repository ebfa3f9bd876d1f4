import fc from 'fast-check'
import { expect, it } from 'vitest'
import { maskSecrets } from './masking.ts'

const TOKEN = 'AAABBBCCCDDDEEEFFFGGGHHHIIIJJJKKKLLLMMMN'

it.each([
  ['a download address in a notice', `{"url":"http://10.0.0.1:8070/ota/${TOKEN}/a.bin"}`, TOKEN],
  ['the request of it', `GET /ota/${TOKEN}/a.bin`, TOKEN],
  [
    "OneNET's token in a path",
    'GET /ota/south/download/ota_5hc95SFeo5xJEnaNrste/check?dev_id=1',
    '5hc95SFeo5xJEnaNrste',
  ],
  ["OneNET's token in an answer", '{"token":"ota_5hc95SFeo5xJEnaNrste","size":1}', '5hc95SFeo5xJEnaNrste'],
  ['a JSON member', '{"deviceSecret": "hunter2","x":1}', 'hunter2'],
  ['a JSON member inside a JSON string', '{"a":"{\\"password\\":\\"hunter2\\"}"}', 'hunter2'],
  ['a value that is cut off', '{"accessToken":"hunter2', 'hunter2'],
  ['a number', '{"password":12345678}', '12345678'],
  ['a query', 'POST /x?token=hunter2&dev_id=7', 'hunter2'],
  ['a form', 'ak=1&sk=hunter2', 'hunter2'],
  ['a header', 'Authorization: version=2018-10-31&res=x&sign=hunter2', 'hunter2'],
  ['a bearer token', 'authorization: Bearer hunter2', 'hunter2'],
  ['a signature', 'version=2018-10-31&res=a&sign=hunter2%3D', 'hunter2'],
])('masks %s', (_name, text, secret) => {
  expect(maskSecrets(text)).not.toContain(secret)
  expect(maskSecrets(text)).toContain('•••')
})

it('leaves what an engineer needs: digests, versions, file names, topics', () => {
  const notice =
    '{"code":"200","data":{"size":1,"version":"2.0.0","md5":"9323","sign":"9323","signMethod":"Md5","extData":{}},"id":1}'
  expect(maskSecrets(notice)).toBe(notice)
  expect(maskSecrets('/ota/device/inform/gateway/device-0001')).toBe('/ota/device/inform/gateway/device-0001')
  expect(maskSecrets('{"params":{"fileToken":"default"}}')).toBe('{"params":{"fileToken":"default"}}')
})

it('takes any text, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = maskSecrets(text)
      expect(maskSecrets(once)).toBe(once)
    }),
  )
})

it('masks a secret wherever it stands in JSON', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~]{8,32}$/), fc.json(), (secret, other) => {
      const within = JSON.stringify({ user_secret: secret, n: 1 })
      const text = JSON.stringify({ other, password: secret, more: { token: secret }, within })
      const kept = JSON.parse(maskSecrets(text)) as { password: string; more: { token: string }; within: string }
      expect([kept.password, kept.more.token]).toEqual(['•••', '•••'])
      expect(kept.within).not.toContain(secret)
    }),
  )
})

it.each([
  ...[
    'password',
    'passwd',
    'secret',
    'token',
    'authorization',
    'apikey',
    'api-key',
    'api_key',
    'accesskey',
    'access-key',
  ],
  ...['access_key', 'deviceSecret', 'PASSWORD', 'product_secret', 'x-token'],
])('finds a secret by the name %s, in whatever form', (name) => {
  for (const text of [
    `{"${name}":"hunter2"}`,
    `{"${name}":72}`,
    `{"a":"{\\"${name}\\":\\"hunter2\\"}"}`,
    `?${name}=hunter2`,
  ])
    expect(maskSecrets(text)).not.toMatch(/hunter2|72/)
})
