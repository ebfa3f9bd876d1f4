import { esp } from '../../../electron/flashing/families/esp/index.ts'
import { stm32 } from '../../../electron/flashing/families/stm32/index.ts'
import { xmodem } from '../../../electron/flashing/families/xmodem/index.ts'
import { ymodem } from '../../../electron/flashing/families/ymodem/index.ts'
import {
  espAtModule,
  quectelModule,
  simcomModule,
  w800Module,
} from '../../../electron/simulator/targets/at-dialects.ts'
import { dfuModels } from '../../../electron/simulator/targets/dfu-models.ts'
import type { EspChipName } from '../../../electron/simulator/targets/esp-chips.ts'
import { type EspRom, espRom } from '../../../electron/simulator/targets/esp-rom.ts'
import type { EspStep } from '../../../electron/simulator/targets/esp-wire.ts'
import type { Fault } from '../../../electron/simulator/targets/faults.ts'
import { type ModemStep, ModemTarget, type ModemTargetOptions } from '../../../electron/simulator/targets/modem.ts'
import { Stm32Target } from '../../../electron/simulator/targets/stm32.ts'
import type { Stm32Step } from '../../../electron/simulator/targets/stm32-loader.ts'
import { type Stm32Model, stm32Models } from '../../../electron/simulator/targets/stm32-models.ts'
import { espImage } from '../esp-images.ts'
import { atSubject } from './at-subject.ts'
import { commandSubject } from './command-subject.ts'
import { dfuSubject } from './dfu-subject.ts'
import { smpSubject } from './smp-subject.ts'
import { image, type Subject, subject } from './subject.ts'
import { uf2Subject } from './uf2-subject.ts'

const flash = 0x0800_0000

const stm32Subject = (name: string, model: Stm32Model, options: Subject['options']): Subject => {
  const regions = [
    { address: flash, bytes: image(9_001), name: 'app.bin' },
    { address: flash + 0x6000, bytes: image(700, 2), name: 'config.bin' },
  ]
  return subject<Stm32Step>({
    name,
    family: stm32,
    // Noise instead of a program, so that a block in the wrong place shows.
    options: { startsWith: 'data', ...options },
    regions,
    steps: ['sync', 'get', 'version', 'id', 'read', 'erase', 'write', 'verify', 'go'],
    survives: ['sync', 'get', 'version', 'id', 'read', 'write', 'verify'],
    afterwards: [],
    passing: { kind: 'nack', step: 'write', after: 3, times: 3 },
    unit: (clock, faults) => {
      let target: Stm32Target | undefined
      let before: Uint8Array | undefined
      return {
        attach: (line) => {
          target = new Stm32Target(line, { clock, model, faults })
          before = Uint8Array.from(target.memory.flash)
          return target
        },
        holds: () =>
          regions.every(({ address, bytes }) =>
            bytes.every((byte, at) => target?.memory.flash[address - flash + at] === byte),
          ),
        changed: () => Buffer.compare(before ?? new Uint8Array(0), target?.memory.flash ?? new Uint8Array(0)) !== 0,
      }
    },
  })
}

const modemSubject = (
  protocol: 'xmodem' | 'ymodem',
  name: string,
  options: Subject['options'],
  kind: Partial<ModemTargetOptions> = {},
): Subject => {
  const first = { address: 0, bytes: image(5_000), name: 'app.bin' }
  const regions = protocol === 'xmodem' ? [first] : [first, { address: 0, bytes: image(1_300, 2), name: 'config.bin' }]
  const passing: Fault<ModemStep> = { kind: 'nack', step: 'block', after: 2, times: 10 }
  return subject<ModemStep>({
    name,
    family: protocol === 'xmodem' ? xmodem : ymodem,
    options,
    regions,
    // A receiver that asks for the checksum does so by the very byte that refuses.
    steps: [
      ...(kind.checksum ? [] : (['request'] as const)),
      ...(protocol === 'xmodem' ? (['block', 'end'] as const) : (['header', 'block', 'end', 'close'] as const)),
    ],
    survives: ['header', 'block', 'end', 'close'],
    afterwards: ['close'],
    passing,
    unit: (clock, faults) => {
      let target: ModemTarget | undefined
      return {
        attach: (line) => {
          target = new ModemTarget(line, { clock, protocol, faults, ...kind })
          return target
        },
        holds: () =>
          target?.files.length === regions.length &&
          regions.every(({ bytes }, index) => {
            const file = target?.files[index]?.bytes ?? new Uint8Array(0)
            const whole = protocol === 'xmodem' ? file.length - bytes.length < 128 : file.length === bytes.length
            return whole && bytes.every((byte, at) => file[at] === byte)
          }),
        changed: () => target?.taken !== 0 || target.files.length > 0,
      }
    },
  })
}

const espSubject = (
  name: string,
  chip: EspChipName,
  chipId: number,
  boot: number,
  options: Subject['options'],
): Subject => {
  const regions = [
    { address: boot, bytes: espImage(chipId, 9_001, 1, 1), name: 'boot.bin' },
    { address: 0x10000, bytes: image(70_000), name: 'data.bin' },
  ]
  const mac = Uint8Array.of(0x24, 0x6f, 0x28, 0xc0, 0xdb, 0xfe)
  return subject<EspStep>({
    name,
    family: esp,
    options,
    regions,
    // A refused baud rate is no failure: it goes on at the first one.
    steps: ['sync', 'read', 'stub', 'erase', 'write', 'verify', 'end'],
    survives: ['sync'],
    afterwards: [],
    passing: { kind: 'nack', step: 'write', after: 2, times: 3 },
    unit: (_, faults) => {
      const rom: EspRom = espRom({ chip, mac, faults, running: true, flashSize: 0x10_0000 })
      const before = Uint8Array.from(rom.flash.bytes)
      return {
        attach: rom.attach,
        holds: () =>
          regions.every(({ address, bytes }) => {
            const held = rom.flash.bytes.subarray(address, address + bytes.length)
            return Buffer.compare(held, bytes) === 0
          }),
        changed: () => Buffer.compare(before, rom.flash.bytes) !== 0,
      }
    },
  })
}

const longRaw = { mode: 'recovery', raw: true, most: 2048, tellsMost: true, tellsSlots: true } as const

/** Every family, with each of its targets' ways. */
export const subjects: readonly Subject[] = [
  espSubject('esp, ESP32 at its first baud rate', 'esp32', 0, 0x1000, { baudRate: 115_200 }),
  espSubject('esp, ESP32-C3 at a higher one', 'esp32c3', 5, 0, { eraseAll: true }),
  stm32Subject('stm32, extended erase of sectors', stm32Models.f4, {}),
  stm32Subject('stm32, old erase of pages', stm32Models.f1, {}),
  stm32Subject('stm32, eight bytes at once', stm32Models.l4, { after: 'go' }),
  stm32Subject('stm32, mass erase', stm32Models.f4, { erase: 'mass' }),
  stm32Subject('stm32, pages of 128 bytes that erase to 0', stm32Models.l0, {}),
  stm32Subject('stm32, one bank by its option bit', stm32Models.g4, {}),
  modemSubject('xmodem', 'xmodem, blocks of 1024 with CRC', {}),
  modemSubject('xmodem', 'xmodem, blocks of 128 with checksum', {}, { checksum: true }),
  modemSubject('ymodem', 'ymodem, two files', {}),
  modemSubject(
    'ymodem',
    'ymodem, a receiver of small blocks that leaves at the end',
    {},
    { smallBlocks: true, leavesAtClose: true },
  ),
  smpSubject('smp, MCUboot that knows little', {}, { mode: 'recovery' }),
  smpSubject('smp, MCUboot with long requests and raw packets', { framing: 'raw' }, longRaw),
  smpSubject('smp, a Zephyr application on a console with logs', {}, { mode: 'application', chatty: true, most: 384 }),
  smpSubject('smp, two images on trial', { activate: 'test' }, { mode: 'application', images: 2, version2: true }),
  atSubject(
    'at-fota, Quectel over HTTP, its USB port leaves',
    () => quectelModule('EC25', true),
    { profile: 'quectel' },
    true,
  ),
  atSubject('at-fota, Quectel over its AT port', quectelModule, { profile: 'quectel', way: 'serial' }),
  atSubject('at-fota, SIMCom over HTTP', simcomModule, { profile: 'simcom' }),
  atSubject('at-fota, SIMCom over its AT port', simcomModule, { profile: 'simcom', way: 'serial' }),
  atSubject('at-fota, ESP-AT', espAtModule, { profile: 'esp-at' }),
  atSubject('at-fota, a module that the generic profile knows', w800Module, { profile: 'generic' }),
  uf2Subject('uf2, RP2040', 'RP2040'),
  uf2Subject('uf2, RP2350 with an absolute block first', 'RP2350'),
  commandSubject('command, a program in a process of its own', {}),
  dfuSubject('dfu, an STM32 in its ROM', {}),
  dfuSubject('dfu, mass erase of a clone with slow pages', { erase: 'mass' }, { model: dfuModels.gd32 }),
  dfuSubject('dfu, an application that detaches', {}, { mode: 'app', serialNumber: 'ABC' }),
  dfuSubject('dfu, USB DFU 1.1', {}, { model: dfuModels.dfu11 }),
]
