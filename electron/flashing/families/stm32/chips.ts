/** Where a series stores the unit's id and flash size (reference manuals, "Device electronic signature"). */
interface Signature {
  /** Addresses of the unique id's three words. */
  readonly unit: readonly [number, number, number]
  /** Address of the flash size in KiB, 16 bits. */
  readonly size: number
}

export interface Stm32Chip {
  /** As ST writes it. */
  readonly name: string
  /** Of the largest part, bytes. */
  readonly maxFlash: number
  /** Sizes of the pages or sectors from the start of flash; the last one repeats. */
  readonly pages: readonly number[]
  readonly signature: Signature | undefined
  /** The bootloader supports mass erase (AN2606: some L0 and L1 do not). */
  readonly massErase: boolean
  /** Bytes programmed at once: writes begin and end at a multiple. */
  readonly granule: number
}

export const flashStart = 0x0800_0000

const K = 1024
const words = (base: number, second = 4, third = 8): readonly [number, number, number] => [
  base,
  base + second,
  base + third,
]

const f0: Signature = { unit: words(0x1fff_f7ac), size: 0x1fff_f7cc }
const f1: Signature = { unit: words(0x1fff_f7e8), size: 0x1fff_f7e0 }
const f4: Signature = { unit: words(0x1fff_7a10), size: 0x1fff_7a22 }
const f7: Signature = { unit: words(0x1ff0_f420), size: 0x1ff0_f442 }
const f72: Signature = { unit: words(0x1ff0_7a10), size: 0x1ff0_7a22 }
const l4: Signature = { unit: words(0x1fff_7590), size: 0x1fff_75e0 }
const h7: Signature = { unit: words(0x1ff1_e800), size: 0x1ff1_e880 }
const l0: Signature = { unit: words(0x1ff8_0050, 4, 0x14), size: 0x1ff8_007c }
const l1: Signature = { unit: words(0x1ff8_0050, 4, 0x14), size: 0x1ff8_004c }
const l1plus: Signature = { unit: words(0x1ff8_00d0, 4, 0x14), size: 0x1ff8_00cc }

const sectorsF4 = [16 * K, 16 * K, 16 * K, 16 * K, 64 * K, 128 * K]
const bankF4 = [...sectorsF4, ...Array<number>(6).fill(128 * K)]
const sectorsF7 = [32 * K, 32 * K, 32 * K, 32 * K, 128 * K, 256 * K]

type Row = readonly [
  id: number,
  name: string,
  maxFlashKiB: number,
  pages: readonly number[],
  signature: Signature | undefined,
  granule?: number,
]

/** AN2606, "Device-dependent bootloader parameters"; sizes and pages by the reference manuals. */
const rows: readonly Row[] = [
  [0x440, 'STM32F030x8/F05xxx', 64, [1 * K], f0],
  [0x442, 'STM32F030xC/F09xxx', 256, [2 * K], f0],
  [0x444, 'STM32F03xx4/6', 32, [1 * K], f0],
  [0x445, 'STM32F04xxx/F070x6', 32, [1 * K], f0],
  [0x448, 'STM32F070xB/F071xx/F72xx', 128, [2 * K], f0],
  [0x410, 'STM32F10xxx Medium-density', 128, [1 * K], f1],
  [0x412, 'STM32F10xxx Low-density', 32, [1 * K], f1],
  [0x414, 'STM32F10xxx High-density', 512, [2 * K], f1],
  [0x418, 'STM32F105xx/F107xx', 256, [2 * K], f1],
  [0x420, 'STM32F10xxx Medium-density VL', 128, [1 * K], f1],
  [0x428, 'STM32F10xxx High-density VL', 512, [2 * K], f1],
  [0x430, 'STM32F10xxx XL-density', 1024, [2 * K], f1],
  [0x411, 'STM32F2xxxx', 1024, sectorsF4, f4],
  [0x422, 'STM32F302xB(C)/F303xB(C)/F358xx', 256, [2 * K], f0],
  [0x432, 'STM32F373xx/F378xx', 256, [2 * K], f0],
  [0x438, 'STM32F303x4(6/8)/F334xx/F328xx', 64, [2 * K], f0],
  [0x439, 'STM32F301xx/F302x4(6/8)/F318xx', 64, [2 * K], f0],
  [0x446, 'STM32F302xD(E)/F303xD(E)/F398xx', 512, [2 * K], f0],
  [0x413, 'STM32F40xxx/41xxx', 1024, sectorsF4, f4],
  [0x419, 'STM32F42xxx/43xxx', 2048, [...bankF4, ...bankF4], f4],
  [0x421, 'STM32F446xx', 512, sectorsF4, f4],
  [0x423, 'STM32F401xB(C)', 256, sectorsF4, f4],
  [0x431, 'STM32F411xx', 512, sectorsF4, f4],
  [0x433, 'STM32F401xD(E)', 512, sectorsF4, f4],
  [0x434, 'STM32F469xx/479xx', 2048, [...bankF4, ...bankF4], f4],
  [0x441, 'STM32F412xx', 1024, sectorsF4, f4],
  [0x458, 'STM32F410xx', 128, sectorsF4, f4],
  [0x463, 'STM32F413xx/423xx', 1536, sectorsF4, f4],
  [0x449, 'STM32F74xxx/75xxx', 1024, sectorsF7, f7],
  [0x451, 'STM32F76xxx/77xxx', 2048, sectorsF7, f7],
  [0x452, 'STM32F72xxx/73xxx', 512, sectorsF4, f72],
  [0x456, 'STM32G05xxx/061xx', 64, [2 * K], l4, 8],
  [0x460, 'STM32G07xxx/08xxx', 128, [2 * K], l4, 8],
  [0x466, 'STM32G03xxx/04xxx', 64, [2 * K], l4, 8],
  [0x467, 'STM32G0B0/B1/C1xx', 512, [2 * K], l4, 8],
  [0x468, 'STM32G431xx/441xx', 128, [2 * K], l4, 8],
  [0x469, 'STM32G47xxx/48xxx', 512, [2 * K], l4, 8],
  [0x479, 'STM32G491xx/A1xx', 512, [2 * K], l4, 8],
  [0x450, 'STM32H74xxx/75xxx', 2048, [128 * K], h7, 32],
  [0x417, 'STM32L05xxx/06xxx', 64, [128], l0],
  [0x425, 'STM32L031xx/041xx', 32, [128], l0],
  [0x447, 'STM32L07xxx/08xxx', 192, [128], l0],
  [0x457, 'STM32L01xxx/02xxx', 16, [128], l0],
  [0x416, 'STM32L1xxx6(8/B)', 128, [256], l1],
  [0x427, 'STM32L1xxxC', 256, [256], l1plus],
  [0x429, 'STM32L1xxx6(8/B)A', 128, [256], l1],
  [0x436, 'STM32L1xxxD', 384, [256], l1plus],
  [0x437, 'STM32L1xxxE', 512, [256], l1plus],
  [0x415, 'STM32L47xxx/48xxx', 1024, [2 * K], l4, 8],
  [0x435, 'STM32L43xxx/44xxx', 256, [2 * K], l4, 8],
  [0x461, 'STM32L496xx/4A6xx', 1024, [2 * K], l4, 8],
  [0x462, 'STM32L45xxx/46xxx', 512, [2 * K], l4, 8],
  [0x464, 'STM32L412xx/422xx', 128, [2 * K], l4, 8],
  [0x470, 'STM32L4Rxx/4Sxx', 2048, [4 * K], l4, 8],
  [0x495, 'STM32WB5xxx', 1024, [4 * K], l4, 8],
  [0x497, 'STM32WLE5xx/WL55xx', 256, [2 * K], l4, 8],
]

const withoutMassErase = new Set([0x417, 0x425, 0x447, 0x457, 0x416, 0x437])

const chips = new Map<number, Stm32Chip>(
  rows.map(([id, name, maxFlashKiB, pages, signature, granule = 4]) => [
    id,
    { name, maxFlash: maxFlashKiB * K, pages, signature, massErase: !withoutMassErase.has(id), granule },
  ]),
)

/** The chip of a product id, as Get ID returns it; undefined for one that is not in the table. */
export const chipOf = (productId: number): Stm32Chip | undefined => chips.get(productId)
