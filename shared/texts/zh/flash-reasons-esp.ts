import type { espReasons as en } from '../en/flash-reasons-esp.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of the `esp` family: what happened and what to do. */
export const espReasons = {
  ESP_NO_SYNC:
    '芯片没有回应。按住 BOOT（IO0）再按一下 RESET 后重试；检查 TX/RX 是否接反、供电和线缆（有些 USB 线没有数据线）。',
  ESP_ECHO:
    '发出的数据被原样送回：TX 与 RX 短接，或工位上没有单板而适配器带回显。请放入单板、分开接 TX 与 RX，或关闭适配器的回显，然后重试。',
  ESP_NOT_IN_LOADER:
    '芯片在运行固件，未进入下载模式。按住 BOOT（IO0）再按一下 RESET 后重试；无自动复位电路的单板，请在配方中将“进入下载模式”设为“手动”。',
  ESP_UNKNOWN_CHIP: '无法识别芯片（{value}）。它比本程序新，或线路有干扰；请检查线缆后重试。',
  ESP_WRONG_CHIP: '这是 {chip}，配方要求 {expected}。未擦除任何内容。请换成正确的单板，或选择另一个配方。',
  ESP_READ_FAILED: '无法读取芯片信息：{detail}。复位后重试；若仍失败，请检查供电和线缆。',
  ESP_NO_FLASH: '芯片的 Flash 没有回应。检查 Flash 的焊接和供电，以及 IO6 至 IO11 是否被其他电路占用。',
  ESP_FLASH_ENCRYPTED:
    '{chip} 已启用 Flash 加密，写入明文镜像后将无法启动。未擦除任何内容。请使用该产品的加密流程，或更换单板。',
  ESP_SECURE_BOOT:
    '{chip} 已启用安全启动，未签名的镜像无法启动，未擦除。若镜像已用该芯片的密钥签名，请在配方高级选项中打开“允许安全启动的芯片”。',
  ESP_SECURE_DOWNLOAD: '{chip} 处于安全下载模式，无法读取 ID 和校验，未擦除。该单板不能在此烧录，请更换。',
  ESP_SECURE_ERASE: '{chip} 已启用安全启动，整片擦除会使其报废。未擦除任何内容。请在配方中关闭“先擦除整片”。',
  ESP_SECURE_REGION:
    '{chip} 已启用安全启动；{name}（地址 {address}）会覆盖引导程序，芯片将无法再启动。未擦除任何内容。请从配方中去掉该文件。',
  ESP_IMAGE_UNSIGNED: '{chip} 已启用安全启动；{name} 未签名，无法启动。未擦除任何内容。请用该产品的密钥签名。',
  ESP_PRESS_RESET: '写入和校验已完成。请松开 BOOT，再按一下单板上的 RESET；固件启动后才算完成。',
  ESP_NOT_STARTED:
    '写入和校验已完成，但固件没有运行：芯片仍在下载模式。请松开 BOOT，按一下 RESET 后重试，或在配方中将“写完之后”设为“留在引导程序”。',
  ESP_UNIT_CHANGED: '擦除之前单板已被更换（原为 {before}，现为 {now}）。未擦除任何内容。请重新开始。',
  ESP_STUB_FAILED: '无法在芯片上启动烧录程序：{detail}。复位后重试；若仍失败，请检查供电和线缆。',
  ESP_NO_STUB: '{chip} 不支持整片擦除。请在配方中关闭“先擦除整片”。',
  ESP_BAUD_FAILED: '切换波特率后芯片没有回应：{detail}。请在配方中降低波特率；有些 USB 转换器达不到 921600。',
  ESP_SILENT: '芯片中途停止回应。检查供电和线缆；若多次出现，请降低波特率。',
  ESP_ERASE_FAILED: '擦除失败：{detail}。重试；若仍失败，Flash 可能有写保护或已损坏。',
  ESP_WRITE_FAILED: '写入失败：{detail}。重试；若多次出现，请降低波特率并检查供电。',
  ESP_VERIFY_FAILED: '无法校验写入内容：{detail}。请重试。',
  ESP_MD5_MISMATCH: '{name}（地址 {address}）校验不符。请重试；若仍失败，检查供电，或更换单板。',
  ESP_RESET_FAILED: '写入和校验已完成，但无法重启芯片：{detail}。请按一下 RESET。',
  ESP_FLASH_PARAMETER: '{chip} 没有 Flash 参数 {value}。请修改配方中的 Flash 模式、频率或大小。',
  ESP_IMAGE_BROKEN:
    '{name} 开头像 ESP 镜像，但不是任何已知芯片的镜像。未擦除任何内容。请重新生成或下载；若芯片较新，请更新本程序。',
  ESP_IMAGE_TRUNCATED: '{name} 是 ESP 镜像，但缺少结尾。未擦除任何内容，请重新生成或下载。',
  ESP_IMAGE_CHECKSUM: '{name} 的校验和不对，文件已损坏。未擦除任何内容，请重新生成或下载。',
  ESP_IMAGE_DIGEST: '{name} 的 SHA-256 与内容不符，文件已损坏或被改动。未擦除任何内容，请重新生成或下载。',
  ESP_NOT_BOOTABLE: '{name} 在 {address} 处不是引导程序，{chip} 将无法启动。未擦除任何内容，请检查文件和地址。',
  ESP_PARTITION_BEYOND_FLASH: '分区“{label}”到 {end} 为止，超出 Flash（{limit}）。未擦除任何内容，请更换分区表或芯片。',
  ESP_HEADER_FLASH_SIZE:
    '{name} 按 {size} 字节 Flash 编译，芯片只有 {limit}，将无法启动。请在配方中将“Flash 大小”设为“按实际检测”，或更换文件。',
  ESP_NO_BOOTLOADER: '配方未写入引导程序（{address}）。若芯片上没有引导程序，请在配方中添加。',
  ESP_NO_PARTITION_THERE: '{name} 的地址 {address} 不是任何分区的开头，请确认地址。',
  NVS_VALUE:
    '单板数据 {namespace}/{key} 无法写入 NVS：名称须为 1 至 15 个字符，数值须在类型范围内，文本不超过 3999 字节。',
  NVS_FULL: '单板数据放不进 {size} 字节的 NVS 分区。请减少数据，或增大分区。',
  NVS_SIZE: 'NVS 分区大小须为 4096 的整数倍，至少 12288 字节，现为 {size}。',
} as const satisfies TextsLike<typeof en>
