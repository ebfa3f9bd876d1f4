import type { smpReasons as en, smpHeadlines as enHeadlines } from '../en/flash-reasons-smp.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of SMP and MCUboot; `words` is what the unit printed last, `error` what it answered, `list` its images. */
export const smpReasons = {
  SMP_SILENT:
    '{seconds} 秒内无响应。请让单板进入恢复模式（按住按键上电，或现在上电）后重试。请检查：TX/RX 未接反、波特率、配方中的“帧格式”。',
  SMP_OTHER_OUTPUT:
    '单板有输出（“{words}”），但 {seconds} 秒内没有响应 SMP。单板正在运行固件或其他引导程序：请让其进入恢复模式后重试，并检查配方中的波特率和“帧格式”。',
  SMP_NORDIC_BOOTLOADER: '这是 Nordic nRF5 SDK 的引导程序，不使用 SMP。请改选目标“烧录工具”，并使用 nrfutil。',
  SMP_SILENT_AT: '“{command}”无响应。单板最后输出：{words}。请检查线缆和供电，让单板进入恢复模式后重试。',
  SMP_REFUSED: '单板拒绝了“{command}”，错误 {error}。请断电后重新上电再重试；若再次出现，请确认其引导程序支持该命令。',
  SMP_STRANGE_ANSWER: '“{command}”的响应格式未知。请检查单板引导程序的版本，并确认该串口没有被其他程序使用。',
  SMP_ERASE_SILENT:
    '{name} 开始发送后 {seconds} 秒内无响应。单板最后输出：{words}。若镜像槽较大，请在配方中调大“擦除时限”；否则请检查线缆和供电后重试。',
  SMP_LOST:
    '单板在 {name} 的偏移 {offset} 处停止响应。最后输出：{words}。请检查线缆和供电，或在配方中调小“最大请求”、调低波特率。镜像不完整，请重试。',
  SMP_UPLOAD_REFUSED:
    '单板拒绝接收 {name}，错误 {error}。可能是文件大于镜像槽、单板没有“镜像号”所填的镜像，或有其他镜像待启用：请复位单板后重试。',
  SMP_NO_IMAGES: '单板响应 SMP，但不接收镜像：其固件没有镜像管理功能。未擦除任何内容。请让单板进入恢复模式后重试。',
  SMP_CHUNK_REFUSED:
    '单板在偏移 {offset} 处拒绝了 {name}，错误 {error}。镜像不完整，请重试；若再次出现，单板的 Flash 可能已损坏。',
  SMP_STUCK:
    '单板反复要求发送 {name} 的偏移 {offset}。可能有其他镜像处于试运行或待启用状态：请复位单板，待其确认该镜像后重试。',
  SMP_RESTARTS: '单板重新接收 {name} 已达 {times} 次，似乎在反复复位：请检查供电和线缆。',
  SMP_STRANGE_OFFSET: '单板要求发送 {name} 的偏移 {offset}，而该文件只有 {size} 字节。请复位单板后重试。',
  SMP_MATCH: '单板已接收 {name}，但 SHA-256 不一致。请重试；若再次出现，请检查线缆或调低波特率。',
  SMP_TOO_LARGE:
    '{name} 有 {size} 字节，单板的镜像槽只能容纳 {limit} 字节，未擦除任何内容。请使用较小的镜像，或检查配方中的“镜像号”。',
  SMP_NOT_LISTED:
    '单板已接收 {name}，但不接受该镜像。其镜像列表：{list}。通常是签名密钥与引导程序的不一致：请检查密钥，并确认文件适用于该单板。',
  SMP_NO_LIST: '单板没有镜像列表，未能比对已接收的镜像。',
  SMP_CANNOT_ACTIVATE:
    '单板已接收 {name}，但不支持启用镜像。请在配方中将“启用”设为“不启用”，或在其固件中打开镜像状态管理。',
  SMP_PENDING: '单板已接收 {name}，但有其他镜像待启用或处于试运行（错误 {error}）。请复位单板，待其确认镜像后重试。',
  SMP_RESET_REFUSED: '单板已有镜像，但没有复位。请断电后重新上电，然后重试。',
  SMP_STARTS_LATER: '单板没有复位，重新上电后才会运行固件。',
  SMP_NOT_STARTED:
    '单板已复位，但运行的是其他镜像：{list}。引导程序未接受新镜像，或已恢复旧镜像：请检查文件的密钥和版本。',
  SMP_NOT_BACK:
    '单板复位后 {seconds} 秒无响应。最后输出：{words}。新固件可能无法启动，或在该串口不支持 SMP：若是后者，请将“写完之后”设为“保持不变”。',

  SMP_SIGN_FIRST:
    '{name} 是 {format} 文件，MCUboot 只接收已签名的二进制镜像，未擦除任何内容。请先用 imgtool 签名，再使用 zephyr.signed.bin、app_update.bin 等文件。',
  SMP_NO_HEADER:
    '{name} 没有 MCUboot 头部，未擦除任何内容。请先用 imgtool 签名，使用 zephyr.signed.bin、app_update.bin 等文件，而不是 zephyr.bin。',
  SMP_OLD_FORMAT: '{name} 是 MCUboot 1.1 之前的镜像格式，未擦除任何内容。请用新版 imgtool 为固件签名。',
  SMP_TRUNCATED:
    '{name} 有 {size} 字节，而其头部声明为 {needed} 字节，未擦除任何内容。文件不完整，请重新生成或重新复制。',
  SMP_TAGS_DAMAGED: '{name} 的程序之后没有有效的 MCUboot 标签，未擦除任何内容。请重新为固件签名。',
  SMP_NO_HASH: '{name} 没有哈希，MCUboot 不会接受，未擦除任何内容。请用 imgtool 签名。',
  SMP_HASH: '{name} 中的哈希与内容不一致，未擦除任何内容。文件在签名后被改动：请重新签名或重新复制。',
  SMP_UNSIGNED: '{name} 没有签名，只有不验证签名的引导程序才会启动它。',
  SMP_NOT_BOOTABLE: '{name} 被标记为不可启动。',
  SMP_PADDED:
    '{name} 从 {size} 字节填充到了 {padded} 字节，发送时间更长，且可能自行标记为待启用。通常应使用未填充的文件。',
  SMP_TRAILING: '{name} 的镜像之后还有其他数据（镜像 {size} 字节，文件 {whole} 字节）。',
  SMP_TWINS: '{first} 与 {second} 是同一镜像。',
} as const satisfies TextsLike<typeof en>

/** The same in few words. */
export const smpHeadlines = {
  SMP_SILENT: 'SMP 无响应',
  SMP_OTHER_OUTPUT: '未进入恢复模式',
  SMP_NORDIC_BOOTLOADER: '引导程序不符',
  SMP_SILENT_AT: '单板响应超时',
  SMP_REFUSED: '单板拒绝命令',
  SMP_STRANGE_ANSWER: '响应格式未知',
  SMP_ERASE_SILENT: '擦除超时',
  SMP_LOST: '单板停止响应',
  SMP_UPLOAD_REFUSED: '单板拒绝镜像',
  SMP_NO_IMAGES: '不接收镜像',
  SMP_CHUNK_REFUSED: '单板拒绝数据',
  SMP_STUCK: '发送没有进展',
  SMP_RESTARTS: '单板反复复位',
  SMP_STRANGE_OFFSET: '偏移错误',
  SMP_MATCH: 'SHA-256 不一致',
  SMP_TOO_LARGE: '大于镜像槽',
  SMP_NOT_LISTED: '镜像未被接受',
  SMP_NO_LIST: '镜像未比对',
  SMP_CANNOT_ACTIVATE: '无法启用镜像',
  SMP_PENDING: '有其他镜像待启用',
  SMP_RESET_REFUSED: '单板没有复位',
  SMP_STARTS_LATER: '重新上电后运行',
  SMP_NOT_STARTED: '仍在运行旧镜像',
  SMP_NOT_BACK: '复位后无响应',
  SMP_SIGN_FIRST: '镜像未签名',
  SMP_NO_HEADER: '没有 MCUboot 头部',
  SMP_OLD_FORMAT: '镜像格式过旧',
  SMP_TRUNCATED: '镜像不完整',
  SMP_TAGS_DAMAGED: 'MCUboot 标签损坏',
  SMP_NO_HASH: '镜像没有哈希',
  SMP_HASH: '镜像哈希错误',
  SMP_UNSIGNED: '没有签名',
  SMP_NOT_BOOTABLE: '不可启动',
  SMP_PADDED: '镜像有填充',
  SMP_TRAILING: '镜像后有多余数据',
  SMP_TWINS: '镜像重复',
} as const satisfies TextsLike<typeof enHeadlines>
