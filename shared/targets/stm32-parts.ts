import { type ChipGroup, type ChipPart, nearest, type PartNumbers, plainPart } from './part-numbers.ts'

/**
 * Which part numbers report which product id (ST AN2606, "Device-dependent bootloader parameters", and DBGMCU_IDCODE of the reference
 * manuals). A part number is `STM32`, the line (`F407`, `WBA52`), the pin count (`V`), the flash size (`G`), package and temperature.
 */
interface Row {
  readonly id: string
  /** Begins with the series, then each line's own end: `F4 05 07 15 17`. */
  readonly lines: string
  /** Letters of the flash sizes, where the line has chips of several ids. */
  readonly sizes?: string
  /** Only with, or only without, the `A` at the end of the part number (L1 category 2 and 1). */
  readonly suffix?: 'A' | 'none'
}

const rows: readonly Row[] = [
  { id: '0x443', lines: 'C0 11' },
  { id: '0x453', lines: 'C0 31' },
  { id: '0x44c', lines: 'C0 51' },
  { id: '0x493', lines: 'C0 71' },
  { id: '0x44d', lines: 'C0 91 92' },
  { id: '0x444', lines: 'F0 31 38' },
  { id: '0x444', lines: 'F0 30', sizes: '46' },
  { id: '0x440', lines: 'F0 51 58' },
  { id: '0x440', lines: 'F0 30', sizes: '8' },
  { id: '0x442', lines: 'F0 91 98' },
  { id: '0x442', lines: 'F0 30', sizes: 'C' },
  { id: '0x445', lines: 'F0 42 48' },
  { id: '0x445', lines: 'F0 70', sizes: '6' },
  { id: '0x448', lines: 'F0 71 72 78' },
  { id: '0x448', lines: 'F0 70', sizes: 'B' },
  { id: '0x412', lines: 'F1 01 02 03', sizes: '46' },
  { id: '0x410', lines: 'F1 01 02 03', sizes: '8B' },
  { id: '0x414', lines: 'F1 01 03', sizes: 'CDE' },
  { id: '0x430', lines: 'F1 01 03', sizes: 'FG' },
  { id: '0x418', lines: 'F1 05 07' },
  { id: '0x420', lines: 'F1 00', sizes: '468B' },
  { id: '0x428', lines: 'F1 00', sizes: 'CDE' },
  { id: '0x411', lines: 'F2 05 07 15 17' },
  { id: '0x439', lines: 'F3 01 18' },
  { id: '0x439', lines: 'F3 02', sizes: '468' },
  { id: '0x422', lines: 'F3 02 03', sizes: 'BC' },
  { id: '0x422', lines: 'F3 58' },
  { id: '0x446', lines: 'F3 02 03', sizes: 'DE' },
  { id: '0x446', lines: 'F3 98' },
  { id: '0x438', lines: 'F3 03', sizes: '468' },
  { id: '0x438', lines: 'F3 28 34' },
  { id: '0x432', lines: 'F3 73 78' },
  { id: '0x423', lines: 'F4 01', sizes: 'BC' },
  { id: '0x433', lines: 'F4 01', sizes: 'DE' },
  { id: '0x413', lines: 'F4 05 07 15 17' },
  { id: '0x458', lines: 'F4 10' },
  { id: '0x431', lines: 'F4 11' },
  { id: '0x441', lines: 'F4 12' },
  { id: '0x463', lines: 'F4 13 23' },
  { id: '0x419', lines: 'F4 27 29 37 39' },
  { id: '0x421', lines: 'F4 46' },
  { id: '0x434', lines: 'F4 69 79' },
  { id: '0x452', lines: 'F7 22 23 30 32 33' },
  { id: '0x449', lines: 'F7 45 46 50 56' },
  { id: '0x451', lines: 'F7 65 67 68 69 77 78 79' },
  { id: '0x466', lines: 'G0 30 31 41' },
  { id: '0x456', lines: 'G0 50 51 61' },
  { id: '0x460', lines: 'G0 70 71 81' },
  { id: '0x467', lines: 'G0 B0 B1 C1' },
  { id: '0x468', lines: 'G4 31 41' },
  { id: '0x469', lines: 'G4 71 73 74 83 84' },
  { id: '0x479', lines: 'G4 91 A1' },
  { id: '0x474', lines: 'H5 03' },
  { id: '0x478', lines: 'H5 23 33' },
  { id: '0x484', lines: 'H5 62 63 73' },
  { id: '0x450', lines: 'H7 42 43 45 47 50 53 55 57' },
  { id: '0x480', lines: 'H7 A3 B0 B3' },
  { id: '0x483', lines: 'H7 23 25 30 33 35' },
  { id: '0x485', lines: 'H7 R3 R7 S3 S7' },
  { id: '0x457', lines: 'L0 11 21' },
  { id: '0x457', lines: 'L0 10', sizes: '34' },
  { id: '0x425', lines: 'L0 31 41' },
  { id: '0x425', lines: 'L0 10', sizes: '6' },
  { id: '0x417', lines: 'L0 51 52 53 62 63' },
  { id: '0x417', lines: 'L0 10', sizes: '8' },
  { id: '0x447', lines: 'L0 71 72 73 81 82 83' },
  { id: '0x447', lines: 'L0 10', sizes: 'B' },
  { id: '0x416', lines: 'L1 00 51 52', sizes: '68B', suffix: 'none' },
  { id: '0x429', lines: 'L1 00 51 52', sizes: '68B', suffix: 'A' },
  { id: '0x427', lines: 'L1 00 51 52 62', sizes: 'C' },
  // Category 3 and 6 share their sizes with 4 and 5 (RM0038, "Device ID").
  { id: '0x436', lines: 'L1 51 52 62', sizes: 'CD' },
  { id: '0x437', lines: 'L1 51 52 62', sizes: 'DE' },
  { id: '0x464', lines: 'L4 12 22' },
  { id: '0x435', lines: 'L4 31 32 33 42 43' },
  { id: '0x462', lines: 'L4 51 52 62' },
  { id: '0x415', lines: 'L4 71 75 76 85 86' },
  { id: '0x461', lines: 'L4 96 A6' },
  { id: '0x471', lines: 'L4 P5 Q5' },
  { id: '0x470', lines: 'L4 R5 R7 R9 S5 S7 S9' },
  { id: '0x472', lines: 'L5 52 62' },
  { id: '0x459', lines: 'U0 31' },
  { id: '0x489', lines: 'U0 73 83' },
  { id: '0x454', lines: 'U3 75 85' },
  { id: '0x42a', lines: 'U3 B5 C5' },
  { id: '0x455', lines: 'U5 35 45' },
  { id: '0x482', lines: 'U5 75 85' },
  { id: '0x481', lines: 'U5 95 99 A5 A9' },
  { id: '0x476', lines: 'U5 F7 F9 G7 G9' },
  { id: '0x494', lines: 'WB 10 15 1M' },
  { id: '0x495', lines: 'WB 30 35 50 55 5M' },
  // OpenOCD's id of WB3x; AN2606 has that of WB5x.
  { id: '0x496', lines: 'WB 30 35' },
  { id: '0x4b2', lines: 'WBA 20 23 25' },
  { id: '0x4b0', lines: 'WBA 62 63 64 65 6M' },
  { id: '0x492', lines: 'WBA 50 52 54 55 5M' },
  { id: '0x497', lines: 'WL 54 55 5M E4 E5' },
]

interface Line extends Omit<Row, 'lines'> {
  readonly code: string
}

const lines: readonly Line[] = rows.flatMap(({ lines: text, ...row }) => {
  const [series = '', ...ends] = text.split(' ')
  return ends.map((end) => ({ ...row, code: `${series}${end}` }))
})

/** The chips of a product id: `STM32F405/407/415/417`, `STM32F303x4/6/8`. */
const groupName = (id: string): string => {
  const own = rows.filter((row) => row.id === id)
  const texts = own.map(({ lines: text, sizes, suffix }) => {
    const [series = '', ...ends] = text.split(' ')
    const [letters = '', generation = ''] = [series.replace(/\d$/, ''), /\d$/.exec(series)?.[0] ?? '']
    const numbers = ends.map((end) => `${generation}${end}`).join('/')
    return `${letters}${numbers}${sizes === undefined ? '' : `x${[...sizes].join('/')}`}${suffix === 'A' ? ' (A)' : ''}`
  })
  return `STM32${texts.join(', ')}`
}

const groups = new Map<string, ChipGroup>(
  [...new Set(rows.map(({ id }) => id))].map((id) => [id, { id, name: groupName(id) }]),
)

/** Whether two texts agree as far as both go; `X` agrees with everything, as in CubeMX' `STM32F407VGTx`. */
const agree = (written: string, known: string): boolean =>
  [...known].every((letter, at) => {
    const other = written[at]
    return other === undefined || other === 'X' || other === letter
  })

const fits = (written: string, { code, sizes, suffix }: Line): boolean => {
  if (!agree(written, code)) return false
  const size = written[code.length + 1]
  const fitsSize = sizes === undefined || size === undefined || size === 'X' || sizes.includes(size)
  // Package and temperature (T6) stand before the A.
  const tail = written.slice(code.length + 2)
  const ends = /A(TR)?$/.test(tail) ? 'A' : tail.length >= 2 ? 'none' : undefined
  return fitsSize && (suffix === undefined || ends === undefined || suffix === ends)
}

/** What follows the line: pin count, flash size, package, temperature, options; each may be left out from the end on. */
const tailPattern = /^([A-Z]([3-9A-JXYZ]([A-Z]([0-9X][0-9A-Z]{0,5})?)?)?)?$/

/** The product ids that part numbers are known for. */
export const stm32ProductIds: readonly string[] = [...groups.keys()]

/** Part numbers of STM32; also a product id itself (`0x413`). */
export const stm32Parts: PartNumbers = {
  find(text): ChipPart | undefined {
    const plain = plainPart(text)
    const own = groups.get(plain.toLowerCase())
    if (own) return { groups: [own], rest: '' }
    const written = plain.replace(/^STM32/, '')
    // A series at least: `STM32` alone, or `F`, asks for nothing.
    if (written.length < 2 || /^X/.test(written)) return undefined
    const found = lines.filter((line) => fits(written, line))
    const [first] = found
    if (!first || !tailPattern.test(written.slice(first.code.length))) return undefined
    const ids = new Set(found.map(({ id }) => id))
    const rest = written.slice(first.code.length).replace(/X+$/, '')
    return { groups: [...ids].flatMap((id) => groups.get(id) ?? []), rest }
  },

  near: (text) =>
    nearest(/^ST/i.test(text.trim()) ? text : `STM32${text}`, [...new Set(lines.map(({ code }) => `STM32${code}`))]),
}
