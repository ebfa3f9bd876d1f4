import { authorize, request } from '../helpers/onenet.ts'
import type { TestStation } from '../helpers/station.ts'
import type { ConformanceDevice, DeviceCredentials, Offer } from './driver.ts'

/** A device that asks by OneNET's south API (docs/protocols/onenet.md §6): FOTA, one call a connection. */
export const onenetDevice = (station: TestStation, credentials: DeviceCredentials): ConformanceDevice => {
  const { productKey, productSecret, name: deviceName, secret } = credentials
  // Who has no key of its own yet signs for the product.
  const res = `products/${productKey}${secret === productSecret ? '' : `/devices/${deviceName}`}`
  let key = credentials.secret
  let version = '1.0.0'
  let token = ''

  const call = async (
    path: string,
    body?: object,
    name = credentials.name,
  ): Promise<{ errno: number; data: Record<string, unknown> }> => {
    const authorization = authorize({ res, key, encoded: true })
    const answer = await request(station, {
      method: body ? 'POST' : 'GET',
      path: `${path}${path.includes('?') ? '&' : '?'}dev_id=${name}`,
      headers: { 'Content-Type': 'application/json', Authorization: authorization },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const { errno, data = {} } = answer.json()
    return { errno: Number(errno), data }
  }
  const take = ({ errno, data }: { errno: number; data: Record<string, unknown> }): Offer | undefined => {
    if (errno !== 0) return undefined
    token = String(data.token)
    return { version: String(data.target), digest: String(data.md5), locator: token }
  }
  const check = async (name?: string) =>
    call(`/ota/south/check?manuf=m&model=t&type=1&version=${version}&cdn=false`, undefined, name)
  const step = async (code: number): Promise<void> => {
    await call(`/ota/south/device/download/${token}/progress`, { step: code })
  }

  return {
    async connect(secret = credentials.secret) {
      key = secret
      const { errno } = await call('/ota/device/version')
      if (errno !== 0) throw new Error(`errno ${errno}`)
    },
    listen: async () => {},
    leave: async () => {},
    async report(reported) {
      version = reported
      await call('/ota/device/version', { f_version: reported })
    },
    async offered() {
      const offer = take(await check())
      if (!offer) throw new Error('nothing is offered')
      return offer
    },
    unasked: async () => 0,
    ask: async () => take(await check()),
    acknowledge: async () => {},
    async fetch({ locator }) {
      await call(`/ota/south/download/${locator}/check`)
      const { header, body } = await request(station, { path: `/ota/south/download/${locator}` })
      return { ok: header('Content-Length') !== undefined, bytes: body }
    },
    progress: step,
    installed: () => step(101),
    fail: (code) => step(code),
    async trespass(other, theirs) {
      const tries = [
        await call('/ota/device/version', { f_version: '9.9.9' }, other.name),
        await check(other.name),
        await call(`/ota/south/download/${theirs.locator}/check`),
        await call(`/ota/south/device/download/${theirs.locator}/progress`, { step: 206 }),
        await call(`/ota/south/device/download/${theirs.locator}/progress`, { step: 206 }, other.name),
        await call(`/ota/south/report?token=${theirs.locator}`, { result: 201 }),
      ]
      return tries.filter(({ errno }) => errno === 0).length
    },
  }
}
