/** A number as people write it: `0x1000`; filled up to `digits`. */
export const hex = (value: number, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`

/** An address of a chip whose documents write all 32 bits: `0x08000000`. */
export const hex32 = (address: number): string => hex(address, 8)
