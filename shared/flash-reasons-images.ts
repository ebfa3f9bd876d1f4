/** Codes of image files and of the check before anything is erased. */
export const imageReasons = {
  IMAGE_EMPTY: { zh: '{name} 没有任何数据。请更换文件。', en: '{name} contains no data. Use another file.' },
  IMAGE_DAMAGED: {
    zh: '{name} 在本站点上已损坏。未擦除任何内容；请在配方或升级包中重新上传同一文件。',
    en: '{name} is damaged on this station. Nothing was erased; upload the same file again in the recipe or its package.',
  },
  IMAGE_LINE_BROKEN: {
    zh: '{name} 第 {line} 行不符合格式，文件已损坏。请重新生成或下载。',
    en: '{name}, line {line} is malformed; the file is damaged. Build or download it again.',
  },
  IMAGE_LINE_CHECKSUM: {
    zh: '{name} 第 {line} 行校验和不对，文件已损坏。请重新生成或下载。',
    en: '{name}, line {line} has a wrong checksum; the file is damaged. Build or download it again.',
  },
  IMAGE_LINE_OVERLAP: {
    zh: '{name} 第 {line} 行写到已有数据的地址。请检查生成该文件的链接脚本或合并工具。',
    en: '{name}, line {line} writes to an address that is already written. Check the linker script or the merge tool.',
  },
  IMAGE_ADDRESS_SPACE: {
    zh: '{name} 第 {line} 行超出 32 位地址空间，文件已损坏。请重新生成或下载。',
    en: '{name}, line {line}: outside the 32-bit address space; the file is damaged. Build or download it again.',
  },
  IMAGE_SCATTERED: {
    zh: '{name} 有 {count} 段不连续数据，不是有效的固件。请更换文件。',
    en: '{name} has {count} separate segments; this is not firmware. Use another file.',
  },
  IMAGE_NO_END: {
    zh: '{name} 没有结束记录，文件不完整。请重新生成或下载。',
    en: '{name} has no end record; the file is incomplete. Build or download it again.',
  },
  IMAGE_RECORD_COUNT: {
    zh: '{name} 第 {line} 行的记录数与实际不符，缺少若干行。请重新生成或下载。',
    en: '{name}, line {line}: the record count does not match; lines are missing. Build or download it again.',
  },
  IMAGE_TRUNCATED: {
    zh: '{name} 不完整。请重新生成或下载。',
    en: '{name} is incomplete. Build or download it again.',
  },
  ELF_NOT_32_BIT: {
    zh: '{name} 不是 32 位程序，不能用于该芯片。请更换文件。',
    en: '{name} is not a 32-bit program and does not fit this chip. Use another file.',
  },
  ELF_NOTHING_TO_LOAD: {
    zh: '{name} 没有可加载的段（可能是目标文件或调试文件）。请选择链接后的程序。',
    en: '{name} has no loadable segment (object or debug file?). Choose the linked program.',
  },
  ELF_OTHER_MACHINE: {
    zh: '{name} 是 {machine} 程序，该目标需要 {expected}。请更换文件。',
    en: '{name} is a program for {machine}; the target needs {expected}. Use another file.',
  },
  ELF_NEEDS_CONVERSION: {
    zh: '{name} 是 ELF 文件，ESP 芯片不能直接使用。请使用构建产生的 .bin（或用 esptool elf2image 转换）。',
    en: '{name} is an ELF file; ESP chips cannot use it directly. Use the .bin of the build (or esptool elf2image).',
  },
  IMAGE_OTHER_TARGET: {
    zh: '{name} 是 {found} 的固件，不能写入 {target}。未擦除任何内容，请更换文件。',
    en: '{name} is firmware for {found}, not for {target}. Nothing was erased. Use another file.',
  },
  IMAGE_OTHER_CHIP: {
    zh: '{name} 是 {chip} 的固件，此处为 {expected}。未擦除任何内容，请更换文件或单板。',
    en: '{name} is firmware for {chip}; this is {expected}. Nothing was erased. Use another file or unit.',
  },
  IMAGE_NO_VECTORS: {
    zh: '{name} 不以 STM32 的中断向量表开头（栈指针和复位地址不合理），写入后无法启动。未擦除任何内容，请检查文件和地址。',
    en: '{name} does not start with an STM32 vector table; it would not start. Nothing was erased. Check file and address.',
  },
  IMAGE_UNALIGNED: {
    zh: '{name} 的地址 {address} 不是 4096 的整数倍，擦除会影响相邻数据。未擦除任何内容，请修改地址。',
    en: '{name}: address {address} is not a multiple of 4096; erasing would damage neighbouring data. Nothing was erased. Correct the address.',
  },
  IMAGE_BEYOND_FLASH: {
    zh: '{name} 写到 {end}，超出 Flash（{limit}）。未擦除任何内容，请检查地址或更换芯片。',
    en: '{name} ends at {end}, beyond the flash ({limit}). Nothing was erased. Check the address or the chip.',
  },
} as const
