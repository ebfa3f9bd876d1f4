import type { BytesAnswer, DeviceHttp, HttpAnswer, HttpRequest, HttpTask } from '../http-dialect.ts'
import { downloadTask, refuseDownload } from './download.ts'
import { type Errno, errnoTexts, type Outcome, refusalOf } from './errors.ts'
import { type Caller, identify } from './identity.ts'
import { applyStep, checkTask, type Found, kindOf, queryTask, readCode, validateTask } from './tasks.ts'
import { readVersions, reportVersions } from './versions.ts'

/** The south API, OTA 2.0 (docs/protocols/onenet.md §6). */

/** 48 h (docs/protocols/onenet.md §6.4). */
const TOKEN_MS = 48 * 3_600_000
const TOKEN = '([^/]+)'

/** `{"errno":0,"error":"succ","data":{…}}` */
export const southAnswer = (outcome: Outcome, refused?: string): BytesAnswer => {
  const { errno, data } = outcome
  const refusal = refusalOf(outcome)
  return {
    kind: 'bytes',
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    body: JSON.stringify({ errno, error: errnoTexts[errno], data }),
    ...(refusal !== undefined && { refused: refused ?? refusal }),
  }
}

/** A call of an authenticated device. */
type Call = (caller: Caller, request: HttpRequest, deviceHttp: DeviceHttp) => Promise<Outcome> | Outcome

/** Members in OneNET's order; `ipPort` only for `cdn=true`. A missing hint is 0: any signal, any battery, no retry. */
const offer = async (task: HttpTask, request: HttpRequest, deviceHttp: DeviceHttp): Promise<Outcome> => {
  const token = await deviceHttp.issueToken(task, TOKEN_MS)
  const { retry, conditions } = task.hints ?? {}
  return {
    errno: 0,
    data: {
      target: task.version,
      token,
      size: task.size,
      md5: task.md5,
      signal: conditions?.signal ?? 0,
      power: conditions?.battery ?? 0,
      retry: retry?.times ?? 0,
      interval: retry?.intervalMinutes ?? 0,
      ipPort: request.query.get('cdn') === 'true' ? request.ownAddress : undefined,
      type: task.base === null ? 1 : 2,
    },
  }
}

/** The task of a token, if it belongs to the caller. */
const taskOf = (token: string, { device }: Caller, deviceHttp: DeviceHttp): Found => {
  const found = deviceHttp.token(token)
  if (!found || found.task.deviceId !== device.id) return { errno: 4 }
  return found.valid || found.task.state === 'cancelled' ? { task: found.task } : { errno: 12 }
}

const check: Call = async (caller, request, deviceHttp) => {
  const found = await checkTask(caller, request, deviceHttp)
  return 'errno' in found ? found : offer(found.task, request, deviceHttp)
}

const tasking: Call = async (caller, request, deviceHttp) => {
  const kind = kindOf(request)
  if (!kind) return { errno: 2 }
  const found = await queryTask(caller, kind, deviceHttp)
  // The call has no "not found" errno; 4 (invalid token) is the closest.
  return 'errno' in found ? { errno: 4 } : offer(found.task, request, deviceHttp)
}

const validate =
  (token: string): Call =>
  (caller, _request, deviceHttp) => {
    const found = taskOf(token, caller, deviceHttp)
    return 'errno' in found ? found : validateTask(found.task, deviceHttp)
  }

const progress =
  (token: string): Call =>
  (caller, request, deviceHttp) => {
    const found = taskOf(token, caller, deviceHttp)
    if ('errno' in found) return found
    const step = readCode(request.body, 'step')
    return step === undefined ? { errno: 2 } : applyStep(caller, found.task, step, deviceHttp)
  }

/** Older call: status codes only, with its own errno values (0, 1, 2, 20, 21, 22, 24). */
const report: Call = async (caller, request, deviceHttp) => {
  const found = taskOf(request.query.get('token') ?? '', caller, deviceHttp)
  if ('errno' in found) return { errno: 1 }
  const code = readCode(request.body, 'result')
  if (code === undefined) return { errno: 24 }
  if (code <= 100) return { errno: 2 }
  const outcome = await applyStep(caller, found.task, code, deviceHttp)
  return outcome.errno === 17 ? { errno: 21 } : outcome
}

/** A call and its errno for an unknown caller. */
interface Route {
  readonly path: RegExp
  readonly calls: Readonly<Record<string, (token: string) => Call>>
  readonly unknownCaller?: Errno
}

const routes: readonly Route[] = [
  {
    path: /^\/ota\/device\/version\/?$/,
    calls: {
      POST: () => (caller, request, deviceHttp) => reportVersions(caller, request.body, deviceHttp),
      GET: () => (caller, _request, deviceHttp) => readVersions(caller, deviceHttp),
    },
  },
  { path: /^\/ota\/south\/check\/?$/, calls: { GET: () => check } },
  { path: new RegExp(`^/ota/south/download/${TOKEN}/check/?$`), calls: { GET: validate } },
  { path: new RegExp(`^/ota/south/device/download/${TOKEN}/progress/?$`), calls: { POST: progress } },
  { path: /^\/ota\/south\/report\/?$/, calls: { POST: () => report } },
  { path: /^\/ota\/south\/tasking\/?$/, calls: { GET: () => tasking }, unknownCaller: 4 },
]
const downloadPath = /^\/ota\/south\/download\/([^/]+)\/?$/

/** Call 4 needs no Authorization, because its token is checked each time. */
const download = (token: string, request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer> | HttpAnswer => {
  const found = deviceHttp.token(token)
  if (!found) return { ...refuseDownload('invalid token'), unproven: true }
  if (!found.valid) return refuseDownload('invalid token')
  return downloadTask(found.task, request, deviceHttp)
}

const refuseMethod = (allowed: readonly string[]): HttpAnswer => {
  const answer = southAnswer({ errno: 21 })
  return { ...answer, status: 405, headers: { ...answer.headers, Allow: allowed.join(', ') } }
}

/** How the south API refuses an unauthenticated caller. */
export const refuseSouthCaller = ({ path }: HttpRequest): BytesAnswer =>
  downloadPath.test(path) ? refuseDownload('invalid token') : southAnswer({ errno: 1 })

/** Answers a call of the south API; undefined for any other path. */
export const answerSouth = async (request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer | undefined> => {
  const token = downloadPath.exec(request.path)?.[1]
  if (token !== undefined)
    return ['GET', 'HEAD'].includes(request.method)
      ? download(token, request, deviceHttp)
      : refuseMethod(['GET', 'HEAD'])

  for (const { path, calls, unknownCaller = 1 } of routes) {
    const match = path.exec(request.path)
    if (!match) continue
    const call = Object.hasOwn(calls, request.method) ? calls[request.method] : undefined
    if (!call) return refuseMethod(Object.keys(calls))
    const deviceName = request.query.get('dev_id')
    if (!deviceName) return southAnswer({ errno: 2 })
    const caller = await identify(request, { deviceName }, deviceHttp)
    if ('refused' in caller) return { ...southAnswer({ errno: unknownCaller }, caller.refused), unproven: true }
    deviceHttp.seen(caller.device)
    return southAnswer(await call(match[1] ?? '')(caller, request, deviceHttp))
  }
  return undefined
}
