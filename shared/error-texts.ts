import { damageText } from './authority-texts.ts'
import type { ErrorCode, ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { moveText } from './move-texts.ts'
import { patchFaultText } from './patch-faults.ts'
import { ruleText } from './rule-texts.ts'

export { type Language, languages } from './languages.ts'

/** What went wrong and what to do, in both languages; `{name}` is filled from the error's data. */
export const errorTexts: Readonly<Record<Exclude<ErrorCode, 'ILLEGAL_MOVE'>, Record<Language, string>>> = {
  BAD_REQUEST: { zh: '请求有误：{detail}', en: 'The request is not valid: {detail}' },
  UNAUTHORIZED: {
    zh: '令牌缺失或不正确。请使用程序启动时打印的地址，或在请求头中加入 Authorization: Bearer <令牌>。',
    en: 'The token is missing or wrong. Open the address printed at start-up, or send Authorization: Bearer <token>.',
  },
  FORBIDDEN: {
    zh: '该请求来自不受信任的页面或地址，已被拒绝。请在本机打开程序启动时打印的地址。',
    en: 'This request came from a page or address that is not trusted. Open the address printed at start-up on this machine.',
  },
  BAD_JSON: {
    zh: '请求体不是有效的 JSON：{detail}',
    en: 'The body is not valid JSON: {detail}',
  },
  BODY_TOO_LARGE: {
    zh: '请求体超过上限 {limit}。请分批发送。',
    en: 'The body is larger than the limit of {limit}. Send it in parts.',
  },
  NOT_FOUND: {
    zh: '找不到{what} {id}。请检查编号；它也可能已被删除。',
    en: 'There is no {what} {id}. Check the id; it may have been deleted.',
  },
  UNKNOWN_ADDRESS: {
    zh: '没有地址 {path}。所有地址见 /api/v1/docs。',
    en: 'There is no address {path}. All of them are at /api/v1/docs.',
  },
  METHOD_NOT_ALLOWED: {
    zh: '该地址不支持此方法。可用：{allow}',
    en: 'This address does not take that method. It takes {allow}.',
  },
  CONFLICT: { zh: '与现有数据冲突：{detail}', en: 'This conflicts with what is there: {detail}' },
  PAYLOAD_TOO_LARGE: {
    zh: '文件超过上限 {limit}。请换用较小的文件，或在“设置”中调整上限。',
    en: 'The file is larger than the limit of {limit}. Use a smaller file, or raise the limit in Settings.',
  },
  DISK_FULL: {
    zh: '磁盘空间不足，未保存任何内容。请清理磁盘后重试。',
    en: 'The disk is full; nothing was saved. Free some space and try again.',
  },
  INTERNAL: {
    zh: '程序内部错误，已写入日志。请重试；若仍出现，请导出日志。',
    en: 'Something went wrong inside; it is in the log. Try again, and send the log if it stays.',
  },
  ALREADY_EXISTS: { zh: '{field} “{value}” 已存在，请换一个。', en: '{field} "{value}" is taken. Choose another.' },
  INVALID_FIELD: { zh: '{field} 不符合要求：{rule}', en: '{field} is not allowed: {rule}' },
  STILL_IN_USE: {
    zh: '仍有 {devices} 台设备、{packages} 个升级包和 {campaigns} 个批次在使用。如确定要一并删除，请使用强制删除。',
    en: 'Still in use (devices: {devices}, packages: {packages}, campaigns: {campaigns}). Delete with force=true to remove them too.',
  },
  CAMPAIGN_OPEN: {
    zh: '批次 “{campaign}” 尚未结束。请先取消该批次。',
    en: 'Campaign "{campaign}" is not finished. Cancel it first.',
  },
  PROTOCOL_NOT_SERVED: {
    zh: '此版本尚不支持协议 {protocol}。可用：{served}',
    en: 'This build does not serve protocol {protocol} yet. Available: {served}',
  },
  TLS_OFF: {
    zh: '本站以 --no-tls 启动，没有 HTTPS 和证书。请改用 http，或去掉 --no-tls 后重新启动。',
    en: 'This station runs with --no-tls: it has neither https nor a certificate. Use http, or start it without --no-tls.',
  },
  CA_UNUSABLE: {
    zh: '本站的 CA 无法使用：{file} {problem}{system}。因此 HTTPS 和 MQTTS 未启用。请从备份恢复该文件，或在设置中新建 CA（所有设备须更换证书）。',
    en: 'The certificate authority of this station cannot be used: {file} {problem}{system}. Without it there is no HTTPS and no MQTTS. Put the file back from a backup, or make a new authority in the settings, which every device must then be given.',
  },
  TLS_PORT: {
    zh: '新的 CA 已生效，但有端口无法打开：{system}',
    en: 'The new certificate authority is there, but a port cannot be opened: {system}',
  },
  KNOCK_NEEDS_PRODUCT: {
    zh: '没有产品标识为 {key}、且协议相符的产品。请先创建该产品（设备登录时使用此标识），再接受设备。',
    en: 'No product with key {key} and a fitting protocol is there. Create it first (the device logs in with that key), then accept the device.',
  },
  KNOCK_NEEDS_SECRET: {
    zh: '设备 {device} 以签名登录，无法得知其密钥。请填写写入该设备的密钥。',
    en: 'Device {device} signs its login, so its secret cannot be known from it. Give the secret that is in the device.',
  },
  KNOCK_KNOWN: {
    zh: '设备 {device} 已登记，但密钥不同。请核对设备中的密钥；如确要更换，请明确确认（replaceSecret=true）。',
    en: 'Device {device} is registered with another secret. Check the one in the device; to change it on purpose, send replaceSecret=true.',
  },
  KNOCK_UNREADABLE: {
    zh: '该设备的登录不符合任何协议的格式，无法登记。请检查设备的用户名。',
    en: 'The login of this device is in the form of no protocol, so it cannot be registered. Check its user name.',
  },
  PLAIN_REFUSED: {
    zh: '设备 {device} 直接发送密钥，而产品“{product}”只接受签名登录。请在产品中允许明文密钥，或修改设备。',
    en: 'Device {device} sends its secret as it is, and product "{product}" takes signed logins only. Allow plain secrets in the product, or change the device.',
  },
  SEVERAL_FILES: {
    zh: '协议 {protocol} 的升级包只能有一个文件。请合并成一个文件，或分成几个升级包。',
    en: 'A package for protocol {protocol} has one file. Put the files into one, or make several packages.',
  },
  MD5_ONLY: {
    zh: '协议 {protocol} 的设备只能校验 MD5。请将签名算法改为 MD5。',
    en: 'Devices of protocol {protocol} check MD5 only. Choose MD5 as the signature.',
  },
  MODULES_UNKNOWN: {
    zh: '协议 {protocol} 只升级整机，没有其他模块。请使用模块 default。',
    en: 'Protocol {protocol} upgrades the whole device and knows no other modules. Use the module "default".',
  },
  ASKING_UNKNOWN: {
    zh: '协议 {protocol} 的设备不会主动查询升级。请开启推送。',
    en: 'Devices of protocol {protocol} cannot ask for an upgrade. Let it be pushed.',
  },
  POLICY_UNKNOWN: {
    zh: '协议 {protocol} 无法让设备自行决定升级时间。请选择立即升级。',
    en: 'Protocol {protocol} cannot leave the time to the device. Choose to upgrade at once.',
  },
  MQTT_DOWNLOAD_UNKNOWN: {
    zh: '协议 {protocol} 的设备不能通过 MQTT 下载文件。请选择 http 或 https。',
    en: 'Devices of protocol {protocol} cannot fetch files over MQTT. Choose http or https.',
  },
  MQTT_DOWNLOAD_FILES: {
    zh: '通过 MQTT 只能下载一个文件，此升级包有 {files} 个。请选择 http 或 https。',
    en: 'Over MQTT a device fetches one file; this package has {files}. Choose http or https.',
  },
  MQTT_DOWNLOAD_SIZE: {
    zh: '通过 MQTT 下载的文件不能超过 {limit}，{file} 更大。请选择 http 或 https。',
    en: 'Over MQTT a file has at most {limit}; {file} is larger. Choose http or https.',
  },
  FILE_FORMAT: {
    zh: '不支持文件 {file} 的格式。可用格式：{formats}',
    en: 'The format of {file} is not supported. Use one of {formats}',
  },
  FILE_EMPTY: {
    zh: '文件 {file} 是空的。请选择正确的固件文件。',
    en: 'File {file} is empty. Choose the right firmware file.',
  },
  FILE_NAME: {
    zh: '文件名 {file} 只能包含英文字母、数字和常用符号（设备无法识别中文文件名）。请改名后重试。',
    en: 'File name {file} may only have letters, digits and common marks (devices cannot read others). Rename it and try again.',
  },
  FILE_MISSING: { zh: '没有选择文件。请选择文件后重试。', en: 'No file was given. Choose one and try again.' },
  UPLOAD_GONE: { zh: '上传的文件已不在，请重新选择文件。', en: 'The uploaded file is gone. Choose the file again.' },
  DIFF_NO_BASE: {
    zh: '本机没有版本 {version} 的文件，无法生成差分包。请上传设备上运行的该版本文件。',
    en: 'There is no image of version {version} here to compare with. Upload the file that devices of that version run.',
  },
  DIFF_SAME: {
    zh: '起始版本 {version} 就是该升级包的版本。请选择其他起始版本。',
    en: 'Version {version} is the package itself. Choose another version to start from.',
  },
  DIFF_SEVERAL_FILES: {
    zh: '“{package}” 有多个文件，差分包只能用于单个文件。请发送整包，或合并成一个文件。',
    en: '"{package}" has several files, and a patch is between single ones. Send it in full, or put the files into one.',
  },
  DIFF_OTHER_MODULE: {
    zh: '升级包 “{package}” 属于其他产品或模块。请选择同一模块的升级包。',
    en: 'Package "{package}" is of another product or module. Choose one of the same module.',
  },
  DIFF_OTHER_IMAGE: {
    zh: '版本 {version} 已有升级包（文件 {file}），内容与上传的不同。请使用该升级包，或核对版本号。',
    en: 'Version {version} has a package here, and its file {file} is another one. Use that package, or check the version.',
  },
  BASE_IN_USE: {
    zh: '仍有 {patches} 个差分包要用此镜像生成或校验。请等待完成，或先取消它们。',
    en: 'Patches that are still to be made or checked from this image: {patches}. Wait for them, or cancel them first.',
  },
  DIFF_IN_USE: {
    zh: '仍有 {devices} 台设备正在使用此差分包。请等待完成，或先取消批次。',
    en: '{devices} devices are being upgraded by this patch. Wait for them, or cancel the campaign first.',
  },
  DIFF_NOT_READY: {
    zh: '差分包尚未生成，没有可下载的文件。请等待生成完成；若已失败，请重新生成。',
    en: 'This patch has no file yet. Wait until it is made; if it has failed, make it again.',
  },
  DIFF_CANCELLED: {
    zh: '差分包的生成已取消。需要时可重新生成。',
    en: 'The making of this patch was cancelled. Make it again when it is needed.',
  },
  DIFF_WRONG_RESULT: {
    zh: '此差分包还原后与升级包文件 {file} 不一致。请检查起始版本和格式，或重新制作。',
    en: 'This patch does not lead to {file} of the package. Check the version it starts from and its format, or make it again.',
  },
  DIFF_MISSING: {
    zh: '升级包 “{package}” 没有差分包。请先生成，或选择“自动”或“整包”。',
    en: 'Package "{package}" has no patch. Make one first, or choose automatic or full.',
  },
  NOT_VERIFIED: {
    zh: '升级包 “{package}” 尚未验证。请先验证，或明确跳过验证。',
    en: 'Package "{package}" is not verified. Verify it first, or skip verification on purpose.',
  },
  OTHER_PRODUCT: {
    zh: '设备 {device}（编号 {id}）属于其他产品，而升级包属于产品“{product}”。请只选择该产品的设备。',
    en: 'Device {device} (id {id}) is of another product; the package is for "{product}". Choose devices of that product alone.',
  },
  NO_DEVICE_MATCHES: {
    zh: '没有符合条件的设备。请检查产品、模块、起始版本和所选设备。',
    en: 'No device matches. Check the product, module, from-versions and chosen devices.',
  },
  IMPORT_ROWS: { zh: '导入失败，未写入任何设备。{detail}', en: 'Nothing was imported. {detail}' },
  SIMULATOR_LIMIT: { zh: '一次最多模拟 {max} 台设备。', en: 'At most {max} virtual devices at a time.' },
  SLOT_BUSY: {
    zh: '工位 “{slot}” 正在烧录。请等它结束，或先停止。',
    en: 'Slot "{slot}" is being flashed. Wait for its end, or stop it first.',
  },
  NO_RECIPE: {
    zh: '未选择配方。请为产线选择配方后重试。',
    en: 'No recipe is chosen. Choose one for the line and retry.',
  },
  NOTHING_TO_FLASH: {
    zh: '没有可烧录的工位：未插入单板，或都已完成。插入单板，或选择“重复烧录”。',
    en: 'No slot has a unit to flash: none is plugged in, or all are done. Plug units in, or choose "repeat".',
  },
  NO_SLOT_WAITS: {
    zh: '没有等待条码的工位：都已扫描或正在烧录。清除一个工位，或等烧录结束后再扫描。',
    en: 'No slot waits for a barcode: all have one or are being flashed. Clear a slot, or scan again after a run has ended.',
  },
  BENCH_BUSY: {
    zh: '有工位正在烧录（{slot}）。请等它结束，或先停止。',
    en: 'A slot is being flashed ({slot}). Wait for its end, or stop it first.',
  },
  RECIPE_BROKEN: {
    zh: '配方缺少文件 {name}（升级包可能已被删除）。请编辑配方。',
    en: 'The recipe lacks {name}; its package may have been deleted. Edit the recipe.',
  },
  RECIPE_FILE_BAD: {
    zh: '该文件不是完整的配方文件（{detail}）。请重新导出并复制。',
    en: 'This file is no complete exported recipe ({detail}). Export it again and copy it anew.',
  },
  ENGINEER_ONLY: {
    zh: '只有工程师可以执行此操作。请用工程师 PIN 解锁后重试。',
    en: 'Only engineers may do this. Unlock with the engineer PIN and try again.',
  },
  PIN_WRONG: {
    zh: 'PIN 不正确，本分钟内还可尝试 {left} 次。',
    en: 'This is not the PIN. Tries left this minute: {left}.',
  },
  PIN_WAIT: {
    zh: 'PIN 输错次数过多。请等待 {seconds} 秒后再试。',
    en: 'Too many wrong PINs. Wait {seconds} s, then try again.',
  },
  PIN_NOT_SET: {
    zh: '尚未设置工程师 PIN，所有操作均已开放。',
    en: 'No engineer PIN is set: everything is open already.',
  },
  SIMULATOR_CRASHED: {
    zh: '虚拟设备意外停止：{detail}。请重新启动模拟器。',
    en: 'The virtual devices stopped unexpectedly: {detail}. Start them again.',
  },
  SIMULATOR_REFUSED: {
    zh: '虚拟设备 {device} 被拒绝（{detail}）。请检查其密钥，或停止后重新启动模拟器。',
    en: 'Virtual device {device} was refused ({detail}). Check its secret, or stop and start the simulator.',
  },
  SIMULATOR_UNREACHABLE: {
    zh: '虚拟设备 {device} 无法连接站点（{detail}），正在重试。请检查 MQTT 和 HTTP 端口。',
    en: 'Virtual device {device} cannot reach the station ({detail}) and keeps trying. Check the MQTT and HTTP ports.',
  },
  DIFF_TOO_LARGE: {
    zh: '{format} 差分只支持不超过 {limit} 的镜像。请改用 bsdiff 格式，或使用完整包。',
    en: 'A {format} patch takes images of up to {limit}. Choose the bsdiff format, or send the full image.',
  },
  DIFF_UNSUPPORTED: {
    zh: '所选差分格式不支持此镜像（zip 格式只用于 ZIP、APK、JAR 文件；详情：{detail}）。请改用 bsdiff 格式，或使用完整包。',
    en: 'This patch format does not take the image (zip is for ZIP, APK and JAR files alone; {detail}). Choose the bsdiff format, or send the full image.',
  },
  DIFF_MEMORY: {
    zh: '生成该差分需要约 {needed} 内存，目前可用 {free}。请关闭其他程序后重试，或使用完整包。',
    en: 'This patch takes about {needed} of memory, and {free} are free. Close other programs and try again, or send the full image.',
  },
  DIFF_OUT_OF_MEMORY: {
    zh: '生成差分时内存不足。请关闭其他程序后重试，或使用完整包。',
    en: 'Memory ran out while the patch was made. Close other programs and try again, or send the full image.',
  },
  DIFF_NOT_RESTORED: {
    zh: '差分包还原后与新镜像不一致（{detail}），已丢弃。请换一种格式，或使用完整包，并报告此问题。',
    en: 'The patch did not lead to the new image ({detail}) and was thrown away. Choose another format or send the full image, and report this.',
  },
  DIFF_BAD_PATCH: {
    zh: '该差分包不是所选格式，或不适用于此旧版本镜像（{detail}）。请检查格式和旧版本。',
    en: 'This is not a patch of that format for that old image ({detail}). Check the format and the old version.',
  },
  DIFF_FAILED: {
    zh: '差分任务意外中止：{detail}。请重试。',
    en: 'The work on the patch ended unexpectedly: {detail}. Try again.',
  },
}

/** What `{what}` names, in Chinese; English says the name itself. */
const nouns: Readonly<Record<string, string>> = {
  product: '产品',
  module: '模块',
  device: '设备',
  package: '升级包',
  campaign: '批次',
  job: '升级任务',
  file: '文件',
  knock: '敲门设备',
  diff: '差分包',
  base: '旧版本镜像',
}

/**
 * The text of an error for a person. Unknown codes (a newer station, an older screen) read as INTERNAL.
 * @param fill values for the `{name}` places, `nameZh` where the Chinese one differs; a missing one is left out.
 */
export const errorText = (code: string, language: Language, fill: ErrorData = {}): string => {
  if (code === 'ILLEGAL_MOVE') return moveText(language, fill)
  const texts = code in errorTexts ? errorTexts[code as keyof typeof errorTexts] : errorTexts.INTERNAL
  return texts[language].replace(/\{(\w+)\}/g, (_, key: string) => {
    const given = (language === 'zh' ? fill[`${key}Zh`] : undefined) ?? fill[key]
    const value =
      key === 'what' && language === 'zh'
        ? (nouns[String(given)] ?? given)
        : key === 'rule'
          ? (ruleText(String(given), language) ?? given)
          : key === 'detail'
            ? (patchFaultText(String(given), language) ?? given)
            : key === 'problem'
              ? (damageText(String(given), language) ?? given)
              : given
    return value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value)
  })
}
