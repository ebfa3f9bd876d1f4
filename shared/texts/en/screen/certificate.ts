/** The certificate that devices are given to trust. */
export const certificate = {
  title: 'Certificate for devices',
  hint: 'Devices must trust this CA certificate before they use HTTPS or MQTTS (RSA, which old devices understand too). It contains no private key and may be shared freely.',
  off: 'This station runs with --no-tls and has no certificate. Start it without that option for HTTPS and MQTTS.',
  fingerprint: 'SHA-256 fingerprint',
  subject: 'Name',
  valid: 'Valid',
  validValue: '{{from}} to {{to}}',
  addresses: 'Server certificate is for',
  addressesHint: "Updated automatically with this computer's addresses; devices keep their CA certificate.",
  pem: 'Download PEM',
  crt: 'Download CRT',
  qr: 'QR code of the download address',
  scan: 'Scan to download (on the same network)',
  address: 'Address at which devices reach this computer',
  earlier: 'EC certificate',
  earlierHint: 'Handed out in earlier versions; devices that have it keep it.',
  earlierPem: 'Download EC certificate',
  names: { rsa: 'RSA CA', ec: 'EC CA' },
  problems: {
    ending: 'The {{name}} expires on {{at}}. Create a new CA and give devices the new certificate.',
    expired:
      'The {{name}} expired on {{at}}, or the clock of this computer is wrong. It stays in use; check the clock, or create a new CA.',
    notYetValid:
      'The {{name}} is valid from {{at}}: the clock of this computer is wrong. It stays in use; set the clock.',
    unusable:
      'The {{name}} cannot be used: {{file}} {{what}}{{detail}}. HTTPS and MQTTS are off. Restore the file from a backup, or create a new CA.',
    stillServed:
      'A file of the {{name}} is damaged: {{file}} {{what}}{{detail}}. The server certificate issued before is still in use, but cannot be renewed when an address of this computer changes. Restore the file from a backup, or create a new CA.',
    notServed:
      'The {{name}} cannot be used: {{file}} {{what}}{{detail}}. Devices that need its certificate cannot use HTTPS or MQTTS; all others can. Restore the file from a backup, or create a new CA.',
  },
  renew: {
    open: 'New CA…',
    title: 'New CA',
    rsa: 'trusted by most devices',
    ec: 'trusted by devices set up in earlier versions',
    loses:
      'Every device that trusts a selected CA needs the new certificate, and cannot use HTTPS or MQTTS until it has it.',
    kept: 'The old files stay in tls/kept in the data directory. Devices that are upgrading may fail.',
    confirm: 'Create new CA',
    done: 'New CA created. Give devices the new certificate.',
  },
  staticRsa: 'RSA key exchange for old devices',
  staticRsaHint:
    'Some old SDKs (e.g. LinkSDK, iotkit, the C client of OneNET) have no elliptic curves and can only use TLS 1.2 this way. It has no forward secrecy: if the private key of the server leaks, recorded traffic can be decrypted. Turning it off applies to new connections at once; those devices can then use neither HTTPS nor MQTTS. Device ports only.',
} as const
