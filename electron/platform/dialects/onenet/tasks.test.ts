import { describe, expect, test } from 'vitest'
import type { DeviceHttp, HttpDevice, HttpProduct, HttpRequest, HttpSignal, HttpTask } from '../http-dialect.ts'
import { onenetHttp } from './http.ts'
import { checkTask } from './tasks.ts'

const product: HttpProduct = {
  id: 1,
  key: '33704',
  secret: 'a2V5',
  autoRegister: false,
  modules: [{ name: 'default', kind: 'FOTA', vendor: null, model: null }],
}
const device: HttpDevice = { id: 1, productId: 1, name: 'd', secret: 'a2V5' }
const differential: HttpTask = {
  id: 7,
  deviceId: 1,
  module: 'default',
  state: 'pending',
  attempt: 1,
  held: false,
  version: '2.0',
  base: '1.0',
  size: 10,
  md5: '',
  hints: null,
}

/** A platform stub with one delta task. */
const deviceHttpOf = (signals: HttpSignal[]): DeviceHttp => {
  const no = () => {
    throw new Error('not asked for here')
  }
  return {
    now: () => 0,
    product: () => product,
    device: () => device,
    register: no,
    seen: () => {},
    versions: () => [{ module: 'default', version: '1.0', reportedAt: 0 }],
    newest: no,
    report: no,
    awaits: () => false,
    tasks: () => [differential],
    task: no,
    issueToken: no,
    token: no,
    signal: async (_task, signal) => signals.push(signal) > 0,
    offer: no,
    reported: no,
    file: no,
  }
}

const check = (version: string): HttpRequest => ({
  id: '',
  method: 'GET',
  path: '/ota/south/check',
  query: new Map(Object.entries({ dev_id: 'd', type: '1', version })),
  headers: new Map(),
  body: new Uint8Array(),
  ownAddress: 'localhost:80',
})

describe('a differential task', () => {
  test('goes to a device on its base, and fails with 9 on another', async () => {
    const signals: HttpSignal[] = []
    const deviceHttp = deviceHttpOf(signals)
    expect(await checkTask({ product, device }, check('1.0'), deviceHttp)).toEqual({ task: differential })
    expect(await checkTask({ product, device }, check('1.1'), deviceHttp)).toEqual({ errno: 9 })
    expect(signals).toEqual([{ kind: 'notified' }, { kind: 'failure', reason: 'BASE_MISMATCH', text: '1.1' }])
  })
})

describe('a fault of ours', () => {
  test('is errno 7 to the device', () => {
    expect(onenetHttp.failed(check('1.0'))).toMatchObject({ body: '{"errno":7,"error":"internal error"}' })
  })
})
