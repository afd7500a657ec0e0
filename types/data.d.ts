// What scripts hand to each other.

/** A place in degrees. */
type Place = { lat: number; lng: number };

/** What a field of a form says. */
type Pair = [name: string, value: string];

/** What is wrong with a form; `field` is the id of what mends it. */
type Problem = { words: string; field?: string };

/** What every row of an outbox has; `says` are the city's words. */
type Row = { state: string; says: string[]; at: number; then?: string };

/** A report that waits on a phone (outbox/reports.js). */
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

/** What a crew did and the city does not have yet (outbox/completions.js). */
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

/** A part of a row, which goes to the city before its form; `n` tells a row's parts apart. */
type Part = { n: number | IDBValidKey; name?: string; blob?: Blob; file?: File };

/** Does `act` with one store of a database; resolves to the result of the request that `act` returns. */
type InStore = (
  store: string,
  mode: IDBTransactionMode,
  act: (rows: IDBObjectStore) => { result: any },
) => Promise<any>;

/** What makes an outbox; outbox/outbox.js says what each is for. */
type OutboxOptions<R extends Row> = {
  database: InStore;
  store: { name: string; key: string; memory?: Map<string, R> };
  lifetime: Record<string, number>;
  endpoints: {
    token: () => string | Promise<string>;
    sendPart: (row: R, part: Part, token: string, progress: Progress) => Promise<Answer>;
    send: (row: R, form: FormData, token: string) => Promise<Answer>;
  };
  fields: (row: R) => Pair[];
  parts: {
    waiting: (row: R) => Part[] | Promise<Part[]>;
    taken: (row: R, part: Part, answer: Answer) => unknown;
    refused: (row: R, part: Part) => unknown;
  };
  afterRefusal: (row: R, answer: Answer, isAgain: boolean) => Promise<Partial<R> & { again?: Pair[] }>;
};

type Outbox<R> = {
  put: (row: R) => Promise<boolean>;
  get: (key: string) => Promise<R>;
  update: (key: string, change: (row: R) => void, first?: R) => Promise<R>;
  all: (about?: Partial<R>) => Promise<R[]>;
  remove: (key: string) => Promise<void>;
  deliver: (key: string, progress?: (n: any, share: number) => void) => Promise<Outcome<R>>;
  deliverAll: (about?: Partial<R>) => Promise<number>;
  subscribe: (listener: Listener<R>) => void;
};

/** What became of a row that was to be sent. */
type Outcome<R> = { state: string; then?: string; row?: R; page?: Document; isReached: boolean };

/** What a page hears of an outbox, each if it wants to. */
type Listener<R> = {
  changed?: () => void;
  begun?: () => void;
  done?: () => void;
  failed?: () => void;
  sent?: (row: R) => void;
  progress?: (row: R, n: Part["n"], share: number) => void;
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
