import { type Division, divisions, type Series, seriesOf } from './chip-series.ts'

export type ChipRow = readonly [
  /** As Get ID returns it. */
  id: number,
  /** As AN2606 writes it. */
  name: string,
  series: Series,
  division: Division,
  /** Flash of the smallest and the largest part, KiB. */
  smallest: number,
  largest: number,
  /** First bytes of RAM at 0x20000000 that the bootloader uses itself; undefined where no document at hand says so. */
  loaderRam?: number,
]

const { pages128, pages256, pages1k, pages2k, pages4k, pages8k, pages128k } = divisions
const { rising16k, rising32k, spread128k, spread8k, f42, f76, g47, l4plus, l5, u5f } = divisions
const s = seriesOf

/**
 * The chips with a bootloader of AN3155. Ids and names: AN2606, "Device-dependent bootloader parameters", and the reference manual of the
 * line, "Device ID". Sizes: ST's device packs, part by part, and OpenOCD. Divisions: the reference manual's "Flash memory organization",
 * ST's packs and OpenOCD. RAM of the bootloader: AN2606 as stm32flash and stm32loader have it. What a comment calls "one source" was found
 * in that source alone. Not here: STM32WB0 and WL3 (AN5471, another protocol), STM32N6 and MP (no flash of their own).
 */
export const chipRows: readonly ChipRow[] = [
  // RM0490. RAM of the bootloader: AN2606 contradicts itself.
  [0x443, 'STM32C011xx', s.c0, pages2k, 16, 32],
  [0x453, 'STM32C031xx', s.c0, pages2k, 16, 32],
  [0x44c, 'STM32C051xx', s.c0, pages2k, 32, 64],
  [0x493, 'STM32C071xx', s.c0, pages2k, 64, 128],
  [0x44d, 'STM32C091xx/92xx', s.c0, pages2k, 128, 256],

  // RM0091, RM0360.
  [0x440, 'STM32F030x8/F05xxx', s.f0, pages1k, 16, 64, 0x800],
  [0x442, 'STM32F030xC/F09xxx', s.f0, pages2k, 128, 256, 0x1800],
  [0x444, 'STM32F03xx4/6', s.f0, pages1k, 16, 32, 0x800],
  [0x445, 'STM32F04xxx/F070x6', s.f0, pages1k, 16, 32, 0x1800],
  [0x448, 'STM32F070xB/F071xx/F72xx', s.f0, pages2k, 64, 128, 0x1800],

  // RM0008, RM0041, PM0075; PM0068 for XL-density.
  [0x412, 'STM32F10xxx Low-density', s.f1, pages1k, 16, 32, 0x200],
  [0x410, 'STM32F10xxx Medium-density', s.f1, pages1k, 64, 128, 0x200],
  [0x414, 'STM32F10xxx High-density', s.f1, pages2k, 256, 512, 0x200],
  [0x418, 'STM32F105xx/F107xx', s.f1, pages2k, 64, 256, 0x1000],
  [0x420, 'STM32F10xxx Medium-density VL', s.f1, pages1k, 16, 128, 0x200],
  [0x428, 'STM32F10xxx High-density VL', s.f1, pages2k, 256, 512, 0x200],
  [0x430, 'STM32F10xxx XL-density', s.f1, pages2k, 768, 1024, 0x800],

  // RM0033, PM0059.
  [0x411, 'STM32F2xxxx', s.f2, rising16k, 128, 1024, 0x2000],

  // RM0316, RM0364, RM0365, RM0366, RM0313.
  [0x422, 'STM32F302xB(C)/F303xB(C)/F358xx', s.f3, pages2k, 128, 256, 0x1400],
  [0x432, 'STM32F373xx/F378xx', s.f3, pages2k, 64, 256, 0x1400],
  [0x438, 'STM32F303x4(6/8)/F334xx/F328xx', s.f3, pages2k, 16, 64, 0x1800],
  [0x439, 'STM32F301xx/F302x4(6/8)/F318xx', s.f3, pages2k, 32, 64, 0x1800],
  [0x446, 'STM32F302xD(E)/F303xD(E)/F398xx', s.f3, pages2k, 384, 512, 0x1800],

  // RM0090, RM0368, RM0383, RM0386, RM0390, RM0401, RM0402, RM0430. OpenOCD has 512 KiB for F412, ST's pack 1 MiB.
  [0x413, 'STM32F40xxx/41xxx', s.f4, rising16k, 512, 1024, 0x3000],
  [0x419, 'STM32F42xxx/43xxx', s.f4, f42, 512, 2048, 0x3000],
  [0x421, 'STM32F446xx', s.f4, rising16k, 256, 512, 0x3000],
  [0x423, 'STM32F401xB(C)', s.f4, rising16k, 128, 256, 0x3000],
  [0x431, 'STM32F411xx', s.f4, rising16k, 256, 512, 0x3000],
  [0x433, 'STM32F401xD(E)', s.f4, rising16k, 384, 512, 0x3000],
  [0x434, 'STM32F469xx/479xx', s.f4, f42, 512, 2048, 0x3000],
  [0x441, 'STM32F412xx', s.f4, rising16k, 512, 1024, 0x3000],
  [0x458, 'STM32F410xx', s.f4, rising16k, 64, 128, 0x3000],
  [0x463, 'STM32F413xx/423xx', s.f4, rising16k, 1024, 1536, 0x3000],

  // RM0385, RM0410, RM0431.
  [0x449, 'STM32F74xxx/75xxx', s.f7, rising32k, 64, 1024, 0x4000],
  [0x451, 'STM32F76xxx/77xxx', s.f7, f76, 1024, 2048, 0x4000],
  [0x452, 'STM32F72xxx/73xxx', s.f72, rising16k, 64, 512, 0x4000],

  // RM0444, RM0454. RAM of the bootloader: one source (stm32loader).
  [0x456, 'STM32G05xxx/061xx', s.g0, pages2k, 32, 64, 0x1000],
  [0x460, 'STM32G07xxx/08xxx', s.g0, pages2k, 64, 128, 0x2700],
  [0x466, 'STM32G03xxx/04xxx', s.g0, pages2k, 16, 64, 0x1000],
  [0x467, 'STM32G0B0/B1/C1xx', s.g0, pages2k, 128, 512, 0x4000],

  // RM0440. RAM of the bootloader: one source (stm32loader).
  [0x468, 'STM32G431xx/441xx', s.g4, pages2k, 32, 128, 0x4000],
  [0x469, 'STM32G47xxx/48xxx', s.g4, g47, 128, 512, 0x4000],
  [0x479, 'STM32G491xx/A1xx', s.g4, pages2k, 256, 512, 0x4000],

  // RM0492, RM0481. Sectors: CMSIS and ST's packs. RAM of the bootloader, id of H523/H533: one source (stm32loader).
  [0x474, 'STM32H503xx', s.h5, pages8k, 128, 128, 0x4000],
  [0x478, 'STM32H523xx/33xx', s.h5, pages8k, 256, 512],
  [0x484, 'STM32H562xx/563xx/573xx', s.h5, pages8k, 1024, 2048],

  // RM0433, RM0399, RM0455, RM0468, RM0477.
  [0x450, 'STM32H74xxx/75xxx', s.h7, spread128k, 128, 2048, 0x4100],
  [0x480, 'STM32H7A3xx/B3xx', s.h7ab, spread8k, 128, 2048, 0x4100],
  [0x483, 'STM32H72xxx/73xxx', s.h7, pages128k, 128, 1024, 0x4100],
  [0x485, 'STM32H7Rxxx/7Sxxx', s.h7rs, pages8k, 64, 64],

  // RM0367, RM0376, RM0377, RM0451.
  [0x417, 'STM32L05xxx/06xxx', s.l0, pages128, 32, 64, 0x1000],
  [0x425, 'STM32L031xx/041xx', s.l0, pages128, 16, 32, 0x1000],
  [0x447, 'STM32L07xxx/08xxx', s.l0, pages128, 64, 192, 0x2000],
  [0x457, 'STM32L01xxx/02xxx', s.l0, pages128, 8, 16, 0x800],

  // RM0038: categories 1 to 6; category 3 has two ids.
  [0x416, 'STM32L1xxx6(8/B)', s.l1, pages256, 32, 128, 0x800],
  [0x429, 'STM32L1xxx6(8/B)A', s.l1, pages256, 32, 128, 0x1000],
  [0x427, 'STM32L1xxxC', s.l1plus, pages256, 256, 256, 0x1000],
  [0x436, 'STM32L1xxxD', s.l1plus, pages256, 256, 384, 0x1000],
  [0x437, 'STM32L1xxxE', s.l1plus, pages256, 384, 512, 0x1000],

  // RM0351, RM0394, RM0432. RAM of the bootloader of 0x464, 0x470, 0x471: one source (stm32loader).
  [0x415, 'STM32L47xxx/48xxx', s.l4, pages2k, 256, 1024, 0x3100],
  [0x435, 'STM32L43xxx/44xxx', s.l4, pages2k, 128, 256, 0x3100],
  [0x461, 'STM32L496xx/4A6xx', s.l4, pages2k, 512, 1024, 0x3100],
  [0x462, 'STM32L45xxx/46xxx', s.l4, pages2k, 256, 512, 0x3100],
  [0x464, 'STM32L412xx/422xx', s.l4, pages2k, 64, 128, 0x2100],
  [0x470, 'STM32L4Rxx/4Sxx', s.l4, l4plus, 1024, 2048, 0x3200],
  [0x471, 'STM32L4P5xx/Q5xx', s.l4, l4plus, 512, 1024, 0x4000],

  // RM0438. RAM of the bootloader: one source (stm32loader).
  [0x472, 'STM32L552xx/562xx', s.l5, l5, 256, 512, 0x4000],

  // RM0503.
  [0x459, 'STM32U031xx', s.u031, pages2k, 16, 64],
  [0x489, 'STM32U073xx/83xx', s.u0, pages2k, 64, 256],

  // RM0487. 0x42A: one source (OpenOCD).
  [0x454, 'STM32U375xx/85xx', s.u3, pages4k, 512, 1024],
  [0x42a, 'STM32U3B5xx/C5xx', s.u3, pages4k, 1024, 2048],

  // RM0456, "Flash memory organization": banks follow each other (OpenOCD). RAM of the bootloader: one source (stm32loader).
  [0x455, 'STM32U535xx/545xx', s.u5, pages8k, 128, 512, 0x4000],
  [0x476, 'STM32U5F7xx/5F9xx/5G7xx/5G9xx', s.u5, u5f, 2048, 4096],
  [0x481, 'STM32U595xx/599xx/5A9xx', s.u5, pages8k, 2048, 4096, 0x4000],
  [0x482, 'STM32U575xx/585xx', s.u5, pages8k, 1024, 2048, 0x4000],

  // RM0434, RM0471, RM0473. WB3x: AN2606 has 0x495, OpenOCD 0x496. RAM of the bootloader: one source (stm32loader).
  [0x494, 'STM32WB10xx/15xx', s.wb, pages2k, 320, 320, 0x5000],
  [0x495, 'STM32WB5xxx', s.wb, pages4k, 256, 1024, 0x4000],
  [0x496, 'STM32WB3xxx', s.wb, pages4k, 256, 512, 0x4000],

  // RM0493, RM0515. 0x4B2: one source (OpenOCD).
  [0x492, 'STM32WBA5xxx', s.wba5, pages8k, 512, 1024],
  [0x4b0, 'STM32WBA6xxx', s.wba6, pages8k, 1024, 2048],
  [0x4b2, 'STM32WBA2xxx', s.wba2, pages4k, 512, 512],

  // RM0453, RM0461. RAM of the bootloader: one source (stm32loader).
  [0x497, 'STM32WLE5xx/WL55xx', s.wl, pages2k, 64, 256, 0x2000],
]
