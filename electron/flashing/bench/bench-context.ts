import type { FlashTarget } from '#shared/flashing.ts'
import type { PlatformContext } from '../../platform/context.ts'
import type { DeviceService } from '../../platform/devices/device-service.ts'
import type { ProductService } from '../../platform/devices/product-service.ts'
import type { BlobStore } from '../../platform/packages/blob-store.ts'
import type { PackageService } from '../../platform/packages/package-service.ts'
import type { UploadService } from '../../platform/packages/upload-service.ts'
import type { Family } from '../families/family.ts'
import type { LineSettings, SerialLink } from '../link.ts'
import type { Ports } from '../ports/port-info.ts'
import type { LoadImages } from './image-loader.ts'

/** Rooms of the platform the bench works with. */
export interface BenchDeps {
  readonly products: ProductService
  readonly devices: DeviceService
  readonly packages: PackageService
  readonly uploads: UploadService
  readonly blobs: BlobStore
}

/** What the bench is made of, handed in by the station. */
export interface BenchOptions extends BenchDeps {
  readonly ports: Ports
  /** @throws FlashError: why it cannot be opened. */
  openLink(path: string, settings: LineSettings): Promise<SerialLink>
  family(target: FlashTarget): Family
  /** Tests bring their own. */
  readonly loadImages?: LoadImages
  /** Told of content that turned out damaged. */
  readonly onDamaged?: (sha256: string) => void
  /** Told whenever the number of slots that are being flashed changes. */
  readonly onBusy?: (slots: number) => void
}

export type BenchContext = PlatformContext
