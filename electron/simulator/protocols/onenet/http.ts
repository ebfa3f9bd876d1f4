import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { DeviceCredentials, DeviceModule, Report } from '../../device-link.ts'
import type { FaultKind } from '../../faults.ts'
import { hex, Version } from '../json.ts'

/** The device's side of OneNET's south API (docs/protocols/onenet.md §6), as data: requests and answers. */

/** The year 2050: devices without a clock have such a date in their firmware. */
const EXPIRES = 2_529_385_073
const METHOD = 'sha1'
const AUTHORIZATION_VERSION = '2018-10-31'

/**
 * Signed with the device's own key; values are percent-encoded, as the SDKs send them.
 * @param expires seconds since 1970
 */
export const authorization = ({ productKey, name, secret }: DeviceCredentials, expires = EXPIRES): string => {
  const res = `products/${productKey}/devices/${name}`
  const content = [expires, METHOD, res, AUTHORIZATION_VERSION].join('\n')
  const sign = createHmac(METHOD, Buffer.from(secret, 'base64')).update(content).digest('base64')
  const pairs = { version: AUTHORIZATION_VERSION, res, et: String(expires), method: METHOD, sign }
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&')
}

/** A call: path with query, and its body as JSON. */
export interface OneNetRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

const types: Readonly<Record<DeviceModule['kind'], '1' | '2'>> = { FOTA: '1', SOTA: '2' }

const query = (device: DeviceCredentials, more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({ dev_id: device.name, ...more }).toString()

export const versionReport = (device: DeviceCredentials, module: DeviceModule, version: string): OneNetRequest => ({
  method: 'POST',
  path: `/ota/device/version?${query(device)}`,
  body: JSON.stringify(module.kind === 'FOTA' ? { f_version: version } : { s_version: version }),
})

/** @param version the version that the device runs */
export const check = (device: DeviceCredentials, module: DeviceModule, version: string): OneNetRequest => {
  const { kind, vendor, model } = module
  const make = { manuf: vendor ?? 'ota-bench', model: model ?? 'virtual' }
  return {
    method: 'GET',
    path: `/ota/south/check?${query(device, { ...make, type: types[kind], version, cdn: 'false' })}`,
  }
}

export const tokenCheck = (device: DeviceCredentials, token: string): OneNetRequest => ({
  method: 'GET',
  path: `/ota/south/download/${token}/check?${query(device)}`,
})

export const downloadPath = (token: string): string => `/ota/south/download/${token}`

/** Step codes: the best match for the device's report. */
const failureSteps: Readonly<Record<FaultKind, number>> = {
  upgrade: 202,
  download: 107,
  verification: 205,
  burning: 206,
}

/** The step of a report; undefined: there is none. 101: downloaded; 201: it runs the target. */
export const stepOf = (report: Report): number | undefined => {
  switch (report.kind) {
    case 'progress':
      return report.percent
    case 'downloaded':
      return 101
    case 'running':
      return 201
    case 'failure':
      return failureSteps[report.failure]
    default:
      return undefined
  }
}

export const progress = (device: DeviceCredentials, token: string, step: number): OneNetRequest => ({
  method: 'POST',
  path: `/ota/south/device/download/${token}/progress?${query(device)}`,
  body: JSON.stringify({ step }),
})

/** `errno` 0 is success. */
export const Answer = z.object({ errno: z.number().int(), error: z.string(), data: z.unknown().optional() })

export const ok = 0
export const authFailed = 1
export const badVersion = 27

/** The answer to a check that found a task. Tokens have 31 characters at most in the official C client. */
export const Task = z.object({
  target: Version.max(31),
  token: z.string().min(1).max(31),
  size: z.number().int().positive(),
  md5: hex(32),
  signal: z.number(),
  power: z.number(),
  retry: z.number(),
  interval: z.number(),
  type: z.literal([1, 2]),
})
