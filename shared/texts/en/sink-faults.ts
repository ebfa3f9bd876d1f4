/** Why a receiver of outgoing records did not take them, and what to do. `{detail}`: the other side's own message. */
export const sinkFaults = {
  UNREACHABLE: 'The receiver cannot be reached ({detail}). Check host, port and network',
  TIMEOUT: 'The receiver did not answer within {seconds} s. Check whether it runs and is not overloaded',
  TLS_UNTRUSTED:
    "The receiver's certificate is not trusted ({detail}). Enter the certificate authority that issued it, or correct the host name",
  LOGIN_REFUSED: 'The receiver refused the login ({detail}). Check user name and password',
  NO_RIGHT:
    'The user lacks a right ({detail}). PostgreSQL: CREATE on the database once, then INSERT on the tables; MQTT: publishing on the topic',
  DATABASE_MISSING: 'The database does not exist ({detail}). Create it, or correct its name in the URL',
  SCHEMA_NEWER: 'The tables are of a newer program (version {version}, this one knows {known}). Update this station',
  CERTIFICATE_UNREADABLE: 'The certificate authority cannot be read ({detail}). Check the file or the PEM text',
  REDIRECTED: 'The receiver redirects to {location} (HTTP {status}). Enter that address: redirects are not followed',
  GONE: 'The receiver says that it no longer takes records (HTTP 410). Correct the URL, or delete this receiver',
  NOT_TAKEN: 'The receiver did not take the records (HTTP {status}). Check URL, secret and the log of the receiver',
  TOO_LARGE: 'The receiver takes smaller requests only (HTTP 413). Fewer records are sent at once now',
  RECEIVER_FAILED: 'The receiver has a fault (HTTP {status}). Check its log',
  DISCONNECTED: 'The receiver closed the connection ({detail}). It is tried again',
  FAILED: 'The records could not be handed over ({detail}). Check the log of the receiver',
} as const
