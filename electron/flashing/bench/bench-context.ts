import type { FlashTarget } from '#shared/targets/index.ts'
import type { BlobStore } from '../../platform/content/blob-store.ts'
import type { ContentClaims } from '../../platform/content/content-claims.ts'
import type { DeviceService } from '../../platform/devices/device-service.ts'
import type { ProductService } from '../../platform/devices/product-service.ts'
import type { PackageService } from '../../platform/packages/package-service.ts'
import type { UploadService } from '../../platform/packages/upload-service.ts'
import type { PlatformContext } from '../../platform/store/platform-context.ts'
import type { Family, StationTools } from '../families/family.ts'
import type { Ports } from '../ports/port-info.ts'
import type { TransportRegistry } from '../transport.ts'

/** The platform's services that the bench works with. */
export interface BenchDeps {
  readonly products: ProductService
  readonly devices: DeviceService
  readonly packages: PackageService
  readonly uploads: UploadService
  readonly blobs: BlobStore
  readonly claims: ContentClaims
}

/** What the station hands to the bench. */
export interface BenchOptions extends BenchDeps {
  readonly ports: Ports
  readonly transports: TransportRegistry
  family(target: FlashTarget): Family
  readonly tools: StationTools
  /** Called when stored content turns out damaged. */
  readonly onDamaged?: (sha256: string) => void
  /** Called whenever the number of slots that are being flashed changes. */
  readonly onBusy?: (slots: number) => void
}

export type BenchContext = PlatformContext
