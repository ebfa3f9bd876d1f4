import type { espFileReasons as en, espFileHeadlines as enHeadlines } from '../en/flash-reasons-esp-files.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of files for the `esp` family, found before anything is erased: what is wrong and what to do. */
export const espFileReasons = {
  ESP_TABLE_CSV:
    '{name} 是文本形式（CSV）的分区表，芯片需要二进制分区表。请使用构建产生的 partition-table.bin（partitions.bin），或用 gen_esp32part 转换。',
  ESP_TABLE_DAMAGED:
    '{name} 中位于 {address} 的分区表已损坏（行格式或 MD5 不对），单板将无法启动。未擦除任何内容，请重新生成。',
  ESP_TABLE_UNREADABLE:
    '{name}（地址 {address}）不是分区表。未擦除任何内容。请使用构建产生的 partition-table.bin（partitions.bin），或修改地址。',
  ESP_TABLE_NO_APP: '{name} 中的分区表没有应用分区，单板无法启动。请检查分区表。',
  ESP_TABLE_NO_OTADATA:
    '{name} 中的分区表有 {count} 个 OTA 分区，但没有 otadata 分区，单板无法切换到 OTA 升级的固件。请检查分区表。',
  ESP_PARTITIONS_OVERLAP: '分区“{first}”与“{second}”在 {address} 处重叠。未擦除任何内容，请修改分区表。',
  ESP_PARTITION_UNALIGNED: '分区“{label}”从 {address} 开始，不是 {step} 的整数倍。未擦除任何内容，请修改分区表。',
  ESP_PARTITION_BEYOND_HEADER:
    '分区“{label}”到 {end} 为止，但 {name} 按 {limit} 字节 Flash 编译，多数引导程序会停止启动。请在配方中将“Flash 大小”设为“按实际检测”，或按更大的 Flash 重新编译。',
  ESP_PARTITION_TOO_SMALL:
    '{name} 为 {size} 字节，分区“{label}”只有 {limit} 字节。未擦除任何内容。请减小固件，或增大分区。',
  ESP_BOOTLOADER_AS_APP:
    '{name}（地址 {address}）是引导程序，分区“{label}”应为应用。未擦除任何内容，请检查文件和地址。',
  ESP_APP_AS_BOOTLOADER:
    '{name}（地址 {address}）是应用，{chip} 在此处启动引导程序。未擦除任何内容，请检查文件和地址。',
  ESP_BOOTLOADER_OFFSET: '{name} 的地址为 {address}，{chip} 的引导程序应在 {expected}。未擦除任何内容，请修改地址。',
  ESP_APP_BLANK:
    '{name} 是空白的（全为 0xFF 或 0x00），分区“{label}”（{address}）应为应用。未擦除任何内容。请使用构建产生的 .bin。',
  ESP_APP_FOREIGN:
    '{name} 是 {found} 文件，不是固件，分区“{label}”（{address}）应为应用。未擦除任何内容。请使用构建产生的 .bin；压缩文件请先解压。',
  ESP_APP_RANDOM:
    '{name} 是加密或随机数据，不是固件，分区“{label}”（{address}）应为应用。未擦除任何内容。请使用构建产生的未加密 .bin。',
  ESP_APP_UNKNOWN: '{name} 不是 ESP 镜像，分区“{label}”（{address}）应为应用。未擦除任何内容，请检查文件和地址。',
  ESP_APP_NOWHERE:
    '{name} 是应用，但 {address} 不是任何应用分区的开头，将无法启动。未擦除任何内容，请修改地址或分区表。',
  ESP_APP_IN_DATA: '{name} 是应用，但“{label}”（{address}）是数据分区（{subtype}）。未擦除任何内容，请修改地址。',
  ESP_FOREIGN_FILE: '{name}（地址 {address}）是 {found} 文件，不是固件。若该处不是数据分区，请检查文件。',
  ESP_RANDOM_FILE: '{name}（地址 {address}）是加密或随机数据，该处通常是应用。若该处不是数据分区，请检查文件。',
  ESP_UNIT_DATA_PLACE:
    '单板数据的地址 {address} 不是任何 nvs 分区的开头（nvs：{places}）。未擦除任何内容，请修改单板数据的地址。',
  ESP_UNIT_DATA_TOO_LARGE:
    '单板数据占 {size} 字节，分区“{label}”只有 {limit} 字节。未擦除任何内容，请将大小改为该分区的大小。',
  ESP_UNIT_DATA_SHORT:
    '单板数据只占“{label}”{limit} 字节中的 {size} 字节，其余部分的旧数据会保留在单板上。请将大小改为 {limit}，或在配方中擦除“{label}”。',
  ESP_OTADATA_KEPT:
    '“{label}”（{address}）既不写入也不擦除，做过 OTA 升级的单板仍会启动旧分区。请在配方中擦除“{label}”，或添加 ota_data_initial.bin（boot_app0.bin）。',
  ESP_NO_APP: '配方未写入应用，“{label}”（{address}）保持原样。若单板上没有应用，请在配方中添加。',
  ESP_NO_TABLE: '配方未写入分区表（{address}）。若单板上没有分区表，请在配方中添加。',
  ESP_IMAGE_REVISION: '{name} 适用的芯片版本为 {needed}，此处为 {found}。未擦除任何内容，请更换固件或芯片。',
  ESP_SIGNED_KEPT: '{name} 已签名，Flash 模式、频率和大小保持签名时的值。请在配方中将它们设为“与镜像一致”。',
  ESP_UNSIGNED: '{name}（地址 {address}）未签名，启用安全启动的芯片不会启动它。请先签名，或关闭“允许安全启动的芯片”。',
  ESP_SECURE_BOOTLOADER:
    '{name} 的地址 {address} 低于 {limit}，是安全启动的引导程序所在区域，写入可能使芯片永久失效。用于这类芯片的配方请移除该文件。',
  BUILD_ENCRYPTED: '该构建要求加密写入 {names}，本程序写入明文镜像。此配方只能用于未启用 Flash 加密的单板。',
  BUILD_OTADATA_ERASED: '构建结果中没有 otadata 文件（boot_app0.bin），配方改为擦除“{label}”，效果相同。',
  ESP_ERASE_UNKNOWN: '要擦除“{label}”，但配方的分区表中没有该分区。请修改配方的“擦除分区”，或填写 0x地址:0x大小。',
  ESP_ERASE_UNALIGNED: '要擦除的“{label}”起止地址不是 4096 的整数倍。请修改配方的“擦除分区”。',
  ESP_ERASE_TOO_LARGE: '要擦除的“{label}”超过 {limit}。请修改配方的“擦除分区”，或打开“先擦除整片”。',
} as const satisfies TextsLike<typeof en>

/** The same codes in few words. */
export const espFileHeadlines = {
  ESP_TABLE_CSV: '分区表是文本',
  ESP_TABLE_DAMAGED: '分区表损坏',
  ESP_TABLE_UNREADABLE: '不是分区表',
  ESP_TABLE_NO_APP: '没有应用分区',
  ESP_TABLE_NO_OTADATA: '没有 otadata 分区',
  ESP_PARTITIONS_OVERLAP: '分区重叠',
  ESP_PARTITION_UNALIGNED: '分区未对齐',
  ESP_PARTITION_BEYOND_HEADER: '按较小 Flash 编译',
  ESP_PARTITION_TOO_SMALL: '分区太小',
  ESP_BOOTLOADER_AS_APP: '引导程序误作应用',
  ESP_APP_AS_BOOTLOADER: '应用误作引导程序',
  ESP_BOOTLOADER_OFFSET: '引导程序地址不对',
  ESP_APP_BLANK: '应用为空白',
  ESP_APP_FOREIGN: '应用不是固件',
  ESP_APP_RANDOM: '应用已加密',
  ESP_APP_UNKNOWN: '应用不是镜像',
  ESP_APP_NOWHERE: '应用地址不对',
  ESP_APP_IN_DATA: '应用写在数据分区',
  ESP_FOREIGN_FILE: '文件不是固件',
  ESP_RANDOM_FILE: '文件已加密',
  ESP_UNIT_DATA_PLACE: '单板数据不在 nvs',
  ESP_UNIT_DATA_TOO_LARGE: '单板数据过大',
  ESP_UNIT_DATA_SHORT: '单板数据小于 nvs',
  ESP_OTADATA_KEPT: '未写入 otadata',
  ESP_NO_APP: '未写入应用',
  ESP_NO_TABLE: '未写入分区表',
  ESP_IMAGE_REVISION: '芯片版本不符',
  ESP_SIGNED_KEPT: '签名镜像不修改',
  ESP_UNSIGNED: '镜像未签名',
  ESP_SECURE_BOOTLOADER: '安全引导程序区域',
  BUILD_ENCRYPTED: '要求加密写入',
  BUILD_OTADATA_ERASED: '擦除 otadata',
  ESP_ERASE_UNKNOWN: '没有该分区',
  ESP_ERASE_UNALIGNED: '擦除未对齐',
  ESP_ERASE_TOO_LARGE: '擦除范围过大',
} as const satisfies TextsLike<typeof enHeadlines>
