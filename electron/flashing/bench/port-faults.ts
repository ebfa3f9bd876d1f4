/** Whether a code names a fault of the place instead of a unit: the port cannot be opened, or nothing is plugged in. */
export const isPortFault = (code: string): boolean => /^(PORT|DRIVE)_/.test(code) || code === 'NO_UNIT'
