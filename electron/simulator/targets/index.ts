import { DEMO_PROGRAMMER } from '#shared/programmers/demo.ts'
import type { DemoBoard } from '#shared/targets/index.ts'
import { demoAtModule, demoAtName, demoAtPackage } from './demo-at.ts'
import { demoCommandBoard, demoCommandImage, demoCommandName } from './demo-command.ts'
import { demoDfuBoard, demoDfuImage, demoDfuName } from './demo-dfu.ts'
import { demoEspBoard, demoEspImage, demoEspName } from './demo-esp.ts'
import { demoSmpBoard, demoSmpImage, demoSmpName } from './demo-smp.ts'
import { demoStm32Board, demoStm32Image, demoStm32Name } from './demo-stm32.ts'
import { demoUf2Board, demoUf2Image, demoUf2Name } from './demo-uf2.ts'
import type { SimulatedDrive, SimulatedProgram, TargetClock, TargetFactory, UsbTargetFactory } from './target.ts'

/** The simulated units of a demo line. */
interface DemoUnits {
  /** Part of the names of the line and of its recipe. */
  readonly family: string
  readonly board: string
  /** The chip's own name; undefined: its boards do not report one, and their USB serial number is theirs. */
  readonly chip: string | undefined
  /** Null: the target has no addresses. */
  readonly address: number | null
  /** Of its recipe; left out: the defaults. */
  readonly options?: Readonly<Record<string, string>>
  readonly file: string
  readonly image: () => Buffer
  /** A new unit, at a serial line, on USB, as a drive or at a probe. @param bad its number among the bad units, which selects its fault; undefined: no fault. */
  readonly make: (
    clock: TargetClock,
    bad: number | undefined,
  ) => { readonly serialNumber: string } & (
    | { readonly target: TargetFactory }
    | { readonly usb: UsbTargetFactory }
    | { readonly drive: SimulatedDrive }
    | { readonly program: SimulatedProgram }
  )
}

/** The units of every target that has a demo line. */
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
  dfu: {
    family: 'USB DFU',
    board: 'STM32F4 USB',
    chip: undefined,
    address: 0x0800_0000,
    file: demoDfuName,
    image: demoDfuImage,
    make: demoDfuBoard,
  },
  uf2: {
    family: 'UF2',
    board: 'RP2350',
    chip: 'RP2350',
    address: null,
    file: demoUf2Name,
    image: demoUf2Image,
    make: demoUf2Board,
  },
  smp: {
    family: 'MCUboot',
    board: 'MCUboot',
    chip: undefined,
    address: null,
    file: demoSmpName,
    image: demoSmpImage,
    make: demoSmpBoard,
  },
  'at-fota': {
    family: 'SIMCom',
    board: 'SIMCom A7670E',
    chip: 'A7670E-FASE',
    address: null,
    options: { profile: 'simcom' },
    file: demoAtName,
    image: demoAtPackage,
    make: demoAtModule,
  },
  command: {
    family: 'SWD',
    board: 'Cortex-M SWD',
    chip: undefined,
    address: 0x0800_0000,
    options: { programmer: DEMO_PROGRAMMER },
    file: demoCommandName,
    image: demoCommandImage,
    make: demoCommandBoard,
  },
}
