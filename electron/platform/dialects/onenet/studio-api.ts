import { percentDecode } from '../escapes.ts'
import type { BytesAnswer, DeviceHttp, HttpAnswer, HttpRequest } from '../http-dialect.ts'
import { downloadTask, refuseDownload } from './download.ts'
import { type Errno, errnoTexts, type Outcome } from './errors.ts'
import { type Caller, identify } from './identity.ts'
import { southAnswer } from './south-api.ts'
import { stateOf, statusNumbers } from './states.ts'
import { applyStep, checkTask, type Found, kindOf, readCode, validateTask } from './tasks.ts'
import { readVersions, reportVersions } from './versions.ts'

/**
 * The newer APIs (docs/protocols/onenet.md §10): product and device in the path, the task's own number instead of a token.
 * `/fuse-ota` answers `{"code","msg","data","request_id"}`; `/ota`, of the older Studio SDK, answers as the south API does.
 */
const PATH = /^\/(fuse-ota|ota)\/([^/]+)\/([^/]+)\/(?:(\d{1,15})\/)?(version|check|download|status)\/?$/

type Write = (outcome: Outcome, refused?: string) => BytesAnswer

/** `request_id` is last, because a client behind a UART uses it as the end mark. "Not found" of other APIs is "not exist" here. */
const fuseAnswer =
  ({ id }: HttpRequest): Write =>
  (outcome, refused) => {
    const errno = outcome.errno === 11 ? 12012 : outcome.errno
    return {
      ...southAnswer({ ...outcome, errno }, refused),
      body: JSON.stringify({ code: errno, msg: errnoTexts[errno], data: outcome.data, request_id: id }),
    }
  }

const timeUp: ReadonlySet<string | null> = new Set<string | null>([
  ...['TIMEOUT_PUSH', 'TIMEOUT_PROGRESS', 'TIMEOUT_DOWNLOADING', 'TIMEOUT_INSTALLING', 'UPGRADE_EXPIRED'],
  'OVERWRITTEN',
])

/** Why there is no task, for the newest API: the last one succeeded, or it timed out or was replaced. */
const whyNone = ({ product, device }: Caller, request: HttpRequest, deviceHttp: DeviceHttp): Errno => {
  const kind = kindOf(request)
  if (!kind) return 12010
  const modules = product.modules.filter((module) => module.kind === kind).map(({ name }) => name)
  const newest = deviceHttp.newest(device, modules)
  const isDone = newest?.state === 'succeeded' || newest?.state === 'skipped'
  if (isDone && newest.version === request.query.get('version')) return 12013
  return newest && timeUp.has(newest.reason) ? 12014 : 12012
}

const fuseCheck = async (caller: Caller, request: HttpRequest, deviceHttp: DeviceHttp): Promise<Outcome> => {
  const outcome = await check(caller, request, deviceHttp)
  const isNone = outcome.errno === 11 || (outcome.errno === 2 && !kindOf(request))
  return isNone ? { errno: whyNone(caller, request, deviceHttp) } : outcome
}

const check = async (caller: Caller, request: HttpRequest, deviceHttp: DeviceHttp): Promise<Outcome> => {
  const found = await checkTask(caller, request, deviceHttp)
  if ('errno' in found) return found
  const { id, version, size, md5, base } = found.task
  const status = statusNumbers[stateOf(found.task)]
  return { errno: 0, data: { target: version, tid: id, size, md5, status, type: base === null ? 1 : 2 } }
}

/** A device must not learn that a task of another device exists. */
const taskOf = (tid: string, { device }: Caller, deviceHttp: DeviceHttp): Found => {
  const task = deviceHttp.task(Number(tid))
  return task?.deviceId === device.id ? { task } : { errno: 11 }
}

/** `status` after the call: 1 to be upgraded … 6 cancelled. */
const validate = async (found: Found, deviceHttp: DeviceHttp): Promise<Outcome> => {
  if ('errno' in found) return found
  const outcome = await validateTask(found.task, deviceHttp)
  const after = deviceHttp.task(found.task.id) ?? found.task
  return { ...outcome, data: { status: statusNumbers[stateOf(after)] } }
}

/** For an upgrade in progress or a failed one, the newest API answers with its `status`; the other APIs refuse such a call. */
const fuseValidate = async (found: Found, deviceHttp: DeviceHttp): Promise<Outcome> => {
  const outcome = await validate(found, deviceHttp)
  const state = 'errno' in found ? undefined : stateOf(found.task)
  return state === 'failed' || state === 'upgrading' ? { ...outcome, errno: 0 } : outcome
}

const step = (
  found: Found,
  caller: Caller,
  request: HttpRequest,
  deviceHttp: DeviceHttp,
): Promise<Outcome> | Outcome => {
  if ('errno' in found) return found
  const code = readCode(request.body, 'step')
  return code === undefined ? { errno: 2 } : applyStep(caller, found.task, code, deviceHttp)
}

const download = (found: Found, request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer> | HttpAnswer => {
  if ('errno' in found) return refuseDownload('not found')
  return found.task.state === 'cancelled' ? refuseDownload('cancelled') : downloadTask(found.task, request, deviceHttp)
}

/** Whether a path belongs to the newer APIs: the station's own downloads have two segments after `/ota`, these have at least three. */
export const isStudioPath = (path: string): boolean => PATH.test(path)

const writerOf = (family: string | undefined, request: HttpRequest): Write =>
  family === 'fuse-ota' ? fuseAnswer(request) : southAnswer

/** How the newer APIs refuse an unauthenticated caller; undefined for any other path. */
export const refuseStudioCaller = (request: HttpRequest, refused?: string): BytesAnswer | undefined => {
  const match = PATH.exec(request.path)
  if (!match) return undefined
  const [, family, , , , tail] = match
  const answer =
    tail === 'download'
      ? refuseDownload('invalid token', refused)
      : writerOf(family, request)({ errno: 10403 }, refused)
  return { ...answer, unproven: true }
}

/** Answers a call of the newer APIs; undefined for any other path. */
export const answerStudio = async (request: HttpRequest, deviceHttp: DeviceHttp): Promise<HttpAnswer | undefined> => {
  const match = PATH.exec(request.path)
  if (!match) return undefined
  const [, family, productKey = '', deviceName = '', tid, tail] = match
  const isFuse = family === 'fuse-ota'
  const write = writerOf(family, request)
  const caller = await identify(
    request,
    { productKey: percentDecode(productKey), deviceName: percentDecode(deviceName) },
    deviceHttp,
  )
  if ('refused' in caller) return refuseStudioCaller(request, caller.refused)
  deviceHttp.seen(caller.device)

  const call = `${request.method === 'HEAD' ? 'GET' : request.method} ${tid === undefined ? '' : 'tid/'}${tail}`
  const found = tid === undefined ? { errno: 11 as const } : taskOf(tid, caller, deviceHttp)
  switch (call) {
    case 'POST version':
      return write(await reportVersions(caller, request.body, deviceHttp))
    case 'GET version':
      return write(readVersions(caller, deviceHttp))
    case 'GET check':
      return write(await (isFuse ? fuseCheck : check)(caller, request, deviceHttp))
    case 'GET tid/check':
      return write(await (isFuse ? fuseValidate : validate)(found, deviceHttp))
    case 'GET tid/download':
      return download(found, request, deviceHttp)
    case 'POST tid/status':
      return write(await step(found, caller, request, deviceHttp))
    default:
      return write({ errno: 21 })
  }
}
