/**
 * Firmware-like bytes that look random (and so cannot be compressed), the same for the same seed everywhere.
 * @param bytes length of the image
 */
export const demoImage = (seed: number, bytes: number): Uint8Array => {
  const image = new Uint8Array(bytes)
  let state = seed >>> 0
  for (let at = 0; at < bytes; at += 1) {
    // mulberry32 (T. Ettinger, public domain): 32 bits of state, one byte taken from the top.
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    image[at] = mixed >>> 24
  }
  return image
}
