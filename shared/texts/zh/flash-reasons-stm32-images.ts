import type { stm32ImageReasons as en } from '../en/flash-reasons-stm32-images.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of what may be written to an STM32, found before anything is erased. */
export const stm32ImageReasons = {
  STM32_IN_RAM:
    '{name} 含有写到 RAM 地址 {address} 的数据，断电即丢失。未擦除任何内容。请在链接脚本中用 AT> 把该段的加载地址放到 Flash，或将其标为 NOLOAD，然后重新生成。',
  STM32_IN_SYSTEM_MEMORY:
    '{name} 写到 {address}，这是 {chip} 的只读系统存储区。未擦除任何内容。请使用为该芯片生成的文件，或导出时去掉这一段。',
  STM32_IN_OTP: '{name} 写到 OTP 区地址 {address}，该区只能写一次。未擦除任何内容。请导出不含这一段的文件。',
  STM32_IN_EEPROM:
    '{name} 写到数据 EEPROM 地址 {address}，本站点不写该区。未擦除任何内容。请导出不含这一段的文件，由固件设置这些数据。',
  STM32_IN_ALIAS:
    '{name} 写到 {address}，该处只是 Flash 的映射。未擦除任何内容。请把程序链接到 0x08000000，或导出为 BIN 并填写地址。',
  STM32_IN_EXTERNAL_MEMORY:
    '{name} 含有写到片外地址 {address} 的数据，引导程序只能写内部 Flash。未擦除任何内容。请只导出内部 Flash 部分，片外数据由固件写入。',
  STM32_UNMAPPED:
    '{name} 写到 {address}，{chip} 的该地址不可写。未擦除任何内容。请检查文件、地址以及烧录前核对中的芯片。',
  STM32_OPTION_BYTES:
    '{name} 在 {address} 处含有选项字节。未擦除任何内容。如确需写入，请在配方中打开“写入选项字节”；否则请导出不含选项字节的文件。',
  STM32_OPTION_LEVEL_2:
    '{name} 在 {address} 处的选项字节设置了读保护等级 2，芯片将永远无法再次烧录。未擦除任何内容。请导出不含选项字节或只设等级 1 的文件。',
  STM32_OPTION_BYTES_WRITTEN: '配方会把 {name} 中的选项字节写到 {address}：{value}',
  STM32_STACK_OUTSIDE:
    '{name} 的初始栈指针 {stack} 不在 {chip} 的 RAM 中，程序无法运行。未擦除任何内容。请使用为该芯片生成的固件。',
  STM32_RESET_OUTSIDE:
    '{name} 的复位入口 {reset} 不在要写入的数据中，程序无法启动。未擦除任何内容。请检查地址；如果 Flash 开头是数据，请在配方中将“Flash 开头”设为“数据”。',
  STM32_LINKED_ELSEWHERE: '{name} 写到 {address}，但其复位入口在 {reset}，很可能链接到了别的地址。请检查配方中的地址。',
  STM32_PAGE_CUT:
    '{name} 从 {address} 开始，位于起始于 {page} 的页中间：单板上该页前面已有的内容会被擦除。请检查地址。',
  STM32_NOTHING_AT_START:
    '整片会被擦除，而芯片启动的地址 {address} 没有写入任何内容。请加入引导程序，或将“擦除”设为“只擦用到的页”。',
} as const satisfies TextsLike<typeof en>
