/** Codes of the `esp` family: what happened and what to do. */
export const espReasons = {
  ESP_NO_SYNC: {
    zh: '芯片没有回应。按住 BOOT（IO0）再按一下 RESET 后重试；检查 TX/RX 是否接反、供电和线缆（有些 USB 线没有数据线）。',
    en: 'The chip does not answer. Hold BOOT (IO0), press RESET once and retry; check TX and RX for being swapped, the power, and the cable (some carry no data).',
  },
  ESP_NOT_IN_LOADER: {
    zh: '芯片在运行固件，没有进入下载模式。按住 BOOT（IO0）再按一下 RESET 后重试；若单板无自动复位电路，请在配方中将复位方式设为“无”。',
    en: 'The chip runs its firmware instead of the loader. Hold BOOT (IO0), press RESET once and retry; for boards without an auto-reset circuit set the recipe’s reset to "none".',
  },
  ESP_UNKNOWN_CHIP: {
    zh: '无法识别芯片（{value}）。它比本程序新，或线路有干扰；请检查线缆后重试。',
    en: 'The chip is not known (it says {value}). It is newer than this program, or the line is noisy: check the cable and retry.',
  },
  ESP_WRONG_CHIP: {
    zh: '这是 {chip}，配方要求 {expected}。未擦除任何内容。请换成正确的单板，或选择另一个配方。',
    en: 'This is an {chip}, the recipe is for {expected}. Nothing was erased. Use the right board, or another recipe.',
  },
  ESP_READ_FAILED: {
    zh: '无法读取芯片信息：{detail}。复位后重试；若仍失败，请检查供电和线缆。',
    en: 'The chip’s data cannot be read: {detail}. Reset it and retry; if it stays, check power and cable.',
  },
  ESP_NO_FLASH: {
    zh: '芯片的闪存没有回应。检查闪存的焊接和供电，以及 IO6 至 IO11 是否被其他电路占用。',
    en: 'No flash answers the chip. Check its soldering and power, and whether other circuits use the pins of the flash.',
  },
  ESP_FLASH_ENCRYPTED: {
    zh: '{chip} 已启用闪存加密，写入明文镜像后将无法启动。未擦除任何内容。请使用该产品的加密流程，或更换芯片。',
    en: 'Flash encryption is on in this {chip}: it could not start a plain image. Nothing was erased. Use the product’s encrypted process, or another unit.',
  },
  ESP_SECURE_BOOT: {
    zh: '{chip} 已启用安全启动，未签名的镜像无法启动。未擦除任何内容。如镜像已用该芯片的密钥签名，请在配方中打开“镜像已签名”。',
    en: 'Secure boot is on in this {chip}: unsigned images will not start. Nothing was erased. If the images are signed with its key, switch "images are signed" on in the recipe.',
  },
  ESP_SECURE_DOWNLOAD: {
    zh: '{chip} 处于安全下载模式，无法读取身份和校验写入内容。未擦除任何内容。该芯片不能用本烧录台烧录。',
    en: 'This {chip} is in secure download mode: neither its identity nor what was written can be read. Nothing was erased. It cannot be flashed on this bench.',
  },
  ESP_UNIT_CHANGED: {
    zh: '擦除之前芯片已被更换（原为 {before}，现为 {now}）。未擦除任何内容。请重新开始。',
    en: 'The unit was swapped before the erase (it was {before}, now it is {now}). Nothing was erased. Start again.',
  },
  ESP_STUB_FAILED: {
    zh: '无法在芯片上启动烧录程序：{detail}。复位后重试；若仍失败，请检查供电和线缆。',
    en: 'The flashing program could not be started on the chip: {detail}. Reset it and retry; if it stays, check power and cable.',
  },
  ESP_NO_STUB: {
    zh: '{chip} 尚无烧录程序，不能整片擦除。请在配方中关闭“擦除整片”。',
    en: 'There is no flashing program for {chip} yet, so its flash cannot be erased as a whole. Switch "erase all" off in the recipe.',
  },
  ESP_BAUD_FAILED: {
    zh: '切换波特率后芯片没有回应：{detail}。请在配方中降低波特率；有些 USB 转换器达不到 921600。',
    en: 'The chip did not follow to the new speed: {detail}. Lower the baud rate in the recipe; some USB adapters do not reach 921600.',
  },
  ESP_SILENT: {
    zh: '芯片中途停止回应。检查供电和线缆；若多次出现，请降低波特率。',
    en: 'The chip fell silent in the middle of it. Check power and cable; lower the baud rate if it repeats.',
  },
  ESP_ERASE_FAILED: {
    zh: '擦除失败：{detail}。重试；若仍失败，闪存可能有写保护或已损坏。',
    en: 'Erasing failed: {detail}. Retry; if it stays, the flash is write-protected or broken.',
  },
  ESP_WRITE_FAILED: {
    zh: '写入失败：{detail}。重试；若多次出现，请降低波特率并检查供电。',
    en: 'Writing failed: {detail}. Retry; if it repeats, lower the baud rate and check the power.',
  },
  ESP_VERIFY_FAILED: {
    zh: '无法校验写入内容：{detail}。请重试。',
    en: 'What was written could not be verified: {detail}. Retry.',
  },
  ESP_MD5_MISMATCH: {
    zh: '{name}（地址 {address}）读回的 MD5 与镜像不同。重试；若仍失败，闪存已损坏或供电不稳，请更换芯片。',
    en: '{name} at {address}: the MD5 of the flash is not that of the image. Retry; if it stays, the flash is worn or power is unsteady: replace the unit.',
  },
  ESP_RESET_FAILED: {
    zh: '写入和校验已完成，但无法重启芯片：{detail}。请按一下 RESET。',
    en: 'All is written and verified, but the chip could not be restarted: {detail}. Press RESET.',
  },
  ESP_FLASH_PARAMETER: {
    zh: '{chip} 没有闪存参数 {value}。请修改配方中的闪存模式、频率或容量。',
    en: '{chip} has no flash setting {value}. Change flash mode, frequency or size in the recipe.',
  },
  ESP_IMAGE_BROKEN: {
    zh: '{name} 是 ESP 镜像，但不完整或校验和不对。未擦除任何内容，请重新生成或下载。',
    en: '{name} is an ESP image, but cut off or with a wrong checksum. Nothing was erased; build or download it again.',
  },
  ESP_IMAGE_DIGEST: {
    zh: '{name} 的 SHA-256 与内容不符，文件已损坏或被改动。未擦除任何内容，请重新生成或下载。',
    en: 'The SHA-256 in {name} is not that of its contents: it is damaged or was changed. Nothing was erased; build or download it again.',
  },
  ESP_NOT_BOOTABLE: {
    zh: '{name} 在 {address} 处不是引导程序，{chip} 将无法启动。未擦除任何内容，请检查文件和地址。',
    en: '{name} has no boot loader at {address}, where {chip} looks for it. Nothing was erased; check file and address.',
  },
  ESP_PARTITION_BEYOND_FLASH: {
    zh: '分区 “{label}” 到 {end} 为止，超出闪存（{limit}）。未擦除任何内容，请更换分区表或芯片。',
    en: 'Partition "{label}" reaches to {end}, the flash ends at {limit}. Nothing was erased; use another partition table or part.',
  },
  ESP_HEADER_FLASH_SIZE: {
    zh: '{name} 按 {size} 字节的闪存编译，而芯片只有 {limit}，将无法启动。请在配方中将闪存容量设为“自动检测”，或更换文件。',
    en: '{name} is built for a flash of {size} bytes, the chip has {limit}: it would not start. Set the recipe’s flash size to "detect", or use another file.',
  },
  ESP_NO_BOOTLOADER: {
    zh: '没有写入引导程序（{address}）：仅当芯片上已有引导程序时才能启动。',
    en: 'No boot loader is written (at {address}): the unit starts only if it has one already.',
  },
  ESP_NO_PARTITION_THERE: {
    zh: '{name} 的地址 {address} 不是任何分区的开头，请确认地址。',
    en: '{name} at {address}: no partition begins there. Check the address.',
  },
  NVS_VALUE: {
    zh: '单板数据 {namespace}/{key} 无法写入 NVS：名称须为 1 至 15 个字符，数值须在类型范围内，文本不超过 3999 字节。',
    en: 'Unit data {namespace}/{key} does not fit NVS: names have 1 to 15 characters, numbers stay in their type, texts have at most 3999 bytes.',
  },
  NVS_FULL: {
    zh: '单板数据放不进 {size} 字节的 NVS 分区。请减少数据，或增大分区。',
    en: 'The unit data do not fit an NVS partition of {size} bytes. Write less, or make it larger.',
  },
  NVS_SIZE: {
    zh: 'NVS 分区大小须为 4096 的整数倍，至少 12288 字节，现为 {size}。',
    en: 'An NVS partition has a multiple of 4096 bytes, at least 12288; this is {size}.',
  },
} as const
