// What scripts hand to each other.

/** A place in degrees. */
type Place = { lat: number; lng: number };

/** What a field of a form says. */
type Pair = [name: string, value: string];

/** What is wrong with a form; `field` is the id of what mends it. */
type Problem = { words: string; field?: string };

/** What every row of an outbox has; `says` are the city's words. */
type Row = { state: string; says: string[]; at: number; then?: string };

/** A report that waits on a phone (outbox/reports.js): `id` is its key, and whatever is sent with it is one request.
    `values` are empty where the city has them already. */
type WaitingReport = Row & {
  id: string;
  path: string;
  photosAt: string;
  values: Pair[];
  title: string;
  place: string;
  reference?: string;
  danger?: string;
};

/** What a crew did and the city does not have yet (outbox/completions.js). `kind`, the name of its form, `page`,
    where that form is, and `isLater`, once the person went on without it (then the city's next page does not say that it was done), are
    of what is no completion. `moved`
    says where the holder of the job may still get the work, and what the person reads. */
type Completion = Row & {
  key: string;
  user: string;
  reference: string;
  path: string;
  upload: string;
  name: string;
  place: string;
  seen: string;
  kind?: string;
  page?: string;
  isLater?: boolean;
  fields: Pair[];
  photos: KeptPhoto[];
  moved?: { path: string; where: string; send: string; sent: string };
};

/** A photo of a crew: `n` tells those of a row apart, `id` is the city's, once it has the picture, which `far` says
    was taken far from the pin. */
type KeptPhoto = {
  n: number;
  name: string;
  blob: Blob;
  taken: number;
  id: string;
  small?: string;
  far?: string;
};

/** What the city answered; status 0 where it did not. */
type Answer = {
  status: number;
  page?: Document;
  problems?: string[];
  then?: string;
  token?: string;
  challenge?: string;
  reference?: string;
  danger?: string;
  receipt?: { then: string };
  isTaken?: boolean;
  isRefused?: boolean;
  id?: string;
  small?: string;
  far?: string;
};

/** Hears how much has gone, from 0 to 1. */
type Progress = (share: number) => void;

/** Hears how much of a part of a row has gone. */
type PartProgress = (n: any, share: number) => void;

/** A part of a row, which goes to the city before its form; `n` tells a row's parts apart. */
type Part = { n: number | IDBValidKey; name?: string; blob?: Blob; file?: File };

/** Does `act` with one store of a database; resolves to the result of the request that `act` returns. */
type InStore = (store: string, mode: IDBTransactionMode, act: ActInStore) => Promise<any>;
type ActInStore = (rows: IDBObjectStore) => { result: any };

/** What makes an outbox (outbox/outbox.js). */
type OutboxOptions<R extends Row> = {
  database: InStore;
  // Its store there, the field of a row that is its key, and a place for what the browser has no store or no
  // room for; without `memory` such rows are not kept.
  store: { name: string; key: string; memory?: Map<string, R> };
  // Days by state, then a row is thrown away; a state that is not named has no end. Without `sent` a row goes
  // as soon as the city has it.
  lifetime: Record<string, number>;
  endpoints: {
    token: () => string | Promise<string>; // what a form must carry; undefined where there is no city
    sendPart: SendPart<R>;
    send: Send<R>;
  };
  fields: (row: R) => Pair[];
  // What goes before the form, one by one.
  parts: {
    waiting: (row: R) => Part[] | Promise<Part[]>;
    taken: (row: R, part: Part, answer: Answer) => unknown;
    refused: (row: R, part: Part) => unknown;
  };
  afterRefusal: AfterRefusal<R>;
};
/** Resolve to an answer: of a part with isTaken, or with isRefused and problems in words; of a form that arrived
    with a receipt, which its row is given. */
type SendPart<R> = (row: R, part: Part, token: string, progress: Progress) => Promise<Answer>;
type Send<R> = (row: R, form: FormData, token: string) => Promise<Answer>;
/** Resolves to {again}, pairs with which the form is sent once more at once; to {state, …}, what the row becomes;
    or to nothing, then it waits. */
type AfterRefusal<R> = (row: R, answer: Answer, isAgain: boolean) => Promise<Partial<R> & { again?: Pair[] }>;

type Outbox<R> = {
  /** Keep a row; resolves to whether the phone will still have it after the page is gone. */
  put: (row: R) => Promise<boolean>;
  /** Resolves to a row as it is stored now. */
  get: (key: string) => Promise<R | undefined>;
  /** Let `change` alter a row as it is stored now, at once for all tabs; `first` is the row where none is
      stored. Resolves to the new row, or to nothing where it is gone and there is no `first`. */
  update: (key: string, change: (row: R) => void, first?: R) => Promise<R>;
  /** Resolves to all rows that have these values, oldest first; what nobody came back for is thrown away. */
  all: (about?: Partial<R>) => Promise<R[]>;
  remove: (key: string) => Promise<void>;
  /** Send a row, of a draft only the parts; two tabs never do at once. */
  deliver: (key: string, progress?: PartProgress) => Promise<Outcome<R>>;
  /** Send all that waits and has these values, one after the other; resolves to how many still wait. */
  deliverAll: (about?: Partial<R>) => Promise<number>;
  subscribe: (listener: Listener<R>) => void;
};

/** What became of a row that was to be sent: `state` is "sent" (`then` is the city's address of it), "later" where
    there was no answer worth having, "discarded" where a person threw it away meanwhile, or what the row has
    become; `page` is the answer to its form; `isReached` says whether the city was there at all. */
type Outcome<R> = { state: string; then?: string; row?: R; page?: Document; isReached: boolean };

/** What a page hears of an outbox, each if it wants to: of changes also by another tab or the worker, of the rest
    what this page sends. */
type Listener<R> = {
  changed?: () => void;
  begun?: () => void;
  done?: () => void;
  failed?: () => void;
  sent?: (row: R) => void;
  progress?: (row: R, n: Part["n"], share: number) => void;
};

/** What makes a poller (lib/poller.js). */
type Polls = {
  /** For how many seconds the poller rests until it asks for `what` again, NaN for ever. */
  pause: (what?: string) => number;
  ask: (what?: string) => void;
  /** What is asked for. */
  all?: () => string[];
  /** Shows that the city is "unreachable", or that the page is "gone". */
  show?: (state: string) => void;
  /** Is called when somebody returns to a page after stop(). */
  comeBack?: () => void;
};

/** The table of phrases that tell of danger, as the server writes it. */
type DangerTable = {
  rows: { kind: string; phrases: string[]; exceptions: string[] }[];
  exceptions: string[];
  groups: Record<string, string>;
  ordinary: string;
  fillers: string[];
  turns: string[];
  letters: Record<string, string>;
  gap: number;
};

/** A request on the desk's map of what lies around another one. */
type Pin = [lat: number, lng: number, kind: string, reference: string, name: string];

/** What a photo viewer shows (lib/photo-viewer.js): `links` selects the links to the photos, `sameAs(link)` is what
    two links to one photo have in common. */
type ViewerOptions = {
  links: string;
  sameAs: (link: HTMLAnchorElement) => string;
  describe: Describe;
};
/** What a photo viewer calls to say what it shows. */
type Describe = (link: HTMLAnchorElement, number: number, count: number) => void;

/** What makes the pins of a map. */
type PinIcon = typeof import("../static/js/map/pins.js").pinIcon;

/** How a form goes to the city (lib/upload.js). `signal` calls it off as long as bytes are left: after the last one
    the city may have it already, and only its answer tells. It is given up, and `onStall` called, after `silent` ms
    without a first byte, some time without another one and `patience` ms without an answer. */
type TransferOptions = {
  progress?: Progress;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  silent?: number;
  patience?: number;
  onStall?: () => void;
};

/** How a photo goes to the city (lib/photo-upload.js). `about` goes with it, `name` is the file's. `isTaken(xhr)` is
    false where the city cannot have it from the bucket: then it goes itself. */
type UploadOptions = {
  about?: Pair[];
  name?: string;
  signal?: AbortSignal;
  isTaken?: (xhr: XMLHttpRequest) => boolean;
  progress?: Progress;
};

/** A place in the bucket for one photo. */
type BucketOffer = { url: string; name: string; fields: Record<string, string> };

/** What a map under a pin shows first, and whom it tells that it was moved (map/pin-map.js). */
type PinMapOptions = {
  point: Place | null;
  view: { center: Place; zoom: number };
  onMoved: (point: Place) => void;
  leastZoom?: number;
  options?: L.MapOptions;
};

/** What the city calls a point (lib/place-words.js). */
type PlaceWords = { text: string; inside: boolean; zone: string };

/** Where the phone is, `accuracy` in metres, or the reason why it does not say. */
type Position = Place & { accuracy: number; reason?: string };

/** What the service worker keeps (worker.js), as the city names it; `start` and `shared` are addresses. */
type KeptSite = {
  version: string;
  files: string[];
  crew: string[];
  start: string;
  shared: string;
  pages: { report: string; waiting: string };
  push: PushSettings;
};

/** Where a subscription is sent to, where the token for that is, and with which key to subscribe. */
type PushSettings = { endpoints: string; signOut: string; token: string; key: string; icon: string };

/** What a browser has to solve while very many reports come in (lib/challenge.js). */
type Challenge = {
  signature: string;
  parameters: { nonce: string; salt: string; cost: number; keyLength: number; keyPrefix: string };
};

/** What a map shows first. */
type View = { center?: L.LatLngExpression; zoom?: number };

/** The base map of the city (map/basemap.js). */
type Line = L.LatLngTuple[] | L.LatLngTuple[][];
type Layers = {
  outline: L.LatLngTuple[][];
  areas: { kind: string; rings: L.LatLngTuple[][] }[];
  depths: L.LatLngTuple[][];
  zones: { name: string; at: L.LatLngTuple; rings: L.LatLngTuple[][] }[];
  streets: { name: string; main: boolean; points: L.LatLngTuple[] }[];
};

/** A photo of a report that a phone keeps (outbox/pending-photos.js); `draft` is the address it goes to. */
type PendingPhoto = { draft: string; file: File; at: number; id?: string };

/** A black box on a photo, in fractions of the picture. */
type Sides = [x: number, y: number, width: number, height: number];

/** What the public map shows (browsing/map.js). */
type Marks = {
  rings: { n: number; at: L.LatLngTuple; area: string }[];
  pins: {
    reference: string;
    name: string;
    words: string;
    supporters: string;
    kind: string;
    at: L.LatLngTuple;
  }[];
  is_capped: boolean;
};
type MarkedMarker = L.Marker & { options: L.MarkerOptions & { mark: string } };

/** Whom to call in a kind of danger. */
type Advice = { text: string; label: string; phone: string; tel: string };

/** A job on the crew's map; `number` is that of the list. */
type CrewPin = { at: L.LatLngTuple; number: number; name: string; isPressing: boolean };

/** A name on the base map (map/names.js), in the pixels of the whole world. */
type Spot = { x: number; y: number };
type PlacedName = Spot & { words: string; kind: string; angle: number };

/** What is read in a text, to find words of danger (danger/words.js). */
type DangerRow = { phrases: string[][][]; exceptions: string[][][] };
type DangerWord = { text: string; sentence: number; clause: number; before: string[] };
type DangerReading = { words: DangerWord[]; places: Places; exact: Places };
type Places = Map<string, number[]>;

/** A message of web push, as the city sends it (push/notices.js). */
type Notice = {
  kind: string;
  reference: string;
  title: string;
  body: string;
  lang: string;
  url: string;
  stop: string;
  stop_label: string;
  ends_alert: boolean;
};
type NoticeOptions = NotificationOptions & {
  renotify: boolean;
  actions: { action: string; title: string }[];
};
type SubscriptionChange = ExtendableEvent & {
  newSubscription?: PushSubscription;
};
