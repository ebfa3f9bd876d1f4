import type { Language } from './error-texts.ts'
import { espReasons } from './flash-reasons-esp.ts'
import { imageReasons } from './flash-reasons-images.ts'

type Texts = Readonly<Record<string, Readonly<Record<Language, string>>>>

/** Codes of ports that cannot be listed or opened; `port`, `detail` are filled in. */
const portReasons = {
  PORT_BUSY: {
    zh: '端口 {port} 正被其他程序占用。关闭串口助手、IDE 监视器等程序后重试；Linux 上也可能是 ModemManager 正在探测新设备，稍等或停用它（systemctl stop ModemManager）。',
    en: 'Port {port} is in use by another program. Close terminals and IDE monitors and retry; on Linux ModemManager may be probing it: wait, or stop it (systemctl stop ModemManager).',
  },
  PORT_DENIED: {
    zh: '没有打开端口 {port} 的权限。Linux：将当前用户加入 dialout 组（sudo usermod -aG dialout $USER，Arch 为 uucp 组），注销后重新登录。',
    en: 'No permission to open port {port}. On Linux, add your user to the group dialout (sudo usermod -aG dialout $USER; uucp on Arch), then log out and in again.',
  },
  PORT_GONE: {
    zh: '端口 {port} 不存在。检查线缆是否插好、驱动是否安装；Linux 上 CH340 转换器可能被 brltty 抢占，卸载 brltty 后重新插入。',
    en: 'Port {port} not found. Check cable and driver. On Linux, brltty may take CH340 adapters: remove brltty and replug.',
  },
  PORT_NOT_SERIAL: {
    zh: '{port} 不是可用的串口（{detail}）。请选择其他端口；若是 USB 转换器，重新插拔后重试。',
    en: '{port} is not a usable serial port ({detail}). Choose another port, or replug the USB adapter.',
  },
  PORT_FAILED: {
    zh: '无法打开端口 {port}：{detail}。重新插拔后重试，或换一个 USB 口。',
    en: 'Port {port} cannot be opened: {detail}. Replug it and retry, or use another USB port.',
  },
  PORTS_UDEVADM_MISSING: {
    zh: '无法列出串口：系统没有 /sys，也没有 udevadm 程序。请安装 udev（apt install udev），或手动填写端口路径，例如 /dev/ttyUSB0。',
    en: 'Serial ports cannot be listed: neither /sys nor the program udevadm was found. Install udev (apt install udev), or enter a path, e.g. /dev/ttyUSB0.',
  },
  PORTS_UNLISTABLE: {
    zh: '无法列出串口：{detail}。可手动填写端口路径或 COM 名称。',
    en: 'Serial ports cannot be listed: {detail}. Enter a path or COM name manually.',
  },
} as const satisfies Texts

/** Codes that every family may fail with. */
const commonReasons = {
  LINE_STALLED: {
    zh: '{seconds} 秒内串口数据发送不出去。请检查线缆和流控，重新插拔后重试。',
    en: 'No data could be sent for {seconds} s. Check cable and flow control, replug and retry.',
  },
  NO_IMAGE: {
    zh: '配方中没有要写入的内容。请添加镜像文件。',
    en: 'The recipe has no image. Add one.',
  },
  ONE_IMAGE_ONLY: {
    zh: '该协议一次只能发送一个文件，配方中有 {count} 个。请只保留一个，或改用 YMODEM。',
    en: 'This protocol sends one file; the recipe has {count}. Keep one, or use YMODEM.',
  },
  IMAGE_TOO_LARGE: {
    zh: '{name} 为 {size} 字节，该协议最多 {limit} 字节。请更换文件。',
    en: '{name} has {size} bytes; the protocol allows at most {limit}. Use another file.',
  },
  REGIONS_OVERLAP: {
    zh: '{first} 与 {second} 在地址 {address} 处重叠。未擦除任何内容，请修改配方中的地址。',
    en: '{first} and {second} overlap at address {address}. Nothing was erased. Correct the addresses in the recipe.',
  },
} as const satisfies Texts

/** Codes of the STM32 boot loader. */
const stm32Reasons = {
  STM32_SILENT: {
    zh: '引导程序无回应。请将 BOOT0 置高并复位后重试；检查 TX/RX 是否接反、是否共地、波特率和校验位（标准为偶校验）。',
    en: 'No reply from the bootloader. Set BOOT0 high, reset and retry. Check: TX/RX not swapped, common ground, baud rate, even parity.',
  },
  STM32_NOT_A_BOOTLOADER: {
    zh: '收到的回应（{got}）不是 STM32 引导程序的。检查 BOOT0 是否为高、波特率和校验位，然后复位重试。',
    en: 'The reply ({got}) is not from an STM32 bootloader. Check BOOT0, baud rate and parity, then reset and retry.',
  },
  STM32_NO_ANSWER: {
    zh: '“{command}”在地址 {address} 没有得到回应。检查线缆和供电；若多次出现，请降低波特率。',
    en: 'No reply to "{command}" at {address}. Check cable and power; if it repeats, lower the baud rate.',
  },
  STM32_NACK: {
    zh: '引导程序拒绝了“{command}”（地址 {address}）。检查地址是否在该芯片的 Flash 内、扇区是否写保护；若偶发，请降低波特率。',
    en: 'The bootloader refused "{command}" at {address}. Check that the address is in the flash of this chip and the sector is not write-protected; if it is intermittent, lower the baud rate.',
  },
  STM32_COMMAND_MISSING: {
    zh: '该芯片的引导程序（版本 {version}）不支持“{command}”。请更换配方的选项。',
    en: 'The bootloader of this chip (version {version}) does not support "{command}". Change the recipe options.',
  },
  STM32_PROTECTED: {
    zh: '芯片已启用读保护，不能读写，未擦除。如确定清除整片，请在配方高级选项中打开“解除读保护”。',
    en: 'The chip is read-protected and cannot be written. Nothing was erased. To erase the whole chip, turn on "Remove read-out protection" in the recipe.',
  },
  STM32_STILL_PROTECTED: {
    zh: '解除读保护后芯片仍受保护（可能为永久保护等级 2）。该芯片无法再烧录，请更换。',
    en: 'The chip is still protected (level 2 is permanent). It cannot be flashed again; replace it.',
  },
  STM32_CHIP_UNKNOWN: {
    zh: '芯片 ID {id} 不在支持列表中，不能按页擦除。请在配方中将“擦除”设为“整片”。',
    en: 'Product ID {id} is not supported for page erase. Set "Erase" to "The whole chip" in the recipe.',
  },
  STM32_MASS_ERASE_MISSING: {
    zh: '{chip} 的引导程序不支持整片擦除。请在配方中将“擦除”设为“只擦用到的页”。',
    en: 'The bootloader of {chip} does not support mass erase. Set "Erase" to "Only the pages used" in the recipe.',
  },
  STM32_OUTSIDE_FLASH: {
    zh: '{name} 写到 {end}，超出 {chip} 的 Flash（{start} 至 {limit}）。未擦除任何内容，请检查地址或更换芯片。',
    en: '{name} ends at {end}, outside the flash of {chip} ({start} to {limit}). Nothing was erased. Check the address or the chip.',
  },
  STM32_VERIFY: {
    zh: '地址 {address} 校验不符（写入 {wrote}，读回 {read}）。请重试；若仍失败，检查供电，或更换单板。',
    en: 'Verify mismatch at {address}: wrote {wrote}, read {read}. Retry; if it fails again, check the power or replace the unit.',
  },
} as const satisfies Texts

/** Codes of XMODEM and YMODEM. */
const modemReasons = {
  MODEM_NO_RECEIVER: {
    zh: '接收端在 {seconds} 秒内没有请求发送。请让单板进入接收状态（引导程序菜单），检查 TX/RX 和波特率，然后重试。',
    en: 'The receiver did not request the file within {seconds} s. Put the unit into receive mode, check TX/RX and baud rate, then retry.',
  },
  MODEM_NO_CRC: {
    zh: '接收端只支持校验和，YMODEM 需要 CRC。请改用 XMODEM，或检查单板的引导程序。',
    en: 'The receiver supports checksums only; YMODEM needs CRC. Use XMODEM, or check the bootloader of the unit.',
  },
  MODEM_CANCELLED: {
    zh: '接收端在第 {block} 块取消了传输。文件可能过大或不符合单板要求；查看单板的提示。',
    en: "The receiver cancelled at block {block}. The file may be too large or of the wrong type; check the unit's output.",
  },
  MODEM_RETRIES: {
    zh: '第 {block} 块重发 {retries} 次仍被拒绝。线路有干扰：检查线缆、接地，或降低波特率。',
    en: 'Block {block} was refused {retries} times. The line is noisy: check cable and ground, or lower the baud rate.',
  },
  MODEM_SILENT: {
    zh: '接收端在第 {block} 块后没有回应。检查线缆和供电，让单板重新进入接收状态后重试。',
    en: 'The receiver stopped responding at block {block}. Check cable and power, put the unit into receive mode and retry.',
  },
  MODEM_END_REFUSED: {
    zh: '数据已全部发送，但接收端没有确认文件结束。单板可能没有保存该文件；请重试。',
    en: 'All data was sent, but the receiver did not confirm the end of the file. It may not have saved it; retry.',
  },
} as const satisfies Texts

/** Why a flasher failed: codes of `FlashError`, what happened and what to do. */
export const flashReasons = {
  ...portReasons,
  ...commonReasons,
  ...stm32Reasons,
  ...modemReasons,
  ...espReasons,
  ...imageReasons,
} as const satisfies Texts

export type FlashReason = keyof typeof flashReasons

/** The text of a code, `{name}` places filled; undefined for a code of a newer station. */
export const flashReasonText = (
  code: string,
  language: Language,
  fill: Readonly<Record<string, string | number>> = {},
): string | undefined =>
  Object.hasOwn(flashReasons, code)
    ? flashReasons[code as FlashReason][language].replace(/\{(\w+)\}/g, (_, key: string) => String(fill[key] ?? '…'))
    : undefined
