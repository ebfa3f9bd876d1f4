/** What a slot is doing, as its lamp and bar show it. */
export const flashPhases = [
  'connecting',
  'identifying',
  'erasing',
  'writing',
  'verifying',
  'resetting',
  'pressReset',
  'checking',
] as const
export type FlashPhase = (typeof flashPhases)[number]
