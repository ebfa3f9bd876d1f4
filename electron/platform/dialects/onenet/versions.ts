import { z } from 'zod'
import { JSON_DEPTH } from '#shared/limits.ts'
import type { DeviceHttp, HttpModule, HttpVersion } from '../http-dialect.ts'
import { parseJson } from '../json.ts'
import { asPrinted } from '../message-fields.ts'
import { done, type Outcome } from './errors.ts'
import type { Caller } from './identity.ts'

export type Kind = HttpModule['kind']

/** Pattern of a version (docs/protocols/onenet.md §5.3). */
export const VERSION = /^[a-zA-Z0-9_\-.]{1,20}$/

/** A member that C firmware prints empty or null to mean "none"; a number keeps its digits. */
const Version = z.preprocess(
  (value) => (value === '' || value === null ? undefined : asPrinted(value)),
  z.string().trim().optional(),
)
const Versions = z.object({ f_version: Version, s_version: Version })

/** Whether a module is for every vendor and model. */
const isForAll = (module: HttpModule): boolean => module.vendor === null && module.model === null

/** The modules of a kind that apply to this device: those for all, those that it reported, and those of its open tasks. */
const modulesOf = ({ product, device }: Caller, kind: Kind, deviceHttp: DeviceHttp): HttpModule[] => {
  const own = new Set([...deviceHttp.versions(device), ...deviceHttp.tasks(device)].map(({ module }) => module))
  return product.modules.filter((module) => module.kind === kind && (isForAll(module) || own.has(module.name)))
}

/** The last reported version of a kind; all modules of one kind have the same version. */
export const latestOf = ({ product, device }: Caller, kind: Kind, deviceHttp: DeviceHttp): HttpVersion | undefined => {
  const names = new Set(product.modules.filter((module) => module.kind === kind).map(({ name }) => name))
  return deviceHttp
    .versions(device)
    .filter(({ module }) => names.has(module))
    .reduce<HttpVersion | undefined>(
      (latest, version) => (latest && latest.reportedAt >= version.reportedAt ? latest : version),
      undefined,
    )
}

/** Call 1: `{"f_version":"4.0","s_version":"2.0"}`, each optional. A version that is a pending task's target completes it. */
export const reportVersions = async (caller: Caller, body: Uint8Array, deviceHttp: DeviceHttp): Promise<Outcome> => {
  const json = parseJson(body, JSON_DEPTH)
  const parsed = json.ok ? Versions.safeParse(json.value) : undefined
  if (!parsed?.success) return { errno: 2 }
  const { f_version: fota, s_version: sota } = parsed.data
  if (fota === undefined && sota === undefined) return { errno: 2 }
  if ([fota, sota].some((version) => version !== undefined && !VERSION.test(version))) return { errno: 27 }
  const reports = (kind: Kind, version: string | undefined) =>
    version === undefined ? [] : modulesOf(caller, kind, deviceHttp).map(({ name }) => ({ module: name, version }))
  await deviceHttp.report(caller.device, [...reports('FOTA', fota), ...reports('SOTA', sota)])
  return done
}

/** Call 1b: the reported versions; a version never reported is absent. */
export const readVersions = (caller: Caller, deviceHttp: DeviceHttp): Outcome => ({
  errno: 0,
  data: {
    f_version: latestOf(caller, 'FOTA', deviceHttp)?.version,
    s_version: latestOf(caller, 'SOTA', deviceHttp)?.version,
  },
})
