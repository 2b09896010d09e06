/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Styles of xterm.js by a way that the page's policy allows. It writes `<style>` elements and `style`
 * attributes, which are refused because markup that somebody has smuggled in could have them too.
 * Constructed style sheets and the style object of an element are for scripts only.
 */

const SHEET_ELEMENT = "taskmaster-sheet";

/** In the place of a `<style>`: its text holds as long as it is in the document. */
class SheetElement extends HTMLElement {
  readonly #sheet = new CSSStyleSheet();

  override get textContent(): string {
    return "";
  }

  override set textContent(css: string) {
    this.#sheet.replaceSync(css);
  }

  connectedCallback(): void {
    adopt(this.#sheet);
  }

  disconnectedCallback(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== this.#sheet);
  }
}

function adopt(sheet: CSSStyleSheet): void {
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** For as long as the page lives. */
export function addStyles(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  adopt(sheet);
}

/** From now on, elements that scripts create can be styled. To be called once. */
export function allowStyles(): void {
  customElements.define(SHEET_ELEMENT, SheetElement);
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create(name === "style" ? SHEET_ELEMENT : name, options);
    if (name === "span") element.setAttribute = setAttribute;
    return element;
  };
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === "style") this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}
