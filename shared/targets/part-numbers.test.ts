import { describe, expect, it } from 'vitest'
import { espChips } from './esp.ts'
import { espParts } from './esp-parts.ts'
import { stm32Parts } from './stm32-parts.ts'

const esp = espParts(espChips)

describe('a part number of STM32', () => {
  it.each<[text: string, ids: readonly string[], rest: string]>([
    ['STM32F407VG', ['0x413'], 'VG'],
    ['STM32F407VGT6', ['0x413'], 'VGT6'],
    ['STM32F407VGTx', ['0x413'], 'VGT'],
    ['stm32f407vgt6tr', ['0x413'], 'VGT6TR'],
    [' STM32 F407 VG ', ['0x413'], 'VG'],
    ['STM32F407xx', ['0x413'], ''],
    ['STM32F405xx', ['0x413'], ''],
    ['F407VG', ['0x413'], 'VG'],
    ['0x413', ['0x413'], ''],
    ['STM32F103C8', ['0x410'], 'C8'],
    ['STM32F103C8T6', ['0x410'], 'C8T6'],
    ['STM32F103C6T6', ['0x412'], 'C6T6'],
    ['STM32F103RET6', ['0x414'], 'RET6'],
    ['STM32F103ZGT6', ['0x430'], 'ZGT6'],
    ['STM32F103', ['0x412', '0x410', '0x414', '0x430'], ''],
    ['STM32F100RBT6B', ['0x420'], 'RBT6B'],
    ['STM32F107VCT6', ['0x418'], 'VCT6'],
    ['STM32F030F4P6', ['0x444'], 'F4P6'],
    ['STM32F030R8T6', ['0x440'], 'R8T6'],
    ['STM32F030CCT6', ['0x442'], 'CCT6'],
    ['STM32F042K6T6', ['0x445'], 'K6T6'],
    ['STM32F070CBT6', ['0x448'], 'CBT6'],
    ['STM32F070F6P6', ['0x445'], 'F6P6'],
    ['STM32F303CCT6', ['0x422'], 'CCT6'],
    ['STM32F303K8T6', ['0x438'], 'K8T6'],
    ['STM32F303RET6', ['0x446'], 'RET6'],
    ['STM32F401CCU6', ['0x423'], 'CCU6'],
    ['STM32F401RET6', ['0x433'], 'RET6'],
    ['STM32F411CEU6', ['0x431'], 'CEU6'],
    ['STM32F429ZIT6', ['0x419'], 'ZIT6'],
    ['STM32F446RE', ['0x421'], 'RE'],
    ['STM32F746NGH6', ['0x449'], 'NGH6'],
    ['STM32F767ZIT6', ['0x451'], 'ZIT6'],
    ['STM32G030F6P6', ['0x466'], 'F6P6'],
    ['STM32G071RBT6', ['0x460'], 'RBT6'],
    ['STM32G0B1RET6', ['0x467'], 'RET6'],
    ['STM32G431KB', ['0x468'], 'KB'],
    ['STM32G474RET6', ['0x469'], 'RET6'],
    ['STM32H743ZIT6', ['0x450'], 'ZIT6'],
    ['STM32H7A3ZIT6Q', ['0x480'], 'ZIT6Q'],
    ['STM32H723ZGT6', ['0x483'], 'ZGT6'],
    ['STM32H563ZIT6', ['0x484'], 'ZIT6'],
    ['STM32H503RBT6', ['0x474'], 'RBT6'],
    ['STM32L011F4P6', ['0x457'], 'F4P6'],
    ['STM32L053R8T6', ['0x417'], 'R8T6'],
    ['STM32L072CZY6DTR', ['0x447'], 'CZY6DTR'],
    ['STM32L151CBT6', ['0x416'], 'CBT6'],
    ['STM32L151CBT6A', ['0x429'], 'CBT6A'],
    ['STM32L151CB', ['0x416', '0x429'], 'CB'],
    ['STM32L152RET6', ['0x437'], 'RET6'],
    ['STM32L476RG', ['0x415'], 'RG'],
    ['STM32L4R5ZIT6P', ['0x470'], 'ZIT6P'],
    ['STM32L552ZET6Q', ['0x472'], 'ZET6Q'],
    ['STM32U575ZIT6Q', ['0x482'], 'ZIT6Q'],
    ['STM32U031R8T6', ['0x459'], 'R8T6'],
    ['STM32C011F6P6', ['0x443'], 'F6P6'],
    ['STM32WB55RGV6', ['0x495'], 'RGV6'],
    ['STM32WBA52CGU6', ['0x492'], 'CGU6'],
    ['STM32WLE5JCI6', ['0x497'], 'JCI6'],
  ])('%s is a chip of %j, and "%s" cannot be told apart', (text, ids, rest) => {
    const found = stm32Parts.find(text)
    expect(found?.groups.map(({ id }) => id)).toEqual(ids)
    expect(found?.rest).toBe(rest)
  })

  it.each(['STM32F407', 'STM32F407VE', 'stm32f40x', 'STM32F4'])(
    '%s leaves no F401 in where only an F407 is meant',
    (text) => {
      const ids = stm32Parts.find(text)?.groups.map(({ id }) => id) ?? []
      expect(ids).toContain('0x413')
      expect(ids.includes('0x423')).toBe(text === 'stm32f40x' || text === 'STM32F4')
    },
  )

  it('names the chips of its id as people know them', () => {
    expect(stm32Parts.find('STM32F407VG')?.groups[0]?.name).toBe('STM32F405/407/415/417')
    expect(stm32Parts.find('STM32F103C8')?.groups[0]?.name).toBe('STM32F101/102/103x8/B')
    expect(stm32Parts.find('STM32G0B1')?.groups[0]?.name).toBe('STM32G0B0/0B1/0C1')
    expect(stm32Parts.find('STM32WB55')?.groups[0]?.name).toBe('STM32WB30/35/50/55/5M')
  })

  it.each<[text: string, near: string]>([
    ['STM32F408VG', 'STM32F407'],
    ['STM32F104C8', 'STM32F103'],
    ['STM23F407VG', 'STM32F407'],
    ['STM32H999', 'STM32H'],
    ['F406', 'STM32F407'],
  ])('%s is not known, and a near one is offered: %s', (text, near) => {
    expect(stm32Parts.find(text)).toBeUndefined()
    expect(stm32Parts.near(text).some((name) => name.startsWith(near))).toBe(true)
  })

  it.each([
    '',
    'STM32',
    'F',
    'X',
    'ATmega328P',
    'GD32F103C8',
    'STM32F407/417',
    'STM32F40xxx/41xxx',
    'STM32F407V G T 6 !',
    '0x999',
  ])('"%s" is not one', (text) => {
    expect(stm32Parts.find(text)).toBeUndefined()
  })
})

describe('a part number of Espressif', () => {
  it.each<[text: string, chip: string, rest: string]>([
    ['ESP32', 'ESP32', ''],
    ['esp32', 'ESP32', ''],
    ['ESP32-WROOM-32E', 'ESP32', 'WROOM-32E'],
    ['ESP32-WROVER-IE-N16R8', 'ESP32', 'WROVER-IE-N16R8'],
    ['ESP32-D0WDQ6', 'ESP32', 'D0WDQ6'],
    ['ESP32-D0WD-V3', 'ESP32', 'D0WD-V3'],
    ['ESP32-U4WDH', 'ESP32', 'U4WDH'],
    ['ESP32-S0WD', 'ESP32', 'S0WD'],
    ['ESP32-SOLO-1', 'ESP32', 'SOLO-1'],
    ['ESP32-PICO-D4', 'ESP32', 'PICO-D4'],
    ['ESP32-MINI-1', 'ESP32', 'MINI-1'],
    ['ESP32-DevKitC-V4', 'ESP32', 'DEVKITC-V4'],
    ['ESP-WROOM-32', 'ESP32', 'ESP-WROOM-32'],
    ['ESP32-S3', 'ESP32-S3', ''],
    ['esp32s3', 'ESP32-S3', ''],
    ['ESP32 S3 WROOM 1', 'ESP32-S3', 'WROOM-1'],
    ['ESP32-S3-WROOM-1', 'ESP32-S3', 'WROOM-1'],
    ['ESP32-S3-WROOM-1-N8R2', 'ESP32-S3', 'WROOM-1-N8R2'],
    ['esp32s3wroom1', 'ESP32-S3', 'WROOM1'],
    ['ESP32-S3FN8', 'ESP32-S3', 'FN8'],
    ['ESP32-S3R8', 'ESP32-S3', 'R8'],
    ['ESP32-S3-DevKitC-1', 'ESP32-S3', 'DEVKITC-1'],
    ['ESP32-S2FNR2', 'ESP32-S2', 'FNR2'],
    ['ESP32-C3FH4', 'ESP32-C3', 'FH4'],
    ['ESP32-C3-MINI-1', 'ESP32-C3', 'MINI-1'],
    ['ESP32-C3 (QFN32) (revision v0.4)', 'ESP32-C3', ''],
    ['ESP8685', 'ESP32-C3', 'ESP8685'],
    ['ESP8684H4', 'ESP32-C2', 'ESP8684H4'],
    ['ESP32-C6-WROOM-1', 'ESP32-C6', 'WROOM-1'],
    ['ESP32-C61', 'ESP32-C61', ''],
    ['ESP32-H2FH4S', 'ESP32-H2', 'FH4S'],
    ['ESP32-P4NRW32', 'ESP32-P4', 'NRW32'],
    ['ESP8266EX', 'ESP8266', 'EX'],
    ['ESP-12F', 'ESP8266', 'ESP-12F'],
    ['ESP8285', 'ESP8266', 'ESP8285'],
    ['NodeMCU', 'ESP8266', 'NODEMCU'],
  ])('%s is the chip %s, and "%s" cannot be told apart', (text, chip, rest) => {
    expect(esp.find(text)).toEqual({ groups: [{ id: chip, name: chip }], rest })
  })

  it.each<[text: string, near: string]>([
    ['ESP32-C9', 'ESP32-C3'],
    ['ESP32-S4-WROOM-1', 'ESP32-S3'],
    ['EPS32-S3', 'ESP32-S3'],
    ['ESP31', 'ESP32'],
  ])('%s is not known, and a near one is offered: %s', (text, near) => {
    expect(esp.find(text)).toBeUndefined()
    expect(esp.near(text)).toContain(near)
  })

  it.each(['', 'ESP', 'STM32F407VG', 'RP2040'])('"%s" is not one', (text) => {
    expect(esp.find(text)).toBeUndefined()
  })
})
