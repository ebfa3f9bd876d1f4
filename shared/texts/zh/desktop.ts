import type { desktop as en } from '../en/desktop.ts'
import type { TextsLike } from '../texts-like.ts'

export const desktop = {
  quit: '退出 OTA Bench',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '视图',
  reload: '重新加载',
  resetZoom: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  togglefullscreen: '全屏',
  toggleDevTools: '开发者工具',
  flashing: '正在烧录的工位：{slots} 个',
  flashingLoses: '现在退出会停止烧录，这些单板将烧录不完整，须重新烧录。',
  keepFlashing: '继续烧录',
  quitAnyway: '停止并退出',
  unsaved: '配方尚未保存',
  unsavedLoses: '现在关闭窗口，所做的修改将丢失。',
  keepEditing: '继续编辑',
  closeAnyway: '放弃修改并关闭',
} as const satisfies TextsLike<typeof en>
