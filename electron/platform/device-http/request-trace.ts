import type { MessageKind } from '#shared/schema.ts'
import type { ProtocolLog } from '../devices/protocol-log.ts'
import type { RejectedLogins } from '../devices/rejected-logins.ts'
import { takenFor, uplinkNote } from '../devices/uplink-notes.ts'
import type { DeviceHttp, HttpAnswer, HttpDialect, HttpRejectedLogin, HttpRequest } from '../dialects/http-dialect.ts'

export interface TraceDeps {
  readonly knocks: RejectedLogins
  readonly log: ProtocolLog
}

/** The meaning of a request, derived from its effects. */
interface Meaning {
  readonly kind: MessageKind
  readonly detail: string
}

/** Trace of one device request: a `DeviceHttp` that observes the device and its actions, and writes a log entry. */
interface RequestTrace {
  readonly deviceHttp: DeviceHttp
  /** The device that the request names or authenticates as. */
  readonly deviceId: number | undefined
  /** Records a rejected login, and, if the device is known, the request and answer in its protocol log. */
  end(request: HttpRequest, target: string, answer: HttpAnswer): void
}

/**
 * Begins the trace of a request.
 * @param address the caller's address
 * @param barred whether no unknown device may register from there now
 */
export const beginTrace = (
  dialect: HttpDialect,
  deviceHttp: DeviceHttp,
  address: string,
  { knocks, log }: TraceDeps,
  barred: () => boolean,
): RequestTrace => {
  /** The device that the request names; `proven` once the dialect has authenticated it. */
  let deviceId: number | undefined
  let proven = false
  let meaning: Meaning | undefined
  let rejected: HttpRejectedLogin | undefined

  const watched: DeviceHttp = {
    ...deviceHttp,
    device(product, name) {
      const device = deviceHttp.device(product, name)
      deviceId ??= device?.id
      return device
    },
    register: async (product, name) => (barred() ? undefined : deviceHttp.register(product, name)),
    seen(device) {
      deviceId = device.id
      proven = true
      knocks.settled({ id: device.id })
      deviceHttp.seen(device)
    },
    token(text) {
      const token = deviceHttp.token(text)
      if (token && deviceId === undefined) {
        deviceId = token.task.deviceId
        proven = true
      }
      return token
    },
    report(device, versions) {
      const detail = versions.map(({ module, version }) => `${module} · ${version}`).join(', ')
      meaning = { kind: 'version', detail }
      return deviceHttp.report(device, versions)
    },
    signal(task, signal) {
      if (signal.kind === 'progress') meaning = { kind: 'progress', detail: `${task.module} · ${signal.percent}%` }
      if (signal.kind === 'failure')
        meaning = { kind: 'failure', detail: [task.module, signal.reason, signal.text].filter(Boolean).join(' · ') }
      if (signal.kind === 'notified') meaning = { kind: 'ask', detail: `${task.module} · ${task.version}` }
      return deviceHttp.signal(task, signal)
    },
    async reported(device, report) {
      const taken = await deviceHttp.reported(device, report)
      const { module } = report
      meaning = uplinkNote({ ...report, module: taken === undefined ? module : takenFor(module, taken) })
      return taken
    },
    rejected(login) {
      rejected = login
    },
  }

  return {
    deviceHttp: watched,
    get deviceId() {
      return deviceId
    },
    end({ method, body }, target, answer) {
      if (rejected) knocks.note({ ...rejected, protocols: [dialect.protocol], address })
      if (deviceId === undefined) return
      // Devices check a token before each of a thousand pieces, so the log keeps only the last of these read-only requests.
      const onlyLast = method === 'GET' || !proven
      const channel = `${method} ${target}`
      const payload = body.length > 0 ? body : undefined
      if (answer.kind === 'file') {
        const range = `${answer.start}-${answer.end - 1}/${answer.file.size}`
        const detail = () => `${address} · ${answer.status} · ${range}`
        if (onlyLast) log.noteFrequent(deviceId, { direction: 'in', channel, kind: 'download', detail })
        else log.note(deviceId, { direction: 'in', channel, kind: 'download', detail: detail() })
        return
      }
      const { refused } = answer
      log.note(deviceId, { direction: 'in', channel, payload, detail: address, ...meaning, refused, onlyLast })
      const back = `${answer.status} ${method} ${target}`
      log.note(deviceId, { direction: 'out', channel: back, payload: answer.body, kind: 'answer', onlyLast })
    },
  }
}
