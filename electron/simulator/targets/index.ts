import type { DemoBoard } from '#shared/targets/index.ts'
import { demoEspBoard, demoEspImage, demoEspName } from './demo-esp.ts'
import { demoStm32Board, demoStm32Image, demoStm32Name } from './demo-stm32.ts'
import type { TargetClock, TargetFactory } from './target.ts'

/** Simulated units that a demo line is made of. */
export interface DemoUnits {
  /** For the names of the line and of its recipe. */
  readonly family: string
  readonly board: string
  /** As the chip names itself. */
  readonly chip: string
  readonly address: number
  readonly file: string
  readonly image: () => Buffer
  /** A new unit. @param bad its number among the bad ones, which decides what is wrong with it; undefined: nothing is. */
  readonly make: (
    clock: TargetClock,
    bad: number | undefined,
  ) => { readonly serialNumber: string; readonly target: TargetFactory }
}

/** The units of every target that the demo has a line of. */
export const demoUnits: Readonly<Record<DemoBoard, DemoUnits>> = {
  esp: {
    family: 'ESP32',
    board: 'ESP32-C3',
    chip: 'ESP32-C3',
    address: 0,
    file: demoEspName,
    image: demoEspImage,
    make: demoEspBoard,
  },
  stm32: {
    family: 'STM32',
    board: 'STM32F4',
    chip: 'STM32F40xxx/41xxx',
    address: 0x0800_0000,
    file: demoStm32Name,
    image: demoStm32Image,
    make: demoStm32Board,
  },
}
