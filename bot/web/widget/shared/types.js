/**
 * What the interfaces answer, for editors that check types. No page loads this file: it holds no code.
 *
 * @typedef {{text: string} | {choice: string}} Said
 * @typedef {{token?: string, messages: Message[], ended?: boolean, resumed?: boolean}} Answer
 *
 * @typedef {object} Message
 * @property {string} kind text | notice | choices | receipt | pause | plan | contact
 * @property {string} [text]
 * @property {{id: string, label: string}[]} [choices]
 * @property {boolean} [long] the next text may be 20,000 characters, else 2,000
 * @property {boolean} [own_words] their own words are asked for
 * @property {Contact[]} [contacts]
 * @property {Letter[]} [documents]
 * @property {Clock[]} [clocks]
 * @property {Weighed[]} [weighed]
 * @property {string} [code]
 *
 * @typedef {{name: string, phone?: string, text?: string, email?: string, web?: string, hours?: string}} Contact
 * @typedef {{title: string, recipient: string, state: string, needs?: string[], available_from?: string | null,
 *   explained?: Explained}} Clock
 * @typedef {{title: string, text: string, ways: string[]}} Weighed a choice with two sides
 *
 * @typedef {object} Letter
 * @property {string} id
 * @property {string} recipient
 * @property {string} title
 * @property {string} text
 * @property {string | null} [due]
 * @property {string} [state]
 * @property {string[]} [needs]
 * @property {string[]} [notices] what to know before it is sent
 * @property {string[]} [seen_by]
 * @property {Explained} [explained]
 *
 * @typedef {object} Explained
 * @property {{text: string, address: string | null}[]} articles
 * @property {string[]} uncertain
 * @property {string[]} learns
 * @property {string[]} ways
 * @property {string} due_means
 * @property {string[]} next
 *
 * @typedef {string | Node | null | undefined | false} Value
 * @typedef {[string, Value | Value[]]} Row text path and value or values
 */
/**
 * @typedef {object} Ask
 * @property {string | null} [token]
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {boolean} [keepalive] lets the request outlive the page
 * @property {AbortSignal} [signal]
 */
