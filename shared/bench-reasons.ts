import type { Language } from './error-texts.ts'
import { flashReasonText } from './flash-reasons.ts'
import { type FlashPhase, flashPhases } from './flashing.ts'
import { ruleText } from './rule-texts.ts'

/**
 * Why the bench refused, failed or stopped a run: codes of `Run.errorCode` that are the bench's own. What a family says is in
 * `flash-reasons.ts`.
 */
export const benchReasons = {
  INTERRUPTED: {
    zh: '程序在烧录过程中意外结束，该单板可能只写入了一部分。请重新烧录。',
    en: 'The program stopped during flashing; the unit may be incomplete. Flash it again.',
  },
  CANCELLED: {
    zh: '已由操作员停止，该单板可能只写入了一部分。重新烧录后再使用。',
    en: 'Stopped by the operator; the unit may be incomplete. Flash it again before use.',
  },
  STOPPED: {
    zh: '程序退出时停止了烧录，该单板可能只写入了一部分。请重新烧录。',
    en: 'Flashing stopped because the program was closed; the unit may be incomplete. Flash it again.',
  },
  UNPLUGGED: {
    zh: '“{phase}”时连接断开，单板可能未烧录完整。请检查线缆和供电后重新插入；非自动开始的产线请点击“重试”。',
    en: 'Connection lost while {phase}; the unit may be incomplete. Check cable and power, then plug it in again. If the line does not auto-start, press "Retry".',
  },
  NO_UNIT: {
    zh: '工位上没有插入单板。插入后重试。',
    en: 'Nothing is plugged in at this slot. Plug the unit in and retry.',
  },
  UNIT_CHANGED: {
    zh: '插入时识别为 {expected}，擦除前却是 {found}：单板已被换过。未擦除任何内容，请确认后重试。',
    en: 'Identified as {expected} at plug-in, but {found} before erasing: the unit was swapped. Nothing was erased. Check the unit and retry.',
  },
  UNIT_TWICE: {
    zh: '{unit} 同时出现在工位 {slot}，未擦除。请检查接线；若 ID 重复，请更换单板。',
    en: '{unit} is also in slot {slot}. Nothing was erased. Check the wiring; if the ID is a duplicate, replace the unit.',
  },
  ALREADY_DONE: {
    zh: '{unit} 已于 {when} 用该配方版本烧录成功，未擦除。如需重烧，请打开工位，点击“再烧录一次”。',
    en: '{unit} already passed with this recipe version at {when}; nothing was erased. To repeat, open the slot and press "Flash again".',
  },
  WRONG_CHIP: {
    zh: '配方要求 {expected}，插入的是 {found}。未擦除任何内容，请更换单板或配方。',
    en: 'The recipe is for {expected}, this is a {found}. Nothing was erased. Use another unit or recipe.',
  },
  CHIP_UNKNOWN: {
    zh: '配方要求 {expected}，但无法识别该单板的芯片，未擦除。请检查连接，或在配方“烧录前核对”中清空“芯片”。',
    en: 'The recipe requires {expected}, but this unit\'s chip could not be identified. Nothing was erased. Check the connection, or clear "Chip" in the recipe\'s pre-checks.',
  },
  FLASH_TOO_SMALL: {
    zh: '配方要求 Flash 至少 {expected} 字节，该单板为 {found}，未擦除。请更换单板，或修改配方。',
    en: 'The recipe requires {expected} bytes of flash; this unit has {found}. Nothing was erased. Use another unit or change the recipe.',
  },
  UNIT_UNEXPECTED: {
    zh: '{unit} 不符合配方规定的 ID 格式 {pattern}，未擦除。请核对单板和条码，或修改配方。',
    en: '{unit} does not match the ID format {pattern} of the recipe. Nothing was erased. Check unit and barcode, or change the recipe.',
  },
  USB_UNEXPECTED: {
    zh: '配方要求 USB 设备 {expected}，该工位是 {found}。未擦除任何内容，请检查插入的单板。',
    en: 'The recipe is for USB device {expected}; this slot has {found}. Nothing was erased. Check the unit.',
  },
  SERIAL_MISSING: {
    zh: '配方要求先扫描条码。扫描该单板的条码后重试。',
    en: 'The recipe requires a barcode. Scan the unit and retry.',
  },
  SERIAL_OTHER: {
    zh: '{unit} 之前登记的 SN 是 {known}，现在扫描的是 {found}。未擦除任何内容，请确认条码。',
    en: '{unit} was recorded with SN {known}; now {found} was scanned. Nothing was erased. Check the label.',
  },
  RECIPE_BROKEN: {
    zh: '配方缺少文件 {name}（升级包可能已被删除）。请编辑配方。',
    en: 'File {name} of the recipe is missing; its package may have been deleted. Edit the recipe and add it again.',
  },
  PATTERN_UNUSABLE: {
    zh: '配方中的正则表达式 {pattern} 无法使用：{rule}。未擦除任何内容；请编辑配方。',
    en: 'The pattern {pattern} of the recipe cannot be used: {rule}. Nothing was erased; edit the recipe.',
  },
  CHECK_TIMEOUT: {
    zh: '检查“{name}”在 {ms} 毫秒内未收到预期应答。最后收到：{got}。请检查单板串口输出后重试。',
    en: 'Check "{name}" got no expected answer within {ms} ms. Last received: {got}. Check the unit\'s serial output and retry.',
  },
  RECORD_FAILED: {
    zh: '烧录结果无法写入磁盘（{detail}），因此不算通过。请清理磁盘；恢复后重新烧录。',
    en: 'The result could not be saved to disk ({detail}), so it is not a pass. Free disk space, then flash again.',
  },
  DEVICE_NOT_MADE: {
    zh: '已烧录成功，但无法登记为设备：{detail}。可在“设备”中手动添加。',
    en: 'Flashed successfully, but not registered as a device: {detail}. Add it under "Devices".',
  },
  FLASHING_FAILED: {
    zh: '烧录时发生未知错误：{detail}。请重试；若仍失败，请让工程师查看该工位的日志。',
    en: "Unexpected error: {detail}. Retry; if it happens again, show the slot's log to an engineer.",
  },
} as const satisfies Record<string, Record<Language, string>>

export type BenchReason = keyof typeof benchReasons

/** Values that a reason's text is filled with. */
export type ReasonData = Readonly<Record<string, string | number>>

/** What a unit was being done, as it stands in a reason. */
const phaseText: Readonly<Record<FlashPhase, Record<Language, string>>> = {
  connecting: { zh: '连接', en: 'connecting' },
  identifying: { zh: '识别', en: 'identifying' },
  erasing: { zh: '擦除', en: 'erasing' },
  writing: { zh: '写入', en: 'writing' },
  verifying: { zh: '校验', en: 'verifying' },
  resetting: { zh: '复位', en: 'resetting' },
  checking: { zh: '检查', en: 'checking' },
}

const inWords = (data: ReasonData, language: Language): ReasonData => {
  const phase = flashPhases.find((name) => name === data.phase)
  const rule = ruleText(String(data.rule), language)
  return { ...data, ...(phase && { phase: phaseText[phase][language] }), ...(rule !== undefined && { rule }) }
}

/** Fills the `{name}` places of a text. */
const filled = (text: string, data: ReasonData): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => String(data[key] ?? '…'))

/** Our explanation of a run's reason, the bench's own or its family's; undefined for a code of a newer station. */
export const benchReasonText = (code: string, language: Language, data: ReasonData = {}): string | undefined =>
  Object.hasOwn(benchReasons, code)
    ? filled(benchReasons[code as BenchReason][language], inWords(data, language))
    : flashReasonText(code, language, data)
