/** What a recipe writes to. */
export const flashTargets = ['esp', 'stm32', 'xmodem', 'ymodem'] as const
export type FlashTarget = (typeof flashTargets)[number]

/** What a slot is doing, as lamp and bar show it. */
export const flashPhases = [
  'connecting',
  'identifying',
  'erasing',
  'writing',
  'verifying',
  'resetting',
  'checking',
] as const
export type FlashPhase = (typeof flashPhases)[number]
