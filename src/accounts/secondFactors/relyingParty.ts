/** The relying party of passkeys (WebAuthn, section 4): the domain that they belong to, and the origins of the pages that use them. */

export interface RelyingParty {
  /** A domain. Browsers accept no IP address. */
  id: string
  origins: string[]
}

const LOOPBACK = /^(127(\.\d+){3}|\[::1\])$/

/**
 * The relying party of the app that people use. Pages of the server count as well if they are of the same domain or below it. On a
 * loopback address the domain is `localhost`, because browsers refuse passkeys of IP addresses.
 */
export function relyingPartyOf(urls: { appUrl: string; serverUrl: string }): RelyingParty {
  const [app, server] = [urls.appUrl, urls.serverUrl].map(namedUrl) as [URL, URL]
  const id = app.hostname
  const isSameDomain = server.hostname === id || server.hostname.endsWith(`.${id}`)
  return { id, origins: [...new Set([app.origin, ...(isSameDomain ? [server.origin] : [])])] }
}

function namedUrl(text: string): URL {
  const url = new URL(text)
  if (LOOPBACK.test(url.hostname)) url.hostname = 'localhost'
  return url
}
