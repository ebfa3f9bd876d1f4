import type { sinkFaults as en } from '../en/sink-faults.ts'
import type { TextsLike } from '../texts-like.ts'

/** Why a receiver of outgoing records did not take them, and what to do. `{detail}`: the other side's own message. */
export const sinkFaults = {
  UNREACHABLE: '无法连接接收方（{detail}）。请检查主机、端口和网络',
  TIMEOUT: '接收方在 {seconds} 秒内未应答。请检查其是否正在运行、是否过载',
  TLS_UNTRUSTED: '接收方的证书不受信任（{detail}）。请填写签发该证书的证书颁发机构，或更正主机名',
  LOGIN_REFUSED: '接收方拒绝登录（{detail}）。请检查用户名和密码',
  NO_RIGHT:
    '用户权限不足（{detail}）。PostgreSQL：首次需要数据库的 CREATE 权限，之后需要各表的 INSERT 权限；MQTT：需要该主题的发布权限',
  DATABASE_MISSING: '数据库不存在（{detail}）。请创建数据库，或更正 URL 中的名称',
  SCHEMA_NEWER: '数据表由更新的程序创建（版本 {version}，本程序支持到 {known}）。请升级本站点',
  CERTIFICATE_UNREADABLE: '无法读取证书颁发机构（{detail}）。请检查文件或 PEM 文本',
  REDIRECTED: '接收方重定向到 {location}（HTTP {status}）。请填写该地址：不跟随重定向',
  GONE: '接收方表示不再接收记录（HTTP 410）。请更正 URL，或删除此接收方',
  NOT_TAKEN: '接收方未接收记录（HTTP {status}）。请检查 URL、密钥和接收方的日志',
  TOO_LARGE: '接收方只接收更小的请求（HTTP 413）。现已减少每次发送的记录数',
  RECEIVER_FAILED: '接收方出现故障（HTTP {status}）。请检查其日志',
  DISCONNECTED: '接收方关闭了连接（{detail}）。将自动重试',
  FAILED: '记录无法送达（{detail}）。请检查接收方的日志',
} as const satisfies TextsLike<typeof en>
