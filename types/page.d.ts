// What the type checker knows of pages beyond the browser's own types.

import type { Htmx, HtmxRequestCtx } from "htmx.org";

declare global {
  interface Window {
    htmx: Htmx;
  }

  // Which elements a template has is not known here: what it always has is used as it is found, and what
  // it may lack with `?.`. A selector finds an HTML element unless the script says which other.
  interface ParentNode {
    querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K];
    querySelector<E extends Element = HTMLElement>(selectors: string): E;
    querySelectorAll<K extends keyof HTMLElementTagNameMap>(
      selectors: K,
    ): NodeListOf<HTMLElementTagNameMap[K]>;
    querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
  }
  interface Element {
    closest<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K];
    closest<E extends Element = HTMLElement>(selectors: string): E;
  }
  interface Document {
    getElementById<E extends HTMLElement = HTMLElement>(id: string): E;
  }

  // The fields of a form by their names: which kind each is, its template alone knows.
  interface HTMLFormControlsCollection {
    [name: string]: any;
  }

  // Events of our own.
  interface HTMLElementEventMap {
    "before-send": CustomEvent<{ waitFor: (promise: Promise<unknown>) => void }>;
    "before-leave": CustomEvent<{ waitFor: (promise: Promise<unknown>) => void }>;
    chosen: CustomEvent<DOMStringMap & { moves: boolean }>;
  }

  // What only some browsers have.
  interface Navigator {
    connection?: { saveData: boolean };
  }
  interface ServiceWorkerRegistration {
    sync?: { register: (tag: string) => Promise<void> };
  }

  /** A field of a form as its template names it: an input, a select or a text area. */
  type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

  /** An event that began at an element, as those of people do. */
  type Targeted<E extends Event = Event, T extends Element = HTMLElement> = E & { target: T };

  /** What htmx tells of a request in its events. */
  type HtmxEvent = CustomEvent<{ ctx: HtmxRequestCtx & { sourceElement: HTMLElement; target: HTMLElement } }>;
}
