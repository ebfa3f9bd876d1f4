import { z } from 'zod'
import { JSON_DEPTH } from '#shared/limits.ts'
import type { DeviceHttp, HttpModule, HttpRequest, HttpTask } from '../http-dialect.ts'
import { parseJson } from '../json.ts'
import { NumberMember } from '../message-fields.ts'
import { done, type Errno, type Outcome } from './errors.ts'
import type { Caller } from './identity.ts'
import { closedErrno, PROVEN, readStep, stateOf } from './states.ts'
import { type Kind, latestOf, VERSION } from './versions.ts'

const kinds: ReadonlyMap<string | undefined, Kind> = new Map<string | undefined, Kind>([
  ['1', 'FOTA'],
  ['2', 'SOTA'],
])

/** `type` of a query: 1 FOTA, 2 SOTA. */
export const kindOf = (request: HttpRequest): Kind | undefined => kinds.get(request.query.get('type'))

/** The task found, or why there is none. */
export type Found = { readonly task: HttpTask } | { readonly errno: Errno }

/** Compared only if both sides have a value (docs/protocols/onenet.md §4.2); the official C client sends none. */
const fits = (module: HttpModule, manuf: string | undefined, model: string | undefined): boolean =>
  (module.vendor === null || manuf === undefined || module.vendor === manuf) &&
  (module.model === null || model === undefined || module.model === model)

const names = (module: HttpModule, manuf: string | undefined, model: string | undefined): boolean =>
  fits(module, manuf, model) &&
  (module.vendor === null || manuf !== undefined) &&
  (module.model === null || model !== undefined)

/**
 * For a module without any report, the check of a device supplies its version, vendor and model. After that only a report changes
 * them, because the C client sends a fixed version here.
 */
const learn = async (
  caller: Caller,
  kind: Kind,
  { version, manuf, model }: { version: string; manuf: string | undefined; model: string | undefined },
  deviceHttp: DeviceHttp,
): Promise<void> => {
  const known = new Set(deviceHttp.versions(caller.device).map(({ module }) => module))
  const unknown = caller.product.modules.filter(
    (module) => module.kind === kind && !known.has(module.name) && names(module, manuf, model),
  )
  if (unknown.length === 0) return
  const runs = latestOf(caller, kind, deviceHttp)?.version ?? version
  await deviceHttp.report(
    caller.device,
    unknown.map(({ name }) => ({ module: name, version: runs })),
  )
}

/** The device's open task of a kind for its vendor and model; a task for another vendor or model fails (errno 8). */
const choose = async (
  { product, device }: Caller,
  kind: Kind,
  { manuf, model }: { manuf: string | undefined; model: string | undefined },
  deviceHttp: DeviceHttp,
): Promise<Found> => {
  const modules = new Map(
    product.modules.filter((module) => module.kind === kind).map((module) => [module.name, module]),
  )
  const open = deviceHttp.tasks(device).filter((task) => modules.has(task.module) && stateOf(task) !== 'paused')
  const fitting = open.find((task) => fits(modules.get(task.module) as HttpModule, manuf, model))
  if (fitting) return { task: fitting }
  for (const task of open)
    await deviceHttp.signal(task, {
      kind: 'failure',
      reason: 'MODEL_MISMATCH',
      text: `${manuf ?? ''} ${model ?? ''}`.trim(),
    })
  return { errno: open.length > 0 ? 8 : 11 }
}

/** Marks the task as notified. */
const told = async ({ task }: { readonly task: HttpTask }, deviceHttp: DeviceHttp): Promise<Found> => {
  // The campaign has no free place now, so there is no task until the next query.
  if (task.state === 'pending' && !(await deviceHttp.signal(task, { kind: 'notified' }))) return { errno: 11 }
  return { task }
}

/**
 * A check that names the target version of a task counts as a version report, because a device may never send any other message than
 * its next poll. Any other version is not a report, because the C client sends a fixed one here.
 */
const arrive = async (
  { product, device }: Caller,
  kind: Kind,
  { version, manuf, model }: { version: string; manuf: string | undefined; model: string | undefined },
  deviceHttp: DeviceHttp,
): Promise<void> => {
  const reached = product.modules.filter(
    (module) => module.kind === kind && fits(module, manuf, model) && deviceHttp.awaits(device, module.name, version),
  )
  if (reached.length > 0)
    await deviceHttp.report(
      device,
      reached.map(({ name }) => ({ module: name, version })),
    )
}

/** Call 2: the device's task of a kind, also while it is downloading or upgrading. */
export const checkTask = async (caller: Caller, request: HttpRequest, deviceHttp: DeviceHttp): Promise<Found> => {
  const kind = kindOf(request)
  const version = request.query.get('version')
  if (!kind || version === undefined) return { errno: 2 }
  if (!VERSION.test(version)) return { errno: 27 }
  const make = { manuf: request.query.get('manuf') || undefined, model: request.query.get('model') || undefined }
  await learn(caller, kind, { version, ...make }, deviceHttp)
  await arrive(caller, kind, { version, ...make }, deviceHttp)
  const found = await choose(caller, kind, make, deviceHttp)
  if ('errno' in found) return found
  const { task } = found
  if (task.base !== null && task.base !== version) {
    await deviceHttp.signal(task, { kind: 'failure', reason: 'BASE_MISMATCH', text: version })
    return { errno: 9 }
  }
  return told(found, deviceHttp)
}

/** Call 7, older: the same without version, vendor and model. */
export const queryTask = async (caller: Caller, kind: Kind, deviceHttp: DeviceHttp): Promise<Found> => {
  const found = await choose(caller, kind, { manuf: undefined, model: undefined }, deviceHttp)
  return 'errno' in found ? found : told(found, deviceHttp)
}

/** Call 3: whether the task may be downloaded; if so, its state becomes downloading. */
export const validateTask = async (task: HttpTask, deviceHttp: DeviceHttp): Promise<Outcome> => {
  const state = stateOf(task)
  const closed = closedErrno(state)
  if (closed !== undefined) return { errno: closed }
  if (state === 'upgrading') return { errno: 17 }
  if (state === 'waiting') await deviceHttp.signal(task, { kind: 'fetching' })
  return done
}

/** An integer, also as text (docs/protocols/README.md §2.3). */
const Code = z.union([
  NumberMember.pipe(z.int()),
  z
    .string()
    .trim()
    .regex(/^[+-]?\d{1,9}$/)
    .transform(Number),
])

/** Reads `{"step":…}` or `{"result":…}`; undefined when there is no such number. */
export const readCode = (body: Uint8Array, name: 'step' | 'result'): number | undefined => {
  const json = parseJson(body, JSON_DEPTH)
  const parsed = json.ok ? z.object({ [name]: Code }).safeParse(json.value) : undefined
  return parsed?.success ? parsed.data[name] : undefined
}

/** Calls 5 and 6: progress and status codes. 201 means success in OneNET: the device's version is the target from then on. */
export const applyStep = async (
  caller: Caller,
  task: HttpTask,
  code: number,
  deviceHttp: DeviceHttp,
): Promise<Outcome> => {
  const state = stateOf(task)
  // A device notified before the campaign was paused continues, even if it reported no download.
  const goesOn = state === 'paused' && task.state !== 'pending' && code > 200
  const step = readStep(code, goesOn ? 'waiting' : state)
  switch (step.kind) {
    case 'refused':
      // 201 reports the version of the device in any state of its task: a wrongly assumed failure becomes a success.
      if (code === PROVEN && deviceHttp.awaits(caller.device, task.module, task.version))
        await deviceHttp.report(caller.device, [{ module: task.module, version: task.version }])
      return { errno: step.errno }
    case 'progress':
      await deviceHttp.signal(task, { kind: 'progress', percent: step.percent, text: undefined })
      return done
    case 'failure':
      await deviceHttp.signal(task, { kind: 'failure', reason: step.reason, text: `step ${code}` })
      return done
    case 'proven':
      await deviceHttp.report(caller.device, [{ module: task.module, version: task.version }])
      return done
  }
}
