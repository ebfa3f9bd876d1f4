/** Where chips have RAM that a stack can begin in: TCM, CCM, SRAM, AXI SRAM, and their aliases (STM32 reference manuals, memory maps). */
const stackRanges: readonly (readonly [from: number, to: number])[] = [
  [0x0000_0000, 0x0004_0000],
  [0x0a00_0000, 0x0a30_0000],
  [0x1000_0000, 0x1010_0000],
  [0x2000_0000, 0x2030_0000],
  [0x2400_0000, 0x2440_0000],
  [0x2800_0000, 0x2800_4000],
  [0x3000_0000, 0x3030_0000],
  [0x3800_0000, 0x3801_0000],
  [0x3880_0000, 0x3880_1000],
  [0x4002_4000, 0x4002_5000],
]
const flashStart = 0x0800_0000
const flashEnd = 0x0880_0000

/** The first two words of a Cortex-M vector table (ARMv7-M ARM, B1.5.3). */
export interface Vectors {
  /** Initial stack pointer: the address behind the stack's memory. */
  readonly stack: number
  /** Address of the reset handler; bit 0 says that it is Thumb code. */
  readonly reset: number
}

/** The first two words; undefined where there are fewer. */
export const vectorsOf = (bytes: Uint8Array): Vectors | undefined => {
  if (bytes.length < 8) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { stack: view.getUint32(0, true), reset: view.getUint32(4, true) }
}

/** Whether a stack may begin there in some chip. */
export const isStack = (stack: number): boolean =>
  stack % 4 === 0 && stackRanges.some(([from, to]) => stack > from && stack <= to)

/** Whether bytes begin like a vector table in STM32's flash: initial stack in RAM, Thumb reset handler in flash. */
export const looksLikeVectors = (bytes: Uint8Array): boolean => {
  const vectors = vectorsOf(bytes)
  if (!vectors) return false
  const { stack, reset } = vectors
  return isStack(stack) && reset % 2 === 1 && reset >= flashStart && reset < flashEnd
}
