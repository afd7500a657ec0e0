// On every page of a crew: load the module that sends rows as soon as one waits on this phone.

import { inCrew, callWhenAny } from "../outbox/database.js";

callWhenAny(inCrew, "completions", () => import("./waiting-bar.js"));
