/**
 * What our page adds to GraphiQL, run before it: the token of the last sign-in goes along wherever the header editor has
 * none (in memory only, and gone with the page), and a list of saved operations, each of which opens in a tab of its own.
 */

/** Stands in the variables of saved mutations; the page sends another key in its place each time, so that they can be edited. */
export const NEW_KEY = 'a new key for each run'

export interface ListedOperation {
  title: string
  /** Under which it stands in the list. */
  group: string
  query: string
  variables: string
}

/** The text of the script, for a page that has GraphiQL and its editors' own interface. */
export function graphiqlScript(saved: readonly ListedOperation[]): string {
  const json = JSON.stringify(saved).replaceAll('<', '\\u003c') // No text of an operation ends the script.
  return `(() => {
    let token
    const send = globalThis.fetch
    globalThis.fetch = async (url, init = {}) => {
      const headers = new Headers(init.headers)
      const given = headers.get('authorization') ?? ''
      if (token && !/^Bearer +[^ ]/i.test(given)) headers.set('authorization', 'Bearer ' + token)
      const body = typeof init.body === 'string' ? init.body.replaceAll('"${NEW_KEY}"', '"' + newKey() + '"') : init.body
      const response = await send(url, { ...init, headers, body })
      if (/json/.test(response.headers.get('content-type') ?? '')) await notice(response.clone())
      return response
    }
    async function notice(response) {
      const { data } = await response.json().catch(() => ({}))
      token = (data?.signIn ?? data?.signUp ?? data?.changePassword)?.accessToken ?? token
    }

    // Not randomUUID: a browser has that on secure pages only.
    function newKey() {
      return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
    }

    const saved = ${json}
    const write = (name, text) =>
      monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(name))?.setValue(text)
    const list = document.createElement('select')
    list.setAttribute('aria-label', 'Saved operations')
    list.style.cssText = 'flex:none;width:170px;margin-left:auto;padding:6px;border-radius:6px'
    list.add(new Option('Saved operations', ''))
    for (const group of new Set(saved.map((one) => one.group))) {
      const options = document.createElement('optgroup')
      options.label = group
      for (const one of saved) if (one.group === group) options.append(new Option(one.title))
      list.append(options)
    }
    list.addEventListener('change', () => {
      const chosen = saved.find(({ title }) => title === list.value)
      list.value = ''
      if (!chosen) return
      document.querySelector('.graphiql-tab-add').click()
      document.querySelector('.graphiql-editor-tools [data-name=variables]').click()
      write('operation.graphql', chosen.query)
      write('variables.json', chosen.variables)
      requestAnimationFrame(() => document.querySelector('.graphiql-tab-active')?.scrollIntoView())
    })

    // It stands in the row of the tabs, which make room for it; GraphiQL makes that row after this script has run.
    function place() {
      const header = document.querySelector('.graphiql-session-header')
      if (!header || header.contains(list)) return
      header.insertBefore(list, header.querySelector('.graphiql-logo'))
    }
    if (saved.length > 0) new MutationObserver(place).observe(document, { childList: true, subtree: true })
  })()`
}
