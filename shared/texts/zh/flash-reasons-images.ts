import type { imageReasons as en } from '../en/flash-reasons-images.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of image files and of the check before anything is erased. */
export const imageReasons = {
  IMAGE_EMPTY: '{name} 没有任何数据。请更换文件。',
  IMAGE_DAMAGED: '{name} 在本站点上已损坏。未擦除任何内容；请在配方或升级包中重新上传同一文件。',
  IMAGE_LINE_BROKEN: '{name} 第 {line} 行不符合格式，文件已损坏。请重新生成或下载。',
  IMAGE_LINE_CHECKSUM: '{name} 第 {line} 行校验和不对，文件已损坏。请重新生成或下载。',
  IMAGE_LINE_OVERLAP:
    '{name} 第 {line} 行向已写过的地址 {address} 写入不同数据。请检查生成该文件的链接脚本或合并工具。',
  IMAGE_ADDRESS_SPACE: '{name} 第 {line} 行超出 32 位地址空间，文件已损坏。请重新生成或下载。',
  IMAGE_SCATTERED: '{name} 有 {count} 段不连续数据，不是固件。请更换文件。',
  IMAGE_NO_END: '{name} 没有结束记录，文件不完整。请重新生成或下载。',
  IMAGE_AFTER_END: '{name} 第 {line} 行位于结束记录之后，可能是两个文件拼在了一起。请分别加入配方，或用工具合并。',
  IMAGE_RECORD_COUNT: '{name} 第 {line} 行的记录数与实际不符，缺少若干行。请重新生成或下载。',
  IMAGE_TRUNCATED: '{name} 不完整。请重新生成或下载。',
  ELF_NOT_32_BIT: '{name} 不是 32 位程序，不能用于该芯片。请更换文件。',
  ELF_NOTHING_TO_LOAD: '{name} 没有可加载的段（可能是目标文件或调试文件）。请选择链接后的程序。',
  ELF_WITHOUT_SECTIONS:
    '{name} 没有节表（可能被 sstrip 处理过），无法区分程序和文件头。请使用链接器的输出文件，或导出 HEX：objcopy -O ihex、fromelf --i32combined。',
  ELF_OTHER_MACHINE: '{name} 是 {machine} 程序，该目标需要 {expected}。请更换文件。',
  ELF_NEEDS_CONVERSION:
    '{name} 是 ELF 文件，ESP 芯片不能直接使用。请使用构建产生的 .bin（或用 esptool elf2image 转换）。',
  IMAGE_NEEDS_ADDRESS: '{name} 中没有地址。请填写写入地址，如 0x10000。',
  IMAGE_OTHER_TARGET: '{name} 是 {found} 的固件，不能写入 {target}。未擦除任何内容，请更换文件。',
  IMAGE_OTHER_CHIP: '{name} 是 {chip} 的固件，此处为 {expected}。未擦除任何内容，请更换文件或单板。',
  IMAGE_NO_VECTORS:
    '{name} 不以 STM32 的中断向量表开头（栈指针和复位地址不合理），写入后无法启动。未擦除任何内容，请检查文件和地址。',
  IMAGE_UNALIGNED: '{name} 的地址 {address} 不是 4096 的整数倍，擦除会影响相邻数据。未擦除任何内容，请修改地址。',
  IMAGE_BEYOND_FLASH: '{name} 写到 {end}，超出 Flash（{limit}）。未擦除任何内容，请检查地址或更换芯片。',
  FILE_UF2: '{name} 是 UF2 文件，用于显示为 U 盘的单板。请使用同一次构建的 HEX 或 BIN 文件。',
  FILE_DFU: '{name} 是 DFU 文件，用于 USB 引导程序。请使用同一次构建的 HEX 或 BIN 文件。',
  FILE_OTHER_HEX:
    '{name} 是 {kind} 文件，该目标不能使用。请导出 Intel HEX：fromelf --i32combined（Keil）、ielftool --ihex（IAR）、hex430 或 objcopy -O ihex。',
  FILE_PROGRAM: '{name} 是 {kind} 程序，不是固件。请使用固件构建产生的 HEX、BIN 或 ELF 文件。',
  FILE_OBJECT: '{name} 是目标文件库，不是链接后的程序。请使用构建产生的 HEX、BIN 或 ELF 文件。',
  FILE_PACKED: '{name} 是 {kind} 压缩包，芯片无法运行。请解压后加入其中的固件文件。',
  FILE_PAGE: '{name} 是网页，不是固件，可能下载失败。未擦除任何内容，请重新下载。',
} as const satisfies TextsLike<typeof en>
