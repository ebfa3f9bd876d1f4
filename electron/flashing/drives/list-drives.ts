import type { BootDrive } from './boot-drive.ts'
import { createLinuxDriveLister } from './linux.ts'
import { createMacDriveLister } from './mac.ts'
import { createWindowsDriveLister } from './windows.ts'

/** How this platform lists boot drives. */
export const platformDrives = (platform: NodeJS.Platform): (() => Promise<readonly BootDrive[]>) => {
  if (platform === 'linux') return createLinuxDriveLister()
  if (platform === 'darwin') return createMacDriveLister()
  return platform === 'win32' ? createWindowsDriveLister() : async () => []
}
