import type { dfuReasons as en } from '../en/flash-reasons-dfu.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of USB devices, and of DFU and DfuSe; `step` is a request of the protocol, `status` what the device replied. */
export const dfuReasons = {
  USB_UNAVAILABLE:
    '本机没有可用的 USB：{detail}。串口不受影响。请确认系统支持 USB（Linux：/sys/bus/usb），或改用串口类目标。',
  USB_DENIED:
    '没有权限打开 USB 设备 {port}。在 Linux 上，请把下面一行写入 /etc/udev/rules.d/70-ota-bench.rules，执行“{reload}”后重新插拔：{rule}',
  USB_DRIVER:
    'Windows 上 USB 设备 {port} 没有 WinUSB 驱动。ST 芯片请安装 STM32CubeProgrammer，其他设备请用 Zadig 为它选择 WinUSB；旧的 DfuSe 驱动（STTub30）不能使用。装好后重新插拔。',
  USB_BUSY: 'USB 设备 {port} 正被其他程序占用（{detail}）。请关闭该程序，重新插拔后重试。',
  USB_GONE: '未找到 USB 设备 {port}。请检查线缆，让单板进入 DFU 模式后重试。',
  USB_FAILED: 'USB 设备 {port} 无法使用：{detail}。请重新插拔后重试，或换一个 USB 口。',

  DFU_NO_INTERFACE: 'USB 设备 {device} 没有 DFU 接口。请让单板进入 DFU 模式（如 BOOT0 置高后复位）再重试。',
  DFU_OTHER_DEVICE:
    '处于 DFU 模式的 USB 设备是 {found}，而配方要求 {wanted}，未擦除任何内容。请放入正确的单板，或在配方中更正 USB ID。',
  DFU_FILE_OTHER_DEVICE:
    '{name} 适用于 USB 设备 {wanted}，而不是 {found}，未擦除任何内容。请使用该单板的文件，或在配方中更正 USB ID。',
  DFU_FILE_DAMAGED:
    '{name} 已损坏：DFU 后缀中的 CRC 为 {stored}，按内容计算为 {counted}，未擦除任何内容。请重新下载或导出该文件。',
  DFU_FILE_TRUNCATED: '{name} 不是完整的 DfuSe 文件（位于 {at}），未擦除任何内容。请重新下载或导出。',
  DFU_FILE_VERSION: '{name} 是版本 {version} 的 DfuSe 文件，只支持版本 1。请重新导出，或使用 HEX、BIN 文件。',
  DFU_NEEDS_RAW:
    '{name} 带有地址，而该设备是普通 DFU 设备，只接受不带地址的文件，未擦除任何内容。请使用固件的 .dfu 或 .bin 文件。',
  DFU_DIALECT: '配方要求 {wanted}，而设备支持的是 {found}，未擦除任何内容。请在配方中把“协议”设为“按设备”。',
  DFU_NOT_RETURNED:
    '设备在 {seconds} 秒内没有以 DFU 模式重新出现。请检查线缆；芯片有 BOOT0 时请保持为高，重新插拔后重试。',
  DFU_ALTERNATE_MISSING: '设备没有备用设置 {alternate}，现有：{found}，未擦除任何内容。请在配方中更正“备用设置”。',
  DFU_ALTERNATE_UNCLEAR: '设备有多个备用设置：{found}，未擦除任何内容。请在配方中指定“备用设置”。',
  DFU_NO_DOWNLOAD: '该设备不接受通过 DFU 写入固件，未擦除任何内容。请改用其他目标。',
  DFU_OUTSIDE: '{name} 在 {address} 处的内容超出设备的存储范围（{limits}），未擦除任何内容。请检查地址或单板。',
  DFU_NOT_WRITABLE: '{name} 在 {address} 处的内容无法写入（{memory}），未擦除任何内容。请检查地址。',
  DFU_SPECIAL_MEMORY:
    '{name} 在 {address} 处的内容属于“{memory}”，写错会锁住芯片，未擦除任何内容。确需写入时，请在配方中把“备用设置”设为 {alternate}。',
  DFU_PROTECTED: '芯片已启用读保护，无法写入，未擦除任何内容。如需整片擦除，请在配方中打开“解除读保护”。',
  DFU_UNPROTECTING: '正在解除读保护，整片 Flash 会被擦除。',
  DFU_STILL_PROTECTED: '芯片仍处于读保护（等级 2 无法解除），不能再烧录，请更换。',
  DFU_SILENT: '设备在 {seconds} 秒内没有响应“{step}”。请检查线缆和集线器，让单板重新进入 DFU 模式后重试。',
  DFU_BUSY: '设备在 {seconds} 秒后仍在执行“{step}”。请重新插拔后重试；若再次出现，请更换单板。',
  DFU_STATE: '“{step}”之后设备处于状态 {state}，无法继续。请以 DFU 模式重新插拔后重试。',
  DFU_REFUSED: '设备拒绝了“{step}”（{status}）。单板可能不完整。请确认镜像适用于该单板后重试。',
  DFU_VERIFY:
    '{address} 处读回不符：写入 {wrote}，读出 {read}。该扇区可能有写保护（DFU 不会提示）。请解除写保护，或更换单板。',
  DFU_NOT_VERIFIED: '设备无法读回，写入的内容未经比对。',
  DFU_NO_SUFFIX: '{name} 没有 DFU 后缀，无法得知它适用于哪种设备。',
  DFU_NO_VECTORS: '{name} 开头不是 STM32 Flash 的中断向量表，固件可能无法启动。',
  DFU_ADDRESS_UNUSED: '普通 DFU 设备没有地址，{name} 的地址不会使用。',
} as const satisfies TextsLike<typeof en>
