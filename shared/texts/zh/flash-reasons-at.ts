import type { atReasons as en } from '../en/flash-reasons-at.ts'
import type { TextsLike } from '../texts-like.ts'

/** Codes of modules that update themselves by AT commands; `words` are the module's own. */
export const atReasons = {
  AT_SILENT:
    '{seconds} 秒内 AT 无应答，未作任何更改。请检查供电和波特率，并确认这是模组的 AT 口：USB 模组有多个串口，也可能被 ModemManager 占用。',
  AT_NO_OK: '该串口有数据，但 {seconds} 秒内没有 OK：{words}。未作任何更改。请更正波特率，或改用模组的另一个串口。',
  AT_NO_MODEL: '模组未应答型号（{command}），未作任何更改。请在配方中改选 AT 方案。',
  AT_NO_VERSION: '模组 {model} 未应答版本（{command}），未作任何更改。请在配方中改选 AT 方案。',
  AT_UNIT_UNUSABLE: '模组没有可用的标识：{command} 的应答为 {found}。以条码为准。',
  AT_NO_WAY:
    'AT 方案“{profile}”没有 {model} 的“{way}”方式，未作任何更改。请在配方中改选 AT 方案或方式，或在数据目录的 at-profiles 文件夹中用自己的 AT 方案写入该模组的命令。',
  AT_ONE_PACKAGE: '模组只接收一个文件，而配方有 {count} 个，未作任何更改。请只保留一个。',
  AT_PROFILE_UNKNOWN:
    '本站点没有 AT 方案“{profile}”，未作任何更改。请将其文件放入数据目录的 at-profiles 文件夹，或在配方中改选。',
  AT_PROFILE_FAULT:
    'AT 方案 {file} 不可用：{field}：{detail}。未作任何更改。请更正数据目录 at-profiles 文件夹中的该文件。',
  AT_ADDRESS_LONG: '主机 {host} 的下载地址超过 {max} 个字符，未作任何更改。请在配方中填写较短的主机。',
  AT_NO_ANSWER: '模组未应答 {command}；最后一行为：{words}。请重启模组后重试。',
  AT_REFUSED: '模组拒绝了 {command}：{words}。请确认 AT 方案和文件适用于该模组后重试。',
  AT_NO_REQUEST:
    '模组在 {seconds} 秒内没有请求文件：它无法访问 {url}。移动网络中的模组看不到本局域网。请将其接入站点所在网络，在配方中填写其可访问的主机，或改用串口方式。',
  AT_IDLE: '下载停滞 {seconds} 秒。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请检查模组的网络后重试。',
  AT_NOT_BACK:
    '模组在 {seconds} 秒内没有恢复应答。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。它可能仍在升级：请保持供电几分钟后重试。',
  AT_VERSION_SAME:
    '模组版本仍为 {version}：未采用该文件，或已恢复旧固件。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请确认文件适用于该型号和该版本。',
  AT_VERSION_OTHER: '模组版本现为 {version}（此前 {before}），而配方要求 {wanted}。请更正文件或要求的版本。',
  AT_VERSION_KEPT: '模组此前即为版本 {version}，现在仍是；无法确认是否重新安装。',
  AT_STILL_UPDATING: '已停止。模组可能仍在升级：请保持供电几分钟，然后重新执行。',
  AT_RESULT_NETWORK:
    '升级失败，模组未连上站点：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请检查其网络和配方中的主机。',
  AT_RESULT_SERVER:
    '升级失败，下载失败：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请检查网络后重试。',
  AT_RESULT_NOT_FOUND:
    '升级失败，模组在服务器上未找到文件：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请重试；若再次出现，请检查配方中的主机。',
  AT_RESULT_TIMEOUT:
    '升级失败，模组超时：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请检查网络后重试。',
  AT_RESULT_ADDRESS:
    '升级失败，模组不接受该地址：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请更正配方中的主机或 AT 方案。',
  AT_RESULT_PACKAGE:
    '升级失败，模组不接受该文件：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请使用该型号的文件。',
  AT_RESULT_SOURCE:
    '升级失败，差分包与模组版本不符：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请使用恰好针对该版本的差分包，或整包。',
  AT_RESULT_SIZE:
    '升级失败，文件大小错误或过大：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请使用该型号的文件。',
  AT_RESULT_SPACE:
    '升级失败，模组空间不足：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请删除模组上的文件后重试。',
  AT_RESULT_STORAGE:
    '升级失败，模组无法存储文件：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请更正其存储设置后重试。',
  AT_RESULT_BUSY:
    '升级失败，模组忙：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请稍候一分钟后重试。',
  AT_RESULT_RESTORED:
    '升级失败，模组已恢复旧固件：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请确认文件适用于该型号和该版本。',
  AT_RESULT_REJECTED:
    '升级失败，模组拒绝了新固件：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请使用该型号的文件。',
  AT_RESULT_OTHER:
    '升级失败，模组提示失败：{words}（代码 {code}）。站点已发送 {bytes}/{size} 字节（HTTP 状态 {status}）。请在厂商手册中查找该代码。',
} as const satisfies TextsLike<typeof en>
