/** What a device says of a planned failure, as firmware in the field puts it; `{name}` places are filled by `faultWords`. */
export const virtualDevice = {
  upgrade: 'battery 12%, upgrade needs 30%',
  download: 'connection lost after {received} of {size} bytes',
  verification: '{algorithm} mismatch: expected {expected}, got {actual}',
  burning: 'flash write error at {address}, verify readback failed',
} as const
