import { execFile } from 'node:child_process'
import { z } from 'zod'
import type { NativePort } from '../links/native-port.ts'
import type { PortInfo } from './port-info.ts'

/**
 * Queries every present port's device, its parent and their location paths (DEVPKEY_Device_LocationPaths), as JSON. What the library
 * reports, "Port_#0003.Hub_#0001", counts hubs in the order of detection, which changes with a restart.
 */
const question = `$ErrorActionPreference='SilentlyContinue'
function Paths($id){@((Get-PnpDeviceProperty -InstanceId $id -KeyName DEVPKEY_Device_LocationPaths).Data)}
ConvertTo-Json -Compress -Depth 3 @(Get-PnpDevice -Class Ports -PresentOnly|ForEach-Object{
$parent=(Get-PnpDeviceProperty -InstanceId $_.InstanceId -KeyName DEVPKEY_Device_Parent).Data
@{id=$_.InstanceId;own=@(Paths $_.InstanceId);above=@(Paths $parent)}})`

const Answer = z.array(
  z.object({
    id: z.string(),
    own: z.array(z.string().nullable()),
    above: z.array(z.string().nullable()),
  }),
)

/** Location paths by device instance id, lower case. A port behind a bus driver of its own (FTDIBUS) is where its parent is. */
export const locationPaths = (json: string): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>()
  for (const { id, own, above } of Answer.parse(JSON.parse(json))) {
    const path = [...own, ...above].find((one) => one !== null && one !== '')
    if (path) paths.set(id.toLowerCase(), path)
  }
  return paths
}

/** The library's ports, with their location paths where known. */
const windowsPorts = (listed: readonly NativePort[], paths: ReadonlyMap<string, string>): readonly PortInfo[] =>
  listed.map(({ path, pnpId, locationId, manufacturer, vendorId, productId, serialNumber }) => ({
    path,
    location: paths.get(pnpId?.toLowerCase() ?? '') ?? locationId,
    manufacturer,
    vendorId: vendorId?.toLowerCase(),
    productId: productId?.toLowerCase(),
    // Windows invents a number such as "5&2a4f1f8&0&4" for devices without one; it identifies the socket, not the unit.
    serialNumber: serialNumber?.includes('&') ? undefined : serialNumber,
  }))

const ask = (): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-Command', question],
      { timeout: 15_000, windowsHide: true, maxBuffer: 4_000_000 },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    )
  })

/** Lists ports with their location paths, which are queried when a new device appears. */
export const createWindowsLister = (list: () => Promise<readonly NativePort[]>, askPaths = ask) => {
  let paths: ReadonlyMap<string, string> = new Map()
  const asked = new Set<string>()
  return async (): Promise<readonly PortInfo[]> => {
    const listed = await list()
    const ids = listed.flatMap(({ pnpId }) => (pnpId === undefined ? [] : [pnpId]))
    if (ids.some((id) => !asked.has(id))) {
      for (const id of ids) asked.add(id)
      // Without PowerShell, the library's location is used.
      paths = await askPaths().then(locationPaths, () => paths)
    }
    return windowsPorts(listed, paths)
  }
}
