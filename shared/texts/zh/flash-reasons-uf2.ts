import type { uf2Reasons as en } from '../en/flash-reasons-uf2.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of boot drives and of UF2 files. */
export const uf2Reasons = {
  DRIVE_NONE:
    '单板没有显示为 U 盘，{port} 是它的串口。请让单板进入引导程序（按住 BOOTSEL 插入，或连按两次复位）后重试。',
  DRIVE_GONE: '未找到 U 盘 {drive}。请让单板进入引导程序，等 U 盘出现后重试。',
  DRIVE_NOT_MOUNTED:
    'U 盘 {device} 未挂载，且无法挂载：{detail}。请安装 udisks2，或将其挂载到当前用户可写的位置（sudo mount -o uid=$USER {device} /mnt）后重试。',
  DRIVE_NOT_BOOT:
    '{drive} 不是引导程序的 U 盘：没有 {file}，未写入任何内容。请让单板进入引导程序，或在配方中更正 U 盘。',
  DRIVE_READ_ONLY: '本站点没有 {folder} 的写权限（{detail}），未写入任何内容。请以当前用户可写的方式挂载 U 盘后重试。',
  DRIVE_WRITE: 'U 盘 {folder} 未接受文件：{detail}。单板可能不完整。请让单板重新进入引导程序后重试。',
  UF2_NEEDS_CONVERSION: '{name} 是 {kind} 文件，U 盘只接受 UF2，未写入任何内容。请先转换：{command}',
  UF2_FOREIGN_FILE: '{name} 是 {kind} 文件，不是固件，未写入任何内容。请选择构建产生的 .uf2 文件。',
  UF2_ONE_IMAGE:
    '单板收到一个文件后即重启，而配方有 {count} 个。请只保留一个，或首尾相接合并（cat a.uf2 b.uf2 > all.uf2）。',
  UF2_LENGTH: '{name} 有 {size} 字节，不是 512 字节 UF2 块的整数倍，文件被截断，未写入任何内容。请重新下载或构建。',
  UF2_DAMAGED: '{name} 的第 {block} 块不是 UF2 块，文件已损坏，未写入任何内容。请重新下载或构建。',
  UF2_INCOMPLETE:
    '{name} 中系列 {family} 有 {found} 块，应为 {expected} 块，单板会一直等待其余的块，未写入任何内容。请重新下载或构建。',
  UF2_ORDER:
    '{name} 的第 {block} 块写入 {address}，该地址之前已写过：地址必须递增且不重叠，未写入任何内容。请重新构建。',
  UF2_NOTHING_FOR_FLASH: '{name} 中没有写入 Flash 的内容，未写入任何内容。请更换文件。',
  UF2_FAMILY_MISSING:
    '{name} 用于 {found}，而配方要求 {expected}，未写入任何内容。请选择用于该单板的文件，或在配方中更正系列。',
  UF2_NO_FAMILY: '{name} 没有写明芯片系列，无法确认是否适合该单板。',
  UF2_OTHER_FAMILIES: '{name} 还有用于 {families} 的块，单板会忽略它们。',
  UF2_OTHER_BOARD:
    '引导程序提示的型号是 {found}，而配方要求 {expected}，未写入任何内容。请检查单板，或配方中的“单板型号”。',
  UF2_WRONG_CHIP: '单板是 {chip}，接受 {expected}，而文件用于 {found}，未写入任何内容。请选择用于该芯片的文件。',
  UF2_STILL_THERE:
    '单板已收到整个文件，但 {seconds} 秒后 U 盘仍在：单板没有接受。文件可能用于另一种芯片。请检查系列，让单板重新进入引导程序后重试。',
  UF2_HALF_IMAGE: '在单板收完整个文件前已停止，单板上可能只有一半镜像。使用前请让单板重新进入引导程序并重新烧录。',
  CONSOLE_NOT_BACK:
    '单板重启后 10 秒内没有在同一位置出现串口，无法执行检查。请确认固件已启动且有 USB 控制台，或从配方中删除检查。',
} as const satisfies TextsLike<typeof en>
