import { createHash } from 'node:crypto'
import { hex } from '../hex.ts'

// ESP-IDF Programming Guide, "Partition Tables": rows of 32 bytes, each with 0xAA 0x50, type, subtype, offset, size, label and flags; a
// row of 0xEB 0xEB with the MD5 of the rows before it; a row of 0xFF ends the table.

const rowSize = 32
/** The table takes one sector, of which a signature may use the end. */
const tableLimit = 0xc00
const md5At = 16

/** Bytes of flash that a table occupies. */
export const tableSize = 0x1000

export const partitionTypes = { app: 0, data: 1, bootloader: 2, partition_table: 3 } as const
export const dataSubtypes = {
  ota: 0x00,
  phy: 0x01,
  nvs: 0x02,
  coredump: 0x03,
  nvs_keys: 0x04,
  efuse: 0x05,
  undefined: 0x06,
  esphttpd: 0x80,
  fat: 0x81,
  spiffs: 0x82,
  littlefs: 0x83,
  tee_ota: 0x90,
} as const
const otaFirst = 0x10
const otaLast = 0x1f
const appSubtypes = { factory: 0, test: 0x20, tee_0: 0x30, tee_1: 0x31 } as const
const systemSubtypes = { primary: 0, ota: 1, recovery: 2 } as const

/** A partition; address and size in bytes of the flash. */
export interface Partition {
  readonly type: number
  readonly subtype: number
  readonly address: number
  readonly size: number
  readonly label: string
}

/** A table as read; `fault`: why the bootloader would refuse it. */
export interface PartitionTable {
  readonly partitions: readonly Partition[]
  readonly fault: 'row' | 'md5' | 'cut' | undefined
}

/** Whether a partition table begins here. */
export const looksLikeTable = (bytes: Uint8Array): boolean =>
  bytes.length >= rowSize && bytes[0] === 0xaa && bytes[1] === 0x50

const partitionOf = (row: Uint8Array): Partition => {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength)
  return {
    type: view.getUint8(2),
    subtype: view.getUint8(3),
    address: view.getUint32(4, true),
    size: view.getUint32(8, true),
    label: new TextDecoder().decode(row.subarray(12, 28)).replace(/\0.*$/s, ''),
  }
}

/** The table at the beginning of the bytes, as the bootloader reads it; other content may follow. */
export const readTable = (bytes: Uint8Array): PartitionTable => {
  const table = bytes.subarray(0, tableLimit)
  const partitions: Partition[] = []
  for (let at = 0; at < table.length; at += rowSize) {
    const row = table.subarray(at, at + rowSize)
    if (row.every((byte) => byte === 0xff)) return { partitions, fault: undefined }
    if (row.length < rowSize) return { partitions, fault: 'cut' }
    if (row[0] === 0xeb && row[1] === 0xeb) {
      const digest = createHash('md5').update(table.subarray(0, at)).digest()
      return { partitions, fault: digest.compare(row.subarray(md5At)) === 0 ? undefined : 'md5' }
    }
    if (row[0] !== 0xaa || row[1] !== 0x50) return { partitions, fault: 'row' }
    partitions.push(partitionOf(row))
  }
  // Files may end before the row of 0xFF: behind them the sector is erased.
  return { partitions, fault: undefined }
}

const nameIn = (names: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(names).find(([, number]) => number === value)?.[0] ?? hex(value)

/** The type as a table in text form has it. */
export const typeName = ({ type }: Partition): string => nameIn(partitionTypes, type)

/** The subtype as a table in text form has it. */
export const subtypeName = ({ type, subtype }: Partition): string => {
  if (type === partitionTypes.data) return nameIn(dataSubtypes, subtype)
  if (type === partitionTypes.bootloader || type === partitionTypes.partition_table)
    return nameIn(systemSubtypes, subtype)
  if (type !== partitionTypes.app) return hex(subtype)
  if (subtype >= otaFirst && subtype <= otaLast) return `ota_${subtype - otaFirst}`
  return nameIn(appSubtypes, subtype)
}

export const isApp = ({ type }: Partition): boolean => type === partitionTypes.app
export const isFactory = (partition: Partition): boolean =>
  isApp(partition) && partition.subtype === appSubtypes.factory
export const isOtaSlot = (partition: Partition): boolean =>
  isApp(partition) && partition.subtype >= otaFirst && partition.subtype <= otaLast
export const isData = ({ type, subtype }: Partition, name: keyof typeof dataSubtypes): boolean =>
  type === partitionTypes.data && subtype === dataSubtypes[name]

/** Whether ESP-IDF itself reads what is in it, so that only its own format makes sense there. */
export const hasOwnFormat = ({ type, subtype }: Partition): boolean =>
  type === partitionTypes.data &&
  subtype !== dataSubtypes.undefined &&
  Object.values<number>(dataSubtypes).includes(subtype)
