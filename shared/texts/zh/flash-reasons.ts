import type { flashReasons as en } from '../en/flash-reasons.ts'
import type { TextsLike } from '../texts-like.ts'
import { atReasons } from './flash-reasons-at.ts'
import { commandReasons } from './flash-reasons-command.ts'
import { dfuReasons } from './flash-reasons-dfu.ts'
import { espReasons } from './flash-reasons-esp.ts'
import { espFileReasons } from './flash-reasons-esp-files.ts'
import { imageReasons } from './flash-reasons-images.ts'
import { smpReasons } from './flash-reasons-smp.ts'
import { stm32ImageReasons } from './flash-reasons-stm32-images.ts'
import { uf2Reasons } from './flash-reasons-uf2.ts'

/** Codes of ports that cannot be listed or opened; `port`, `detail` are filled in. */
const portReasons = {
  PORT_BUSY:
    '端口 {port} 正被其他程序占用。关闭串口助手、IDE 监视器等程序后重试；Linux 上也可能是 ModemManager 正在探测新设备，稍等或停用它（systemctl stop ModemManager）。',
  PORT_DENIED:
    '没有打开端口 {port} 的权限。Linux：将当前用户加入 dialout 组（sudo usermod -aG dialout $USER，Arch 为 uucp 组），注销后重新登录。',
  PORT_GONE:
    '端口 {port} 不存在。检查线缆是否插好、驱动是否安装；Linux 上 CH340 转换器可能被 brltty 抢占，卸载 brltty 后重新插入。',
  PORT_NOT_SERIAL: '{port} 不是可用的串口（{detail}）。请选择其他端口；若是 USB 转换器，重新插拔后重试。',
  PORT_FAILED: '无法打开端口 {port}：{detail}。重新插拔后重试，或换一个 USB 口。',
  PORTS_UDEVADM_MISSING:
    '无法列出串口：系统没有 /sys，也没有 udevadm 程序。请安装 udev（apt install udev），或手动填写端口路径，例如 /dev/ttyUSB0。',
  PORTS_UNLISTABLE: '无法列出串口：{detail}。可手动填写端口路径或 COM 名称。',
} as const

/** Codes that every family may fail with. */
const commonReasons = {
  LINE_STALLED: '{seconds} 秒内串口数据发送不出去。请检查线缆和流控，重新插拔后重试。',
  NO_IMAGE: '配方中没有要写入的内容。请添加镜像文件。',
  ONE_IMAGE_ONLY: '该协议一次只能发送一个文件，配方中有 {count} 个。请只保留一个，或改用 YMODEM。',
  IMAGE_TOO_LARGE: '{name} 为 {size} 字节，该协议最多 {limit} 字节。请更换文件。',
  REGIONS_OVERLAP: '{first} 与 {second} 在地址 {address} 处重叠。未擦除任何内容，请修改配方中的地址。',
} as const

/** Codes of the STM32 boot loader. */
const stm32Reasons = {
  STM32_SILENT:
    '引导程序无回应。请将 BOOT0 置高并复位后重试；检查 TX/RX 是否接反、是否共地、波特率和校验位（标准为偶校验）。',
  STM32_SILENT_LINES:
    '用 DTR、RTS 复位后引导程序无回应。请检查配方中的“复位信号线”（两线可能接反）、“信号有效时复位”和“信号有效时 BOOT0 为高”（电平可能相反）；再检查 TX/RX 是否接反、是否共地、波特率和校验位（标准为偶校验）。',
  STM32_ECHO:
    '发出的数据被原样送回：TX 与 RX 短接，或半双工适配器（RS-485、单线）带回显。请分开接 TX 与 RX，或关闭适配器的回显，然后重试。',
  STM32_PARITY:
    '引导程序回应了握手，但拒绝所有命令：没有收到偶校验。请在配方中将“校验位”设为“偶校验”；若已设置，则适配器或其驱动不支持校验位（如 Linux 4.10 之前的 CH340），请更换适配器。',
  STM32_NOT_A_BOOTLOADER:
    '收到的回应（{got}）不是 STM32 引导程序的。检查 BOOT0 是否为高、波特率和校验位，然后复位重试。',
  STM32_NO_ANSWER: '“{command}”在地址 {address} 没有得到回应。检查线缆和供电；若多次出现，请降低波特率。',
  STM32_NACK:
    '引导程序拒绝了“{command}”（地址 {address}）。检查地址是否在该芯片的 Flash 内；若扇区写保护，请在配方中打开“解除写保护”；若偶发，请降低波特率。',
  STM32_COMMAND_MISSING:
    '该芯片的引导程序（版本 {version}）不支持“{command}”。请在配方中关闭需要它的选项：“只擦用到的页”，或启用、解除保护。',
  STM32_PROTECTED: '芯片已启用读保护，不能读写，未擦除。如确定清除整片，请在配方高级选项中打开“解除读保护”。',
  STM32_UNPROTECTING: '正在解除读保护，整片擦除。',
  STM32_LEFT_BOOTLOADER:
    '芯片执行“{command}”后已复位，但引导程序无回应。请全程保持 BOOT0 为高（用跳线，不用按键），复位芯片后重试。',
  STM32_WRITE_UNPROTECTED: '已解除全部扇区的写保护。',
  STM32_PROTECTION_SET_AND_TRIED: '已启用读保护（等级 1），芯片已拒绝读取。再次烧录须整片擦除。',
  STM32_PROTECTION_SET: '已启用读保护（等级 1），芯片已应答；芯片已离开引导程序，未再试读。再次烧录须整片擦除。',
  STM32_STARTS_LATER: '将 BOOT0 置低后，单板复位或重新上电时运行固件。',
  STM32_NOT_PROTECTED: '芯片接受了“Readout Protect”，但 Flash 仍可读取。请勿出货；请重试，若仍失败请更换单板。',
  STM32_PROTECTION_UNSURE:
    '芯片没有应答“Readout Protect”，之后也无回应，不能确认是否已启用读保护。检查线缆和供电，保持 BOOT0 为高后重试；若提示已读保护，请打开“解除读保护”。',
  STM32_STILL_PROTECTED: '解除读保护后芯片仍受保护（可能为永久保护等级 2）。该芯片无法再烧录，请更换。',
  STM32_CHIP_UNKNOWN: '芯片 ID {id} 不在支持列表中，不能按页擦除。请在配方中将“擦除”设为“整片”。',
  STM32_BANKS_UNKNOWN:
    '{chip} 的页大小取决于 Bank 数，而芯片未给出。未擦除任何内容。请在配方中设置“Flash Bank 数”，或将“擦除”设为“整片”。',
  STM32_PAGES_UNNUMBERED:
    '{chip} 地址 {address} 处的页号不能确定，可能误擦其他页。未擦除任何内容。请将“擦除”设为“整片”，或更改镜像地址。',
  STM32_PAGE_SHARED:
    '{first} 与 {second} 在地址 {address} 处共用一页。两者均已写入；若配方只含其中之一，会擦除另一个。',
  STM32_MASS_ERASE_MISSING: '{chip} 的引导程序不支持整片擦除。请在配方中将“擦除”设为“只擦用到的页”。',
  STM32_OUTSIDE_FLASH:
    '{name} 写到 {end}，超出 {chip} 的 Flash（{start} 至 {limit}）。未擦除任何内容，请检查地址或更换芯片。',
  STM32_FLASH_GAP:
    '{name} 在地址 {address} 处有数据，而 {chip} 在此没有 Flash。未擦除任何内容，请检查地址：小容量芯片的第二个 Bank 不紧接第一个。',
  STM32_VERIFY:
    '地址 {address} 校验不符（写入 {wrote}，读回 {read}）。如扇区可能写保护，请在配方中打开“解除写保护”。请重试；若仍失败，检查供电，或更换单板。',
} as const

/** Codes of XMODEM and YMODEM. */
const modemReasons = {
  MODEM_NO_RECEIVER:
    '接收端在 {seconds} 秒内没有请求发送。请让单板进入接收状态（引导程序菜单），检查 TX/RX 和波特率，然后重试。',
  MODEM_NO_CRC: '接收端只支持校验和，YMODEM 需要 CRC。请改用 XMODEM，或检查单板的引导程序。',
  MODEM_STREAMING:
    '接收端请求 YMODEM-G（不逐块确认），本站点只发送 YMODEM。请让接收端以 YMODEM 方式接收（如 rb，不用 rb -g）。',
  MODEM_CANCELLED: '接收端在第 {block} 块取消了传输。文件可能过大或不符合单板要求；查看单板的提示。',
  MODEM_RETRIES: '第 {block} 块重发 {retries} 次仍被拒绝。线路有干扰：检查线缆、接地，或降低波特率。',
  MODEM_SILENT: '接收端在第 {block} 块后没有回应。检查线缆和供电，让单板重新进入接收状态后重试。',
  MODEM_END_REFUSED: '数据已全部发送，但接收端没有确认文件结束。单板可能没有保存该文件；请重试。',
} as const

/** Why a flasher failed: what happened and what to do. */
export const flashReasons = {
  ...portReasons,
  ...commonReasons,
  ...stm32Reasons,
  ...stm32ImageReasons,
  ...modemReasons,
  ...commandReasons,
  ...smpReasons,
  ...dfuReasons,
  ...atReasons,
  ...uf2Reasons,
  ...espReasons,
  ...espFileReasons,
  ...imageReasons,
} as const satisfies TextsLike<typeof en>
