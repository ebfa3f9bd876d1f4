/** Codes of the `esp` family: what happened and what to do. */
export const espReasons = {
  ESP_NO_SYNC: {
    zh: '芯片没有回应。按住 BOOT（IO0）再按一下 RESET 后重试；检查 TX/RX 是否接反、供电和线缆（有些 USB 线没有数据线）。',
    en: 'No response from the chip. Hold BOOT (IO0), press RESET and retry. Check: TX/RX not swapped, power, cable (some have no data lines).',
  },
  ESP_NOT_IN_LOADER: {
    zh: '芯片在运行固件，未进入下载模式。按住 BOOT（IO0）再按一下 RESET 后重试；无自动复位电路的单板，请在配方中将“进入下载模式”设为“手动”。',
    en: 'The chip runs its firmware; it is not in download mode. Hold BOOT (IO0), press RESET and retry. Without auto-reset circuit, set "Enters download mode" to "Manual" in the recipe.',
  },
  ESP_UNKNOWN_CHIP: {
    zh: '无法识别芯片（{value}）。它比本程序新，或线路有干扰；请检查线缆后重试。',
    en: 'Unknown chip (ID {value}). It is newer than this program, or the line is noisy. Check the cable and retry.',
  },
  ESP_WRONG_CHIP: {
    zh: '这是 {chip}，配方要求 {expected}。未擦除任何内容。请换成正确的单板，或选择另一个配方。',
    en: 'This is an {chip}; the recipe is for {expected}. Nothing was erased. Use the right unit, or another recipe.',
  },
  ESP_READ_FAILED: {
    zh: '无法读取芯片信息：{detail}。复位后重试；若仍失败，请检查供电和线缆。',
    en: 'Chip information cannot be read: {detail}. Reset the chip and retry; if it fails again, check power and cable.',
  },
  ESP_NO_FLASH: {
    zh: '芯片的 Flash 没有回应。检查 Flash 的焊接和供电，以及 IO6 至 IO11 是否被其他电路占用。',
    en: 'The flash of the chip does not respond. Check its soldering and power, and whether other circuits use its pins (IO6 to IO11).',
  },
  ESP_FLASH_ENCRYPTED: {
    zh: '{chip} 已启用 Flash 加密，写入明文镜像后将无法启动。未擦除任何内容。请使用该产品的加密流程，或更换单板。',
    en: 'Flash encryption is enabled on this {chip}; a plain image would not start. Nothing was erased. Use the encrypted process of this product, or another unit.',
  },
  ESP_SECURE_BOOT: {
    zh: '{chip} 已启用安全启动，未签名的镜像无法启动，未擦除。若镜像已用该芯片的密钥签名，请在配方高级选项中打开“允许安全启动的芯片”。',
    en: 'Secure boot is enabled on this {chip}; unsigned images will not start. Nothing was erased. If the images are signed with its key, turn on "Accept chips with secure boot" in the recipe.',
  },
  ESP_SECURE_DOWNLOAD: {
    zh: '{chip} 处于安全下载模式，无法读取 ID 和校验，未擦除。该单板不能在此烧录，请更换。',
    en: 'This {chip} is in secure download mode; it cannot be identified or verified. Nothing was erased. It cannot be flashed here; use another unit.',
  },
  ESP_UNIT_CHANGED: {
    zh: '擦除之前单板已被更换（原为 {before}，现为 {now}）。未擦除任何内容。请重新开始。',
    en: 'The unit was swapped before erasing (was {before}, now {now}). Nothing was erased. Start again.',
  },
  ESP_STUB_FAILED: {
    zh: '无法在芯片上启动烧录程序：{detail}。复位后重试；若仍失败，请检查供电和线缆。',
    en: 'The flasher stub could not be started on the chip: {detail}. Reset it and retry; if it fails again, check power and cable.',
  },
  ESP_NO_STUB: {
    zh: '{chip} 不支持整片擦除。请在配方中关闭“先擦除整片”。',
    en: 'Full erase is not supported on {chip}. Turn off "Erase the whole flash first" in the recipe.',
  },
  ESP_BAUD_FAILED: {
    zh: '切换波特率后芯片没有回应：{detail}。请在配方中降低波特率；有些 USB 转换器达不到 921600。',
    en: 'No response after the baud rate change: {detail}. Lower the baud rate in the recipe; some USB adapters do not support 921600.',
  },
  ESP_SILENT: {
    zh: '芯片中途停止回应。检查供电和线缆；若多次出现，请降低波特率。',
    en: 'The chip stopped responding. Check power and cable; if it repeats, lower the baud rate.',
  },
  ESP_ERASE_FAILED: {
    zh: '擦除失败：{detail}。重试；若仍失败，Flash 可能有写保护或已损坏。',
    en: 'Erase failed: {detail}. Retry; if it fails again, the flash may be write-protected or damaged.',
  },
  ESP_WRITE_FAILED: {
    zh: '写入失败：{detail}。重试；若多次出现，请降低波特率并检查供电。',
    en: 'Write failed: {detail}. Retry; if it repeats, lower the baud rate and check the power.',
  },
  ESP_VERIFY_FAILED: {
    zh: '无法校验写入内容：{detail}。请重试。',
    en: 'The written data could not be verified: {detail}. Retry.',
  },
  ESP_MD5_MISMATCH: {
    zh: '{name}（地址 {address}）校验不符。请重试；若仍失败，检查供电，或更换单板。',
    en: '{name} at {address}: verify mismatch. Retry; if it fails again, check the power or replace the unit.',
  },
  ESP_RESET_FAILED: {
    zh: '写入和校验已完成，但无法重启芯片：{detail}。请按一下 RESET。',
    en: 'Written and verified, but the chip could not be restarted: {detail}. Press RESET.',
  },
  ESP_FLASH_PARAMETER: {
    zh: '{chip} 没有 Flash 参数 {value}。请修改配方中的 Flash 模式、频率或大小。',
    en: '{chip} has no flash setting {value}. Change flash mode, frequency or size in the recipe.',
  },
  ESP_IMAGE_BROKEN: {
    zh: '{name} 是 ESP 镜像，但不完整或校验和不对。未擦除任何内容，请重新生成或下载。',
    en: '{name} is an ESP image, but truncated or with a wrong checksum. Nothing was erased. Build or download it again.',
  },
  ESP_IMAGE_DIGEST: {
    zh: '{name} 的 SHA-256 与内容不符，文件已损坏或被改动。未擦除任何内容，请重新生成或下载。',
    en: 'The SHA-256 in {name} does not match its contents; the file is damaged. Nothing was erased. Build or download it again.',
  },
  ESP_NOT_BOOTABLE: {
    zh: '{name} 在 {address} 处不是引导程序，{chip} 将无法启动。未擦除任何内容，请检查文件和地址。',
    en: '{name} at {address} is not a bootloader; {chip} would not start. Nothing was erased. Check file and address.',
  },
  ESP_PARTITION_BEYOND_FLASH: {
    zh: '分区“{label}”到 {end} 为止，超出 Flash（{limit}）。未擦除任何内容，请更换分区表或芯片。',
    en: 'Partition "{label}" ends at {end}, beyond the flash ({limit}). Nothing was erased. Use another partition table or chip.',
  },
  ESP_HEADER_FLASH_SIZE: {
    zh: '{name} 按 {size} 字节 Flash 编译，芯片只有 {limit}，将无法启动。请在配方中将“Flash 大小”设为“按实际检测”，或更换文件。',
    en: '{name} is built for {size} bytes of flash; the chip has {limit} and would not start. Set "Flash size" to "As detected" in the recipe, or use another file.',
  },
  ESP_NO_BOOTLOADER: {
    zh: '配方未写入引导程序（{address}）。若芯片上没有引导程序，请在配方中添加。',
    en: 'No bootloader is written at {address}. Add one unless the unit already has it.',
  },
  ESP_NO_PARTITION_THERE: {
    zh: '{name} 的地址 {address} 不是任何分区的开头，请确认地址。',
    en: '{name} at {address}: no partition begins there. Check the address.',
  },
  NVS_VALUE: {
    zh: '单板数据 {namespace}/{key} 无法写入 NVS：名称须为 1 至 15 个字符，数值须在类型范围内，文本不超过 3999 字节。',
    en: 'Unit data {namespace}/{key} is not valid for NVS: names have 1 to 15 characters, numbers must fit their type, texts have at most 3999 bytes.',
  },
  NVS_FULL: {
    zh: '单板数据放不进 {size} 字节的 NVS 分区。请减少数据，或增大分区。',
    en: 'The unit data does not fit an NVS partition of {size} bytes. Write less data, or use a larger partition.',
  },
  NVS_SIZE: {
    zh: 'NVS 分区大小须为 4096 的整数倍，至少 12288 字节，现为 {size}。',
    en: 'The NVS partition size must be a multiple of 4096 and at least 12288 bytes; it is {size}.',
  },
} as const
