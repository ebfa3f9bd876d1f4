import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { PORT, REQUEST_PORT } from './desktop/channels.ts'

// A MessagePort cannot cross the context bridge; a window message carries it to the page. No other page can receive it: window.ts denies
// navigation, frames and other windows.
ipcRenderer.on(PORT, ({ ports }) => window.postMessage({ type: PORT }, '*', [...ports]))

contextBridge.exposeInMainWorld('otaBench', {
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
  requestPort: (): void => ipcRenderer.send(REQUEST_PORT),
})
