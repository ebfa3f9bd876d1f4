import { type DeviceLink, LinkRefused, type OpenLink, TaskGone } from '../../device-link.ts'
import { callHttp } from '../../http-call.ts'
import { httpSource } from '../../http-source.ts'
import { type NoticeReading, urlOf } from '../../notice.ts'
import { deltaOf } from '../delta-members.ts'
import * as onenet from './http.ts'

/** Bytes of one ranged request. */
const PIECE_BYTES = 65_536

/** Errors that another try cannot fix: the device's identity, and its own data. */
const hopeless: readonly number[] = [onenet.authFailed, onenet.badVersion]

/** How OneNET's devices reach their platform: only by HTTP calls; the platform never notifies them. */
export const oneNetLink: OpenLink = async (options, events, signal) => {
  const { platform, credentials, module, agents, timers } = options
  const headers = { 'Content-Type': 'application/json', Authorization: onenet.authorization(credentials) }
  let connected = false
  let version = ''
  let turn: Promise<unknown> = Promise.resolve()

  const callOnce = async ({ method, path, body }: onenet.OneNetRequest) => {
    const url = `${platform.httpUrl}${path}`
    const text = await callHttp(
      { method, url, headers, agent: agents.calls, ...(body === undefined ? {} : { body }) },
      signal,
    )
    return onenet.Answer.parse(JSON.parse(text))
  }

  /** Repeats until there is an answer. */
  const retryRequest = async (request: onenet.OneNetRequest): Promise<ReturnType<typeof onenet.Answer.parse>> => {
    for (;;) {
      signal.throwIfAborted()
      try {
        const answer = await callOnce(request)
        connected = true
        if (hopeless.includes(answer.errno)) throw new LinkRefused(`errno ${answer.errno}: ${answer.error}`)
        return answer
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof LinkRefused || !(error instanceof Error)) throw error
        connected = false
        events.unreachable(error)
        await timers.sleep(options.reconnectMs, signal)
      }
    }
  }

  /** One after the other, because reports have an order. */
  const call = (request: onenet.OneNetRequest): ReturnType<typeof retryRequest> => {
    const answer = turn.then(() => retryRequest(request))
    turn = answer.catch(() => undefined)
    return answer
  }

  const readTask = (data: unknown): NoticeReading => {
    const read = onenet.Task.safeParse(data)
    if (!read.success) {
      const [issue] = read.error.issues
      return { ok: false, refused: `data.${issue?.path.join('.')}: ${issue?.message}` }
    }
    const { target, token, size, md5, type } = read.data
    const url = `${platform.httpUrl}${onenet.downloadPath(token)}`
    const file = { from: { kind: 'url', url }, size, algorithm: 'md5', digest: md5.toLowerCase() } as const
    const notice = { id: token, pushed: false, module: module.name, version: target, files: [file] } as const
    // OneNET says of a delta only that it is one (docs/protocols/onenet.md §6.2: type 2).
    return { ok: true, notice: type === 2 ? { ...notice, delta: deltaOf(undefined) } : notice }
  }

  const link: DeviceLink = {
    get connected() {
      return connected && !signal.aborted
    },
    say: async (report) => {
      if (report.kind === 'version') {
        version = report.version
        await call(onenet.versionReport(credentials, module, version))
        return
      }
      const step = onenet.stepOf(report)
      // The device ignores it when the platform no longer accepts a report (invalid state, finished, cancelled).
      if (step !== undefined && report.notice) await call(onenet.progress(credentials, report.notice.id, step))
    },
    query: async () => {
      const { errno, data } = await call(onenet.check(credentials, module, version))
      if (errno === onenet.ok) events.told(readTask(data))
    },
    begin: async ({ id }) => {
      const { errno, error } = await call(onenet.tokenCheck(credentials, id))
      if (errno !== onenet.ok) throw new TaskGone(`errno ${errno}: ${error}`)
    },
    source: (wanted) => httpSource({ url: () => urlOf(wanted()), agents, pieceBytes: PIECE_BYTES }),
    cut: () => {
      connected = false
    },
    close: async () => {
      await turn
      connected = false
    },
  }
  return link
}
