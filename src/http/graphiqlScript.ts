/**
 * What our page adds to GraphiQL, run before it: the token of the last sign-in goes along wherever the header editor has
 * none (in memory only, and gone with the page), and a list of saved operations fills the editors.
 */

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
      const response = await send(url, { ...init, headers })
      if (/json/.test(response.headers.get('content-type') ?? '')) await notice(response.clone())
      return response
    }
    async function notice(response) {
      const { data } = await response.json().catch(() => ({}))
      token = (data?.signIn ?? data?.signUp ?? data?.changePassword)?.accessToken ?? token
    }

    const saved = ${json}
    const write = (name, text) =>
      monaco.editor.getModels().find(({ uri }) => uri.path.endsWith(name))?.setValue(text)
    const list = document.createElement('select')
    list.setAttribute('aria-label', 'Saved operations')
    list.style.cssText = 'position:fixed;top:22px;right:120px;width:260px;padding:6px;border-radius:6px;z-index:9'
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
      write('operation.graphql', chosen.query)
      write('variables.json', chosen.variables)
    })
    if (saved.length > 0) document.addEventListener('DOMContentLoaded', () => document.body.append(list))
  })()`
}
