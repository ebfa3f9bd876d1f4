import type { FlashTarget } from '#shared/targets/index.ts'
import { atFota } from './at-fota/index.ts'
import { command } from './command/index.ts'
import { dfu } from './dfu/index.ts'
import { esp } from './esp/index.ts'
import type { Family } from './family.ts'
import { smp } from './smp/index.ts'
import { stm32 } from './stm32/index.ts'
import { uf2 } from './uf2/index.ts'
import { xmodem } from './xmodem/index.ts'
import { ymodem } from './ymodem/index.ts'

/** The family of every target; a new one is a folder and a line here. */
export const families: Readonly<Record<FlashTarget, Family>> = {
  esp,
  stm32,
  smp,
  uf2,
  xmodem,
  ymodem,
  'at-fota': atFota,
  command,
  dfu,
}
