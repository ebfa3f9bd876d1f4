import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PlatformEvents } from '../basics/events.ts'
import { servedDialects } from '../dialects/index.ts'
import { createLoginDiagnosis } from './login-diagnosis.ts'
import { createProtocolLog } from './protocol-log.ts'
import { createRejectedLogins } from './rejected-logins.ts'

const clock = { now: () => 0 }

const emptyStation = () => {
  const knocks = createRejectedLogins({ clock, events: new PlatformEvents() })
  const loginDiagnosis = createLoginDiagnosis({
    products: { row: () => expect.unreachable(), byKey: () => undefined, registering: () => [] },
    devices: { byName: () => undefined, byAccessToken: () => undefined },
    dialects: servedDialects,
    knocks,
    log: createProtocolLog({ clock }),
    clock,
  })
  return { loginDiagnosis, list: () => knocks.list({ limit: 1000 }).items }
}

it('takes any login, however odd, and never keeps more than 200 devices', () => {
  const { loginDiagnosis, list } = emptyStation()
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('dev1&gw', '123', 'a|signmethod=hmacsha1|'))
  fc.assert(
    fc.property(text, text, text, (clientId, username, password) => {
      loginDiagnosis.refused({ clientId, username, password }, '10.0.0.1')
      expect(list().length).toBeLessThanOrEqual(200)
    }),
    { numRuns: 500 },
  )
})

it('forgets the device that has been silent for longest', () => {
  const { loginDiagnosis, list } = emptyStation()
  const knock = (n: number) =>
    loginDiagnosis.refused({ clientId: '', username: `dev${n}&gw`, password: 'x' }, '10.0.0.1')
  for (let n = 0; n < 200; n++) knock(n)
  knock(0)
  knock(200)
  const names = list().map(({ deviceName }) => deviceName)
  expect(names).toHaveLength(200)
  expect(names).toContain('dev0')
  expect(names).not.toContain('dev1')
})

it('names a login in no form of ours by its user name', () => {
  const { loginDiagnosis, list } = emptyStation()
  loginDiagnosis.refused({ clientId: 'x', username: 'dev1&gw&more', password: 'hunter2' }, '10.0.0.1')
  expect(list()).toMatchObject([{ reason: 'unknown-form', username: 'dev1&gw&more', protocols: [] }])
  expect(JSON.stringify(list())).not.toContain('hunter2')
})
