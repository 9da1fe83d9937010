/**
 * The script that runs before GraphiQL. It adds the token of the last sign-in to requests if the header editor has none (kept
 * in memory only), and a list of saved operations, each of which opens in its own tab.
 */

/** Placeholder in the variables of saved mutations; the page replaces it with a new key in each request. */
export const NEW_KEY = 'a new key for each run'

export interface ListedOperation {
  title: string
  /** The heading in the list. */
  group: string
  query: string
  variables: string
}

/** Returns the source of the script. It needs the global `monaco` of GraphiQL. */
export function graphiqlScript(saved: readonly ListedOperation[]): string {
  const json = JSON.stringify(saved).replaceAll('<', '\\u003c') // Prevents a `</script>` in the JSON.
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

    // Not randomUUID, which browsers provide in secure contexts only.
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

    // Inserts the list into the row of tabs, which GraphiQL creates after this script has run.
    function insertList() {
      const header = document.querySelector('.graphiql-session-header')
      if (!header || header.contains(list)) return
      header.insertBefore(list, header.querySelector('.graphiql-logo'))
    }
    if (saved.length > 0) new MutationObserver(insertList).observe(document, { childList: true, subtree: true })
  })()`
}
