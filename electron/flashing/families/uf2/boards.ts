import { uf2Families as id } from '#shared/targets/uf2-families.ts'

/** What INFO_UF2.TXT says: its first line names the boot loader, then come `Model:` and `Board-ID:` (microsoft/uf2, README). */
export interface BoardInfo {
  readonly loader: string
  readonly model: string | undefined
  readonly boardId: string | undefined
  /** Every line, for patterns. */
  readonly lines: readonly string[]
}

/** Lines of the file that are read: a boot loader writes three or four. */
const LINES = 40

/** Reads INFO_UF2.TXT; what it does not have is undefined. */
export const parseBoardInfo = (text: string): BoardInfo => {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, LINES)
  const value = (key: RegExp) => lines.map((line) => key.exec(line)?.[1]?.trim()).find((found) => found)
  return { loader: lines[0] ?? '', model: value(/^Model:(.*)/i), boardId: value(/^Board-ID:(.*)/i), lines }
}

/** Chips whose boot loaders name them, with the families that they take. */
const chips: readonly (readonly [chip: string, boardId: RegExp, families: readonly number[]])[] = [
  ['RP2040', /^RPI-RP2$/i, [id.RP2040]],
  ['RP2350', /^RP2350$/i, [id.RP2350_ARM_S, id.RP2350_RISCV, id.RP2350_ARM_NS, id.RP2XXX_ABSOLUTE, id.RP2XXX_DATA]],
  ['SAMD21', /^SAMD21/i, [id.SAMD21]],
  ['SAMD51', /^SAM[DE]5[1-4]/i, [id.SAMD51]],
  ['nRF52840', /^nRF52840/i, [id.NRF52840]],
  ['nRF52833', /^nRF52833/i, [id.NRF52833]],
  ['ESP32-S2', /^ESP32S2/i, [id.ESP32S2]],
  ['ESP32-S3', /^ESP32S3/i, [id.ESP32S3]],
]

/** The chip of a board, and the families that its boot loader takes; undefined where the board id does not tell. */
export const chipOfBoard = ({
  boardId = '',
}: BoardInfo): { readonly chip: string; readonly families: readonly number[] } | undefined => {
  const found = chips.find(([, pattern]) => pattern.test(boardId))
  return found && { chip: found[0], families: found[2] }
}
