import type { FieldVersion } from '#shared/schema.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { PackageService } from '../packages/package-service.ts'
import type { Bases } from './base-images.ts'
import type { DeltaStore } from './delta-store.ts'

/**
 * Versions from which deltas to a package may be useful: those that devices report, most devices first, then those whose image is
 * on this station.
 */
export const fieldVersionsOf = (
  deps: {
    readonly packages: Pick<PackageService, 'row'>
    readonly devices: Pick<DeviceService, 'versions'>
    readonly bases: Bases
    readonly diffs: DeltaStore
  },
  packageId: number,
): FieldVersion[] => {
  const { bases, diffs } = deps

  const pack = deps.packages.row(packageId)
  const reported = deps.devices
    .versions(pack.productId, pack.module)
    .flatMap(({ version, devices, online }) => (version === null ? [] : [{ version, devices, online }]))
  const known = new Set(reported.map(({ version }) => version))
  const others = bases
    .versions(pack)
    .filter((version) => !known.has(version))
    .map((version) => ({ version, devices: 0, online: 0 }))
  const made = Map.groupBy(diffs.ofPackage(packageId), ({ fromVersion }) => fromVersion)
  return [...reported, ...others]
    .filter(({ version }) => version !== pack.version)
    .map((share) => {
      const base = bases.of(pack, share.version)
      const image = typeof base === 'object' ? base : undefined
      return {
        ...share,
        base: image
          ? {
              kind: image.kind,
              packageId: image.packageId,
              name: image.name,
              size: image.size,
              sha256: image.sha256,
            }
          : null,
        obstacle: image ? null : base === 'several-files' ? 'several-files' : 'no-image',
        diffIds: (made.get(share.version) ?? []).map(({ id }) => id),
      }
    })
}
