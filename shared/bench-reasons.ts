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
    en: 'The program ended in the middle of it; the unit may be half written. Flash it again.',
  },
  CANCELLED: {
    zh: '已由操作员停止，该单板可能只写入了一部分。重新烧录后再使用。',
    en: 'Stopped by a person; the unit may be half written. Flash it again before use.',
  },
  STOPPED: {
    zh: '程序退出时停止了烧录，该单板可能只写入了一部分。请重新烧录。',
    en: 'Stopped as the program was ended; the unit may be half written. Flash it again.',
  },
  UNPLUGGED: {
    zh: '连接在“{phase}”时断开，单板可能只写入了一部分。检查线缆和供电后重新插入：设为“插上即开始”的产线会自动重新烧录，否则请按“重试”。',
    en: 'The connection broke off while {phase}; the unit may be half written. Check cable and power and plug it in again: a line that starts by itself flashes it anew, else press "Retry".',
  },
  NO_UNIT: {
    zh: '工位上没有插入单板。插入后重试。',
    en: 'Nothing is plugged in at this slot. Plug the unit in and retry.',
  },
  UNIT_CHANGED: {
    zh: '插入时识别为 {expected}，擦除前却是 {found}：单板已被换过。未擦除任何内容，请确认后重试。',
    en: 'At plug-in this was {expected}, right before the erase it is {found}: the unit was swapped. Nothing was erased; look and retry.',
  },
  UNIT_TWICE: {
    zh: '{unit} 同时出现在工位 {slot}。未擦除任何内容；检查接线或重复的编号。',
    en: '{unit} is also in slot {slot}. Nothing was erased; check the wiring, or a number given twice.',
  },
  ALREADY_DONE: {
    zh: '{unit} 已于 {when} 用该配方版本烧录成功。如需再次烧录，请选择“重复烧录”。',
    en: '{unit} already passed with this recipe version at {when}. To write it again choose "repeat".',
  },
  WRONG_CHIP: {
    zh: '配方要求 {expected}，插入的是 {found}。未擦除任何内容，请更换单板或配方。',
    en: 'The recipe is for {expected}, this is a {found}. Nothing was erased; change the board or the recipe.',
  },
  CHIP_UNKNOWN: {
    zh: '配方要求 {expected}，但该单板无法说明自己的芯片。未擦除任何内容；检查连接，或从配方中去掉该要求。',
    en: 'The recipe is for {expected}, but this unit cannot say what it is. Nothing was erased; check the connection, or drop the demand from the recipe.',
  },
  FLASH_TOO_SMALL: {
    zh: '配方要求至少 {expected} 字节的存储器，该单板只有 {found}。未擦除任何内容。',
    en: 'The recipe needs {expected} bytes of flash, this unit has {found}. Nothing was erased.',
  },
  UNIT_UNEXPECTED: {
    zh: '{unit} 不符合配方要求的编号格式 {pattern}。未擦除任何内容。',
    en: '{unit} does not fit the pattern {pattern} that the recipe asks for. Nothing was erased.',
  },
  USB_UNEXPECTED: {
    zh: '配方要求 USB 设备 {expected}，该工位是 {found}。未擦除任何内容，请检查插入的单板。',
    en: 'The recipe is for USB device {expected}, this slot has {found}. Nothing was erased; check what is plugged in.',
  },
  SERIAL_MISSING: {
    zh: '配方要求先扫描条码。扫描该单板的条码后重试。',
    en: 'The recipe asks for a barcode. Scan the unit and retry.',
  },
  SERIAL_OTHER: {
    zh: '{unit} 之前登记的条码是 {known}，现在扫描的是 {found}。未擦除任何内容，请确认条码。',
    en: '{unit} was recorded with barcode {known}, now {found} was scanned. Nothing was erased; check the label.',
  },
  RECIPE_BROKEN: {
    zh: '配方缺少文件 {name}（升级包可能已被删除）。请编辑配方。',
    en: 'The recipe lacks {name}; its package may have been deleted. Edit the recipe.',
  },
  PATTERN_UNUSABLE: {
    zh: '配方中的正则表达式 {pattern} 无法使用：{rule}。未擦除任何内容；请编辑配方。',
    en: 'The pattern {pattern} of the recipe cannot be used: {rule}. Nothing was erased; edit the recipe.',
  },
  CHECK_TIMEOUT: {
    zh: '检查“{name}”未在 {ms} 毫秒内得到期望的回答。最后收到：{got}',
    en: 'Check "{name}" did not get the expected answer within {ms} ms. Last words: {got}',
  },
  RECORD_FAILED: {
    zh: '烧录结果无法写入磁盘（{detail}），因此不算通过。请清理磁盘；恢复后重新烧录。',
    en: 'What happened could not be written to disk ({detail}), so it does not count as passed. Free some space, then flash again.',
  },
  DEVICE_NOT_MADE: {
    zh: '已烧录成功，但无法登记为设备：{detail}。可在“设备”中手动添加。',
    en: 'Flashed well, but it could not be registered as a device: {detail}. It can be added by hand under "Devices".',
  },
  FLASHING_FAILED: {
    zh: '烧录时发生意外错误：{detail}。重试；若仍失败，请导出日志。',
    en: 'Something unforeseen went wrong: {detail}. Retry, and send the log if it stays.',
  },
} as const satisfies Record<string, Record<Language, string>>

export type BenchReason = keyof typeof benchReasons

/** Values that a reason's text is filled with. */
export type ReasonData = Readonly<Record<string, string | number>>

/** What a unit was being done, as it stands in a reason. */
const phaseWords: Readonly<Record<FlashPhase, Record<Language, string>>> = {
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
  return { ...data, ...(phase && { phase: phaseWords[phase][language] }), ...(rule !== undefined && { rule }) }
}

/** Fills the `{name}` places of a text. */
const filled = (text: string, data: ReasonData): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => String(data[key] ?? '…'))

/** Our explanation of a run's reason, the bench's own or its family's; undefined for a code of a newer station. */
export const benchReasonText = (code: string, language: Language, data: ReasonData = {}): string | undefined =>
  Object.hasOwn(benchReasons, code)
    ? filled(benchReasons[code as BenchReason][language], inWords(data, language))
    : flashReasonText(code, language, data)
