import type { commandReasons as en } from '../en/flash-reasons-command.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of external programmers; `words` are the program's own last lines. */
export const commandReasons = {
  COMMAND_UNKNOWN:
    '本站点没有设置烧录工具“{programmer}”，未擦除任何内容。请由工程师在“设置 → 烧录工具”中添加，或在配方中改选。',
  COMMAND_NOT_FOUND: '未找到程序 {program}，未擦除任何内容。请安装，或在“设置 → 烧录工具”中更正路径。',
  COMMAND_NOT_EXECUTABLE:
    '{program} 无法执行，未擦除任何内容。请确认它是程序、当前用户有执行权限（chmod +x），或在“设置 → 烧录工具”中更正路径。',
  COMMAND_NOT_STARTED: '{program} 启动失败：{detail}。未写入任何内容。请在本机手动启动它，并按其提示处理。',
  COMMAND_IMAGE_MISSING:
    '烧录工具“{programmer}”需要 {place}，而配方有 {count} 个镜像，未擦除任何内容。请添加镜像，或改选烧录工具。',
  COMMAND_ADDRESS_MISSING: '烧录工具“{programmer}”需要 {name} 的地址，未擦除任何内容。请在配方中该镜像旁填写地址。',
  COMMAND_VALUE_MISSING: '烧录工具“{programmer}”需要参数值“{value}”，未擦除任何内容。请在配方的写入选项中填写。',
  COMMAND_VALUE_OPTION: '参数值“{value}”以“-”开头（{text}），会被程序当作选项，未擦除任何内容。请在配方中更正。',
  COMMAND_VALUE_UNSAFE:
    '参数值“{value}”为“{text}”；在较长的参数或脚本中只能使用英文字母、数字和 . _ : -，未擦除任何内容。请更正，或单独作为一个参数。',
  COMMAND_PLACE_MISSING:
    '烧录工具“{programmer}”需要 {place}，而该单板没有这一信息，未擦除任何内容。请扫描条码，或在其 USB 口重新插拔单板。',
  COMMAND_FOLDER: '无法为程序复制镜像：{detail}。未写入任何内容。请清理磁盘空间后重试。',
  COMMAND_FAILED: '程序以退出码 {code} 结束：{words}。单板可能不完整。请检查连接和供电后重试；程序的输出见日志。',
  COMMAND_ENDED: '程序被 {signal} 终止：{words}。单板可能不完整。请重试；若再次出现，请手动启动该程序。',
  COMMAND_REPORTED: '程序提示失败（退出码 {code}）：{words}。单板可能不完整。请检查连接和供电后重试。',
  COMMAND_NO_SUCCESS:
    '程序以退出码 {code} 结束，但没有提示成功：{words}。单板可能不完整。请重试；若单板正常，请在“设置 → 烧录工具”中更正成功特征。',
  COMMAND_TIMEOUT: '程序在 {seconds} 秒内没有结束，已停止：{words}。单板可能不完整。请检查连接，或在配方中调大时限。',
  COMMAND_SERIAL_OPTION: '“{text}”以“-”开头，程序可能把它当作选项。',
  COMMAND_SUCCESS_LINE: '程序以退出码 {code} 结束；以其成功提示为准。',
} as const satisfies TextsLike<typeof en>
