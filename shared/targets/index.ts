import { atFota } from './at-fota.ts'
import { command } from './command.ts'
import { dfu } from './dfu.ts'
import { esp } from './esp.ts'
import { smp } from './smp.ts'
import { stm32 } from './stm32.ts'
import type { TargetFacts } from './target-facts.ts'
import { uf2 } from './uf2.ts'
import { xmodem } from './xmodem.ts'
import { ymodem } from './ymodem.ts'

/** Every target by its name in recipes, in the order of the recipe editor; a new one is a file and a line here. */
const list = { esp, stm32, smp, uf2, xmodem, ymodem, 'at-fota': atFota, command, dfu } as const satisfies Readonly<
  Record<string, TargetFacts>
>

/** The target of a recipe. */
export type FlashTarget = keyof typeof list

export const targets: Readonly<Record<FlashTarget, TargetFacts>> = list

export const flashTargets = Object.keys(list) as [FlashTarget, ...FlashTarget[]]

/** Targets with a demo line. */
export type DemoBoard = { [T in FlashTarget]: (typeof list)[T]['demo'] extends true ? T : never }[FlashTarget]
export const demoBoards = flashTargets.filter((target) => targets[target].demo) as [DemoBoard, ...DemoBoard[]]
