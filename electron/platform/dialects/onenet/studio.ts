import { percentDecode } from '../escapes.ts'
import type { BytesAnswer, HttpAnswer, HttpRequest, PullDesk } from '../http-dialect.ts'
import { downloadTask, refuseDownload } from './download.ts'
import { errnoTexts, type Outcome } from './errors.ts'
import { type Caller, identify } from './identity.ts'
import { southAnswer } from './south.ts'
import { stateOf, statusNumbers } from './states.ts'
import { applyStep, checkTask, type Found, readCode, validateTask } from './tasks.ts'
import { readVersions, reportVersions } from './versions.ts'

/**
 * The newer APIs (device-protocols.md 1, Studio/fuse): product and device in the path, the task's own number instead of a token.
 * `/fuse-ota` answers `{"code","msg","request_id","data"}`; `/ota`, of the older Studio SDK, answers as the south API does.
 */
const PATH = /^\/(fuse-ota|ota)\/([^/]+)\/([^/]+)\/(?:(\d{1,15})\/)?(version|check|download|status)\/?$/

type Write = (outcome: Outcome, refused?: string) => BytesAnswer

const fuseAnswer =
  ({ id }: HttpRequest): Write =>
  (outcome, refused) => ({
    ...southAnswer(outcome, refused),
    body: JSON.stringify({
      code: outcome.errno,
      msg: errnoTexts[outcome.errno],
      request_id: id,
      data: outcome.data,
    }),
  })

const check = async (caller: Caller, request: HttpRequest, desk: PullDesk): Promise<Outcome> => {
  const found = await checkTask(caller, request, desk)
  if ('errno' in found) return found
  const { id, version, size, md5, base } = found.task
  const status = statusNumbers[stateOf(found.task)]
  return { errno: 0, data: { target: version, tid: id, size, md5, status, type: base === null ? 1 : 2 } }
}

/** Another device's task is none that this one may know of. */
const taskOf = (tid: string, { device }: Caller, desk: PullDesk): Found => {
  const task = desk.task(Number(tid))
  return task?.deviceId === device.id ? { task } : { errno: 11 }
}

/** `status` as it is after the call: 1 to be upgraded … 6 cancelled. */
const validate = async (found: Found, desk: PullDesk): Promise<Outcome> => {
  if ('errno' in found) return found
  const outcome = await validateTask(found.task, desk)
  const after = desk.task(found.task.id) ?? found.task
  return { ...outcome, data: { status: statusNumbers[stateOf(after)] } }
}

const step = (found: Found, caller: Caller, request: HttpRequest, desk: PullDesk): Promise<Outcome> | Outcome => {
  if ('errno' in found) return found
  const code = readCode(request.body, 'step')
  return code === undefined ? { errno: 2 } : applyStep(caller, found.task, code, desk)
}

const download = (found: Found, request: HttpRequest, desk: PullDesk): Promise<HttpAnswer> | HttpAnswer => {
  if ('errno' in found) return refuseDownload('not found')
  return found.task.state === 'cancelled' ? refuseDownload('cancelled') : downloadTask(found.task, request, desk)
}

/** Whether a path is one of the newer APIs; those of our own downloads have two segments behind `/ota`, these at least three. */
export const isStudioPath = (path: string): boolean => PATH.test(path)

/** Answers a call of the newer APIs; undefined: the path is none of theirs. */
export const answerStudio = async (request: HttpRequest, desk: PullDesk): Promise<HttpAnswer | undefined> => {
  const match = PATH.exec(request.path)
  if (!match) return undefined
  const [, family, productKey = '', deviceName = '', tid, tail] = match
  const write: Write = family === 'fuse-ota' ? fuseAnswer(request) : southAnswer
  const caller = await identify(
    request,
    { productKey: percentDecode(productKey), deviceName: percentDecode(deviceName) },
    desk,
  )
  if ('refused' in caller)
    return tail === 'download'
      ? refuseDownload('invalid token', caller.refused)
      : write({ errno: 10403 }, caller.refused)
  desk.seen(caller.device)

  const call = `${request.method === 'HEAD' ? 'GET' : request.method} ${tid === undefined ? '' : 'tid/'}${tail}`
  const found = tid === undefined ? { errno: 11 as const } : taskOf(tid, caller, desk)
  switch (call) {
    case 'POST version':
      return write(await reportVersions(caller, request.body, desk))
    case 'GET version':
      return write(readVersions(caller, desk))
    case 'GET check':
      return write(await check(caller, request, desk))
    case 'GET tid/check':
      return write(await validate(found, desk))
    case 'GET tid/download':
      return download(found, request, desk)
    case 'POST tid/status':
      return write(await step(found, caller, request, desk))
    default:
      return write({ errno: 21 })
  }
}
