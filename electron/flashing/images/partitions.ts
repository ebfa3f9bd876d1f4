/** ESP-IDF, "Partition Tables": entries of 32 bytes, magic 0xAA 0x50, up to the end mark, an MD5 entry (0xEB 0xEB) or 3 KiB. */
const entrySize = 32
const entryLimit = 96

export interface Partition {
  readonly type: number
  readonly subtype: number
  readonly offset: number
  readonly size: number
  readonly label: string
}

export const appPartition = 0

/** The table at the beginning of the bytes; empty where there is none. */
export const parsePartitions = (bytes: Uint8Array): Partition[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const partitions: Partition[] = []
  for (let at = 0; at + entrySize <= bytes.length && partitions.length < entryLimit; at += entrySize) {
    if (bytes[at] !== 0xaa || bytes[at + 1] !== 0x50) break
    partitions.push({
      type: view.getUint8(at + 2),
      subtype: view.getUint8(at + 3),
      offset: view.getUint32(at + 4, true),
      size: view.getUint32(at + 8, true),
      label: new TextDecoder().decode(bytes.subarray(at + 12, at + 28)).replace(/\0.*$/s, ''),
    })
  }
  return partitions
}
