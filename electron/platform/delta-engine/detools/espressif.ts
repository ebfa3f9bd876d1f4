import { createHash } from 'node:crypto'
import { BadDeltaError } from '../delta-format.ts'
import { ESPRESSIF_MAGIC } from '../format-magic.ts'

/** esp_delta_ota's delta header: the magic as a little-endian word, a digest, the rest zero. */
const HEADER_SIZE = 64
const DIGEST_SIZE = 32

/** esp_image_header_t and esp_image_segment_header_t (ESP-IDF, esp_app_format.h). */
const IMAGE_MAGIC = 0xe9
const IMAGE_HEADER_SIZE = 24
const SEGMENT_COUNT_AT = 1
const SEGMENT_HEADER_SIZE = 8

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Bytes of an ESP image with its checksum, without the appended digest: the segments, padded so that the checksum is the last of 16 bytes. */
const imageSize = (image: Buffer): number | undefined => {
  if (image.length < IMAGE_HEADER_SIZE || image.readUInt8(0) !== IMAGE_MAGIC) return undefined
  let at = IMAGE_HEADER_SIZE
  for (let i = 0; i < image.readUInt8(SEGMENT_COUNT_AT); i++) {
    if (at + SEGMENT_HEADER_SIZE > image.length) return undefined
    at += SEGMENT_HEADER_SIZE + image.readUInt32LE(at + 4)
  }
  const size = (Math.floor(at / 16) + 1) * 16
  return size <= image.length ? size : undefined
}

/**
 * The digest that identifies the running image of an ESP32: `esp_partition_get_sha256` returns the one appended to the image,
 * which `esptool image_info` prints as "Validation Hash" and Espressif's delta generator writes into the header. It covers neither
 * itself nor what follows (a signature). For an image without an appended digest: the SHA-256 of the image; for a file that is not
 * an ESP image: the SHA-256 of the file.
 */
export const espressifDigest = (before: Uint8Array): Buffer => {
  const image = Buffer.from(before.buffer, before.byteOffset, before.length)
  const size = imageSize(image)
  return sha256(size === undefined ? image : image.subarray(0, size))
}

/** The header of a delta from `before`. */
export const writeEspressifHeader = (before: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(HEADER_SIZE)
  header.writeUInt32LE(ESPRESSIF_MAGIC, 0)
  espressifDigest(before).copy(header, 4)
  return header
}

/** Returns the delta after its header. @throws BadDeltaError when it has no header, or is for another image. */
export const takeEspressifHeader = (before: Uint8Array, delta: Uint8Array): Uint8Array => {
  const header = Buffer.from(delta.buffer, delta.byteOffset, delta.length)
  if (header.length < HEADER_SIZE || header.readUInt32LE(0) !== ESPRESSIF_MAGIC)
    throw new BadDeltaError('NO_ESP_HEADER')
  if (!header.subarray(4, 4 + DIGEST_SIZE).equals(espressifDigest(before))) throw new BadDeltaError('OTHER_BASE')
  return delta.subarray(HEADER_SIZE)
}
