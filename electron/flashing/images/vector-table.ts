/** Where STM32 parts have RAM that a stack can begin in (reference manuals, memory maps): CCM or DTCM, SRAM, AXI SRAM. */
const stackRanges: readonly (readonly [from: number, to: number])[] = [
  [0x1000_0000, 0x1010_0000],
  [0x2000_0000, 0x2030_0000],
  [0x2400_0000, 0x2440_0000],
]
const flashStart = 0x0800_0000
const flashEnd = 0x0880_0000

/** Whether bytes begin like a Cortex-M vector table in STM32's flash: initial stack in RAM, Thumb reset handler in flash (ARMv7-M ARM, B1.5.3). */
export const looksLikeVectors = (bytes: Uint8Array): boolean => {
  if (bytes.length < 8) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack = view.getUint32(0, true)
  const reset = view.getUint32(4, true)
  const inRam = stackRanges.some(([from, to]) => stack > from && stack <= to)
  return inRam && stack % 4 === 0 && reset % 2 === 1 && reset >= flashStart && reset < flashEnd
}
