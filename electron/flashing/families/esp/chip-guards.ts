import type { EspOptions } from '#shared/targets/esp.ts'
import { FlashError, type Region } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { looksLikeEspImage } from '../../images/esp-image.ts'
import { inspected } from '../../images/image-inspection.ts'
import type { EspIdentity } from './identify.ts'

/** Below lie the bootloader and what secure boot keeps there (ESP-IDF, "Partition Tables"). */
const bootRegionEnd = 0x8000

const isSigned = (region: Region): boolean => {
  const image = inspected(region, 0)
  return !(image instanceof FlashError) && image.signed
}

/** Refuses what would make a chip with secure boot useless: its bootloader replaced or erased, or an image without signature. */
const refuseUnsigned = (secureBoot: 'v1' | 'v2', chip: string, regions: readonly Region[], options: EspOptions) => {
  if (options.eraseAll) throw new FlashError('ESP_SECURE_ERASE', { chip })
  for (const region of regions) {
    const { name, address, bytes } = region
    const data = { name, address: hex(address), chip }
    const isImage = looksLikeEspImage(bytes)
    // Version 1 has the digest of its bootloader in the chip; version 2 starts any bootloader that is signed.
    if (address < bootRegionEnd && (secureBoot === 'v1' || !isImage)) throw new FlashError('ESP_SECURE_REGION', data)
    if (isImage && secureBoot === 'v2' && !isSigned(region)) throw new FlashError('ESP_IMAGE_UNSIGNED', data)
  }
}

/** Refuses units whose fuses make plain images useless, and images that such a unit would not start. @throws FlashError. */
export const refuseProtected = (
  { security, identity }: EspIdentity,
  regions: readonly Region[],
  options: EspOptions,
): void => {
  const chip = identity.chip ?? ''
  if (security.secureDownload) throw new FlashError('ESP_SECURE_DOWNLOAD', { chip })
  if (security.flashEncryption) throw new FlashError('ESP_FLASH_ENCRYPTED', { chip })
  if (security.secureBoot === 'off') return
  if (!options.allowSecureBoot) throw new FlashError('ESP_SECURE_BOOT', { chip })
  refuseUnsigned(security.secureBoot, chip, regions, options)
}
