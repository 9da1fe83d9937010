/** Port to the endpoints of outgoing webhooks. */
export interface WebhookSettings {
  /** Ranges of addresses that are not public and may be called all the same, such as `127.0.0.0/8`, for development. */
  allowedAddresses: readonly string[]
  /** Returns the IPv4 and IPv6 addresses of a host. */
  lookup: (host: string) => Promise<readonly string[]>
  /** The longest attempt, from the look-up of the name to the end of the answer. */
  timeoutMs: number
}
