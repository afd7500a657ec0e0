// What the type checker knows of pages beyond the browser's own types.

import type { Htmx, HtmxRequestCtx } from "htmx.org";

declare global {
  interface Window {
    htmx: Htmx;
  }

  // Which elements a template has is not known here: what it always has is used as it is found, and what
  // it may lack with `?.`. A selector whose last part names an element (`form#finish`, `.photo img[src]`) finds
  // that element; any other finds an HTMLElement unless the script says which.
  type Tags = HTMLElementTagNameMap;
  type LastPart<S> = S extends `${string} ${infer Rest}` ? LastPart<Rest> : S;
  type Name<S> = S extends `${infer N}${"[" | "." | "#" | ":"}${string}` ? N : S;
  type NameIn<S> = Name<S> extends infer N ? (N extends keyof Tags ? N : never) : never;
  type Found<S> = S extends `${string},${string}` ? HTMLElement : Named<NameIn<LastPart<S>>>;
  type Named<N> = [N] extends [never] ? HTMLElement : N extends keyof Tags ? Tags[N] : never;
  interface ParentNode {
    querySelector<S extends string, E extends Element = Found<S>>(selectors: S): E;
    querySelectorAll<S extends string, E extends Element = Found<S>>(selectors: S): NodeListOf<E>;
  }
  interface Element {
    closest<S extends string, E extends Element = Found<S>>(selectors: S): E;
  }
  interface Document {
    getElementById<E extends HTMLElement = HTMLElement>(id: string): E;
    addEventListener<K extends keyof PersonEventMap>(type: K, listener: Listens<K>, options?: Options): void;
    addEventListener(type: `htmx:${string}`, listener: (event: HtmxEvent) => unknown): void;
  }
  interface HTMLElement {
    addEventListener<K extends keyof PersonEventMap>(type: K, listener: Listens<K>, options?: Options): void;
  }
  interface HTMLFormElement {
    addEventListener<K extends keyof PersonEventMap>(type: K, listener: Listens<K>, options?: Options): void;
  }

  // Events that a person causes begin at an element; those of fields at a field.
  interface PersonEventMap {
    click: Targeted<MouseEvent>;
    keydown: Targeted<KeyboardEvent>;
    pointerdown: Targeted<PointerEvent>;
    pointermove: Targeted<PointerEvent>;
    pointerup: Targeted<PointerEvent>;
    mousedown: Targeted<MouseEvent>;
    focusin: Targeted<FocusEvent>;
    focusout: Targeted<FocusEvent>;
    input: Targeted<Event, HTMLInputElement>;
    change: Targeted<Event, HTMLInputElement>;
    submit: Targeted<SubmitEvent, HTMLFormElement>;
    toggle: Targeted<ToggleEvent, HTMLDetailsElement>;
  }
  type Listens<K extends keyof PersonEventMap> = (event: PersonEventMap[K]) => unknown;
  type Options = boolean | AddEventListenerOptions;
  type OnEvent = <K extends keyof PersonEventMap, S extends string>(
    type: K,
    selector: S,
    act: (element: Found<S>, event: PersonEventMap[K]) => unknown,
    options?: Options,
  ) => void;

  function addEventListener(type: "pageshow", listener: (event: PageTransitionEvent) => unknown): void;

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
  interface ServiceWorkerGlobalScopeEventMap {
    sync: ExtendableEvent & { tag: string };
  }

  /** A field of a form as its template names it: an input, a select or a text area. */
  type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

  /** An event that began at an element, as those of people do. */
  type Targeted<E extends Event = Event, T extends Element = HTMLElement> = E & { target: T };

  /** What htmx tells of a request in its events. */
  type HtmxEvent = CustomEvent<{ ctx: HtmxContext }>;
  type HtmxContext = HtmxRequestCtx & {
    sourceElement: HTMLElement;
    target: HTMLElement;
    request: { body: FormData };
    status: string;
  };
}
