/** What an image says of itself (ESP-IDF, esp_app_desc_t in esp_app_desc.h and esp_bootloader_desc_t). */
export interface EspDescriptor {
  readonly kind: 'app' | 'bootloader'
  readonly version: string | undefined
  readonly project: string | undefined
}

const appMagic = 0xabcd5432
const appSize = 256
const bootloaderMagic = 0x50
const bootloaderSize = 80
const extendedHeader = 24
const segmentHeader = 8
const segmentLimit = 16

const textAt = (bytes: Uint8Array, at: number, size: number): string | undefined => {
  const text = new TextDecoder().decode(bytes.subarray(at, at + size)).replace(/\0.*$/s, '')
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined
}

const descriptorAt = (segment: Uint8Array): EspDescriptor | undefined => {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength)
  if (segment.length >= appSize && view.getUint32(0, true) === appMagic)
    return { kind: 'app', version: textAt(segment, 16, 32), project: textAt(segment, 48, 32) }
  if (segment.length < bootloaderSize || segment[0] !== bootloaderMagic) return undefined
  // One magic byte is weak: the version of ESP-IDF that follows must be a text.
  const idf = textAt(segment, 8, 32)
  return idf === undefined ? undefined : { kind: 'bootloader', version: idf, project: undefined }
}

/** The descriptor at the beginning of one of the image's segments; undefined where it has none, as with old builds and ESP8266. */
export const espDescriptor = (image: Uint8Array): EspDescriptor | undefined => {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength)
  const segments = Math.min(image[1] ?? 0, segmentLimit)
  let at = extendedHeader
  for (let index = 0; index < segments && at + segmentHeader <= image.length; index++) {
    const size = view.getUint32(at + 4, true)
    const found = descriptorAt(image.subarray(at + segmentHeader, at + segmentHeader + size))
    if (found) return found
    at += segmentHeader + size
  }
  return undefined
}
