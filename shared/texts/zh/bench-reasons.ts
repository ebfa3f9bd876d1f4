import type { benchReasons as enBenchReasons, flashPhases as enFlashPhases } from '../en/bench-reasons.ts'
import type { TextsLike } from '../texts-like.ts'

/**
 * Why the bench refused, failed or stopped a run: codes of `Run.errorCode` that are the bench's own. What a family says is in
 * `flash-reasons.ts`.
 */
export const benchReasons = {
  INTERRUPTED: '程序在烧录过程中意外结束，该单板可能只写入了一部分。请重新烧录。',
  CANCELLED: '已由操作员停止，该单板可能只写入了一部分。重新烧录后再使用。',
  STOPPED: '程序退出时停止了烧录，该单板可能只写入了一部分。请重新烧录。',
  UNPLUGGED: '“{phase}”时连接断开，单板可能未烧录完整。请检查线缆和供电后重新插入；非自动开始的产线请点击“重试”。',
  NO_UNIT: '工位上没有插入单板。插入后重试。',
  UNIT_CHANGED: '插入时识别为 {expected}，擦除前却是 {found}：单板已被换过。未擦除任何内容，请确认后重试。',
  UNIT_TWICE: '{unit} 同时出现在工位 {slot}，未擦除。请检查接线；若 ID 重复，请更换单板。',
  ALREADY_DONE: '{unit} 已于 {when} 用该配方版本烧录成功，未擦除。如需重烧，请打开工位，点击“再烧录一次”。',
  WRONG_CHIP: '配方要求 {expected}，插入的是 {found}。未擦除任何内容，请更换单板或配方。',
  CHIP_UNKNOWN: '配方要求 {expected}，但无法识别该单板的芯片，未擦除。请检查连接，或在配方“烧录前核对”中清空“芯片”。',
  PART_UNKNOWN:
    '“烧录前核对”中的芯片型号 {expected} 无法识别，所有单板都会被拒绝。相近的型号：{near}。请更正或清空“芯片”。',
  FLASH_TOO_SMALL: '配方要求 Flash 至少 {expected} 字节，该单板为 {found}，未擦除。请更换单板，或修改配方。',
  UNIT_UNEXPECTED: '{unit} 不符合配方规定的 ID 格式 {pattern}，未擦除。请核对单板和条码，或修改配方。',
  USB_UNEXPECTED: '配方要求 USB 设备 {expected}，该工位是 {found}。未擦除任何内容，请检查插入的单板。',
  SERIAL_MISSING: '配方要求先扫描条码。扫描该单板的条码后重试。',
  SERIAL_OTHER:
    '{unit} 的 SN 是 {known}，现在扫描的是 {found}，未擦除。请确认条码；若新条码正确，请工程师在该单板的烧录记录中更改 SN。',
  SERIAL_TAKEN:
    'SN {serial} 已属于另一块单板（{unit}，自 {at}），未擦除。请核对条码并重新扫描；若条码正确，请工程师在另一块单板的烧录记录中更改 SN。',
  WRITTEN_SERIAL_OTHER:
    '单板已写入，但 {unit} 的 SN 是 {known}，本次用的是 {found}。请将其单独放置；由工程师在该单板的烧录记录中确定 SN，然后重新烧录。',
  WRITTEN_SERIAL_TAKEN:
    '单板 {written} 已写入，但 SN {serial} 属于另一块单板（{unit}，自 {at}）。请将其单独放置，核对两块单板的标签，再用它自己的 SN 重新烧录。',
  SERIALS_UNSET: '该配方自动分配 SN，但本站点尚未设置起始号或清单，未擦除。请工程师在配方的“SN”中设置。',
  SERIALS_EXHAUSTED:
    '该配方的 SN 已用完（最后一个是 {last}），未擦除。请工程师在配方的“SN”中增加位数、更改前缀或补充清单。',
  RECIPE_BROKEN: '配方缺少文件 {name}（升级包可能已被删除）。请编辑配方，重新添加该文件。',
  PATTERN_UNUSABLE: '配方中的正则表达式 {pattern} 无法使用：{rule}。未擦除任何内容；请编辑配方。',
  CHECK_TIMEOUT: '检查“{name}”在 {ms} 毫秒内未收到预期应答。最后收到：{got}。请检查单板串口输出后重试。',
  CHECK_LIMIT:
    '检查“{name}”：{value} 为 {reading}，允许范围为 {limits}。请检查单板与治具；若限值有误，请工程师在配方中修改。',
  CHECK_NOT_NUMBER: '检查“{name}”：{value} 读到“{reading}”，不是数字，无法与限值比较。请工程师修改配方中的正则表达式。',
  RECORD_FAILED: '烧录结果无法写入磁盘（{detail}），因此不算通过。请清理磁盘；恢复后重新烧录。',
  DEVICE_NOT_MADE: '已烧录成功，但无法登记为设备：{detail}。可在“设备”中手动添加。',
  FLASHING_FAILED: '烧录时发生未知错误：{detail}。请重试；若仍失败，请让工程师查看该工位的日志。',
} as const satisfies TextsLike<typeof enBenchReasons>

/** What a unit was being done, as it stands in a reason. */
export const flashPhases = {
  connecting: '连接',
  identifying: '识别',
  erasing: '擦除',
  writing: '写入',
  verifying: '校验',
  resetting: '复位',
  pressReset: '等待按 RESET',
  checking: '检查',
} as const satisfies TextsLike<typeof enFlashPhases>
